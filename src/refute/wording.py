"""The public table that turns words into regions.

Every function here is a word of a claim; its docstring says which region the word means and why.
``docs/wording.md`` shows the table.  Claims never contain bounds of their own.

Words that set the force of a sentence ("can", "always", "not always") are not regions; ``FORCES``
lists them.

Multiplicative words (``roughly``, ``slower``) apply to ratios and are roughly symmetric on a log
scale.  Words for accuracies apply to differences between fractions of test samples.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from refute.decision.regions import Region, exact_number
from refute.decision.verdict import Force

FORCES: Mapping[Force, tuple[str, ...]] = {
    "can": ("can", "may", "might", "sometimes", "is able to", "is likely to"),
    "not always": ("not always", "not necessarily", "not guaranteed"),
    "always": (
        "always",
        "never",
        "only",
        "guarantees",
        "in any case",
        "whichever",
        "no matter how",
        "in every case",
        "without exception",
    ),
}
"""The words that set the force of a sentence; a sentence without any is plain.

"Must" sets none: it states a requirement ("weights must be random, to break the symmetry"), which
nobody means as "there is no other way". "Not always" denies "always", and nothing less: whatever
refutes the one supports the other.
"""

POPULATIONS = ("often", "generally", "typically")
"""Words for a share of cases, measured by `often` and `generally`; they set no force."""


def _factor(value: int | float | Fraction) -> Fraction:
    factor = exact_number(value)
    if factor is None:
        raise TypeError(f"a factor is a number, such as 2, 0.5 or Fraction(1, 3), not {value!r}")
    if not isinstance(factor, Fraction) or factor <= 0:
        raise ValueError(f"a factor is positive and finite, such as 2 or 0.5, not {value!r}")
    return factor


# --- times as many: ratios -----------------------------------------------------------------


def roughly(value: int | float | Fraction) -> Region:
    """From 0.75 to 1.35 times the value: ``roughly(2)`` is 1.5 to 2.7.

    For a factor of two the lower end is where rounding to a whole factor would say one; the upper
    end lies about as far off on a log scale (2.7 is short of the "three times" that is another
    claim).  So the doubling that Krizhevsky et al. (2012, 4.2) report lies well inside, and the
    upper end of the two to three times of Srivastava et al. (2014) does not.
    """
    value = _factor(value)
    return Region(f"roughly {value}", value * Fraction(3, 4), value * Fraction(27, 20))


def equal_to(value: int | float | Fraction) -> Region:
    """Within a tenth of the value: a number without "roughly" is meant to its first digit."""
    value = _factor(value)
    return Region(f"{value} within a tenth", value * Fraction(9, 10), value * Fraction(11, 10))


def or_more(value: int | float | Fraction) -> Region:
    """At least nine tenths of the value: ``equal_to`` without its upper end."""
    value = _factor(value)
    return Region(f"{value} or more, within a tenth", value * Fraction(9, 10))


def preserved() -> Region:
    """A ratio from 1/1.1 to 1.1: "the same" scale of signals.

    A tenth per layer compounds to a factor of 6.7 over twenty layers: still ``within_a_decade``.
    """
    return Region("preserved", Fraction(10, 11), Fraction(11, 10))


def slower() -> Region:
    """A ratio of at least 1.1: noticeably more steps, or more time.

    "More than 1" could have no control: two arms with equal medians straddle 1.  A tenth is what
    a person running the training would notice and mention.
    """
    return Region("noticeably slower (at least 1.1 times)", Fraction(11, 10))


def faster() -> Region:
    """A ratio of at most 1/1.1: the mirror image of ``slower``."""
    return Region("noticeably faster (at most 1/1.1 times)", high=Fraction(10, 11))


def noticeably_less() -> Region:
    """A ratio of at most 1/1.1: ``faster`` for anything except a duration, such as a loss."""
    return Region("noticeably less (at most 1/1.1 times)", high=Fraction(10, 11))


def noticeably_more() -> Region:
    """A ratio of at least 1.1: `slower` for anything except a duration."""
    return Region("noticeably more (at least 1.1 times)", Fraction(11, 10))


def no_faster() -> Region:
    """A ratio above 1/1.1: the complement of `faster`."""
    return Region("not noticeably faster", Fraction(10, 11), low_open=True)


def much_longer() -> Region:
    """A ratio of at least 2: a reader of "much longer" expects at least double."""
    return Region("much longer (at least twice)", Fraction(2))


def much_more() -> Region:
    """A ratio of at least 2: ``much_longer`` for anything except a duration."""
    return Region("much more (at least twice)", Fraction(2))


def slightly_slower_at_most() -> Region:
    """A ratio of at most 1.25: a quarter more is no longer "slightly"."""
    return Region("at most slightly slower (up to 1.25 times)", high=Fraction(5, 4))


def nearly_as_fast() -> Region:
    """A ratio below 1.1: not noticeably slower."""
    return Region("nearly as fast (below 1.1 times)", high=Fraction(11, 10), high_open=True)


def not_much_slower() -> Region:
    """A ratio below 2: the complement of ``much_longer``."""
    return Region("not much slower (less than twice)", high=Fraction(2), high_open=True)


def about_as_long() -> Region:
    """A ratio from 0.8 to 1.25: "little difference" between two durations.

    From the upper end of "slightly slower" to its mirror image: nobody chooses between two ways of
    training because of a smaller difference.
    """
    return Region("about as long (0.8 to 1.25 times)", Fraction(4, 5), Fraction(5, 4))


def no_effect_on_time() -> Region:
    """A ratio from 0.95 to 1.05: the edge is half of what ``slower`` calls noticeable."""
    return Region("no effect on time (within 5 %)", Fraction(19, 20), Fraction(21, 20))


def within_a_decade() -> Region:
    """A base-10 logarithm of a ratio between -1 and 1: the same order of magnitude.

    "Reduces vanishing and exploding gradients" must achieve at least this.  It is a convention: an
    order of magnitude is a factor of ten, and no single learning rate suits gradients that differ
    by more.
    """
    return Region("within one order of magnitude", Fraction(-1), Fraction(1))


def decades_apart() -> Region:
    """A difference of at least 2 in base-10 logarithms: a hundredfold, beyond any dispute."""
    return Region("at least two orders of magnitude", Fraction(2))


# --- as accurate: differences of test accuracy ---------------------------------------------


def little_difference() -> Region:
    """Test accuracies within 2 percentage points of each other.

    About 7 of 360 test images, or two standard errors of an accuracy of 0.97 measured on them
    (0.009 each): nobody choosing between the two could see a smaller difference in a single
    training run.
    """
    return Region(
        "little difference (within 2 percentage points)", Fraction(-1, 50), Fraction(1, 50)
    )


def as_good() -> Region:
    """An accuracy at most 2 percentage points lower: by no more than ``little_difference``."""
    return Region("as good (at most 2 percentage points lower)", Fraction(-1, 50))


def better() -> Region:
    """An accuracy more than 2 percentage points higher: beyond ``little_difference``."""
    return Region("better (by more than 2 percentage points)", Fraction(1, 50), low_open=True)


def higher() -> Region:
    """An accuracy that is higher at all, by one test sample or more.

    For comparisons that are repeated and counted: how often is the first arm better?  No other edge
    is more favourable to an arm that is said to be better.
    """
    return Region("higher", Fraction(0), low_open=True)


def negligible_bias() -> Region:
    """An estimate that is too high by at most a tenth of its standard error.

    Cochran's working rule (1977, 1.8): below it, a bias has no appreciable effect on what an
    estimate and its standard error say.
    """
    return Region("negligible bias (at most a tenth of the standard error)", high=Fraction(1, 10))


def far_better() -> Region:
    """An accuracy at least 0.3 higher: on ten classes, the worse of the two is useless."""
    return Region("far better (by at least 30 percentage points)", Fraction(3, 10))


def of_a_network_that_learned() -> Region:
    """A test accuracy of at least a half: five times chance with ten classes.

    It is the accuracy below which the lab takes a network not to have learned
    (`refute.lab.bench.learning`).
    """
    return Region("that of a network that learned (at least 0.5)", Fraction(1, 2))


# --- how much of it: shares of weights, of activations -------------------------------------


def sparse() -> Region:
    """More than half are zero: "most", the definition that the keys themselves give."""
    return Region("sparse (more than half)", Fraction(1, 2), low_open=True)


def practically_none() -> Region:
    """A share of at most 0.01, which could save neither storage nor time."""
    return Region("practically none (at most 0.01)", high=Fraction(1, 100))


def visibly_more() -> Region:
    """At least 5 percentage points more.

    An l2 penalty would also meet "more than 0", but nobody uses it for sparsity.
    """
    return Region("visibly more (at least 5 percentage points)", Fraction(1, 20))


def tells_apart() -> Region:
    """The right order in at least 0.7 of the pairs of two kinds; 0.5 is chance.

    From here on, discrimination is acceptable (Hosmer, Lemeshow & Sturdivant 2013, 5.2.4).
    """
    return Region("tells apart (in at least 0.7 of the pairs)", Fraction(7, 10))


# --- how often: counts and proportions -----------------------------------------------------


def many() -> Region:
    """At least 10 times: "again and again", not once or twice."""
    return Region("many (at least 10)", Fraction(10))


def at_least_one() -> Region:
    """More than 0: "some" requires only one."""
    return Region("some (at least one)", Fraction(0), low_open=True)


def most() -> Region:
    """In more than half of the cases."""
    return Region("most (more than half)", Fraction(1, 2), low_open=True, of="proportion")


def often() -> Region:
    """In more than half of the cases; also "tends to".  An author who means less says "can"."""
    return Region("often (more than half)", Fraction(1, 2), low_open=True, of="proportion")


def generally() -> Region:
    """In more than 70 % of the cases; also "typically" and "usually".

    A rule with exceptions: clearly more than a majority, clearly less than always.
    """
    return Region("generally (more than 70 %)", Fraction(7, 10), low_open=True, of="proportion")


def rarely() -> Region:
    """In less than 30 % of the cases: the mirror image of `generally`."""
    return Region("rarely (less than 30 %)", None, Fraction(3, 10), high_open=True, of="proportion")


# --- self-normalization ---------------------------------------------------------------------


def zero_mean() -> Region:
    """A mean from -0.1 to 0.1.

    These are the means in the theorem of Klambauer et al. (2017, Theorem 1), by which SELU keeps
    means within these bounds.
    """
    return Region("mean 0 (within 0.1)", Fraction(-1, 10), Fraction(1, 10))


def unit_variance() -> Region:
    """A variance from 0.8 to 1.5: the variances in the same theorem."""
    return Region("variance 1 (0.8 to 1.5)", Fraction(4, 5), Fraction(3, 2))


def normalized() -> Region:
    """A distance of at most 1 from mean 0 and variance 1, in units of the bounds of `zero_mean` and
    `unit_variance`: both hold at the layer that is furthest off.
    """
    return Region("normalized: mean and variance within their bounds", high=Fraction(1))


def not_normalized() -> Region:
    """A distance of more than 1: the complement of `normalized`."""
    return Region("not normalized: mean or variance beyond its bound", Fraction(1), low_open=True)
