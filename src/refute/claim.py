"""The vocabulary of a claims file: claim, reading, control, and the words around them.

A claim is a class whose docstring is the claim in one plain sentence.  Its test methods are its
checks: one experiment each, written once.  Readings and controls are stacked on the check; each
sets the same conditions to other values::

    @claim("dropout/factor-of-two", "krizhevsky2012, 4.2", correction="...")
    class TestDropoutDoublesTrainingTime:
        \"\"\"Dropout slows training down by roughly a factor of two.\"\"\"

        @reading("rate 0.5", rate=0.5)
        @control("no dropout against no dropout, other seeds", rate=0.0)
        def test_steps_to_the_same_loss(self, measure, rate):
            measure(steps_to_loss(dropout=rate) / steps_to_loss(dropout=0), claimed=roughly(2))

The decorators only record; mistakes are reported at collection, one line each.  What cannot be
recorded is refused at once: a decorator without its arguments, or on something else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FunctionType
from typing import TYPE_CHECKING, Any, Literal, TypeVar

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

CLAIM = "__refute_claim__"
CASES = "__refute_cases__"

Check = TypeVar("Check", bound=Callable[..., object])
Class = TypeVar("Class", bound=type)
Published = Literal["holds", "fails", "undecided"]
Of = Literal["sense", "letter"]


@dataclass(frozen=True)
class ClaimInfo:
    """What the ``claim`` decorator records on a class."""

    id: str
    sources: tuple[str, ...]
    correction: str | None
    documentary: str | None
    depends: str | None = None


@dataclass(frozen=True)
class Case:
    """One reading or control of a check, and the conditions it sets."""

    role: Literal["reading", "control"]
    name: str
    conditions: dict[str, Any] = field(hash=False)
    published: str | None = None
    of: str = "sense"


class Refuted(AssertionError):
    """A check's own failure: what it asserts is false."""


def claim(
    id: str,
    *sources: str,
    correction: str | None = None,
    depends: str | None = None,
    documentary: str | None = None,
) -> Callable[[Class], Class]:
    """Turn a class into the claim ``id`` ("question/name").

    Args:
        id: stable and unique; the part before the slash is its question in ``questions.toml``.
        sources: keys of ``sources.bib``, each with a place: ``"he2015, 2.2"``.
        correction: one sentence that says what is true instead, required unless every reading is
            published as holding.  ``{reading name}`` is replaced by the number it measured, and so
            are ``{reading name:low}``, ``high``, ``n``, ``examples`` and ``counterexample``;
            ``size`` leaves out the sign, ``way`` says "0.003 lower", ``percent`` "47 %", and
            ``points`` "3 percentage points".
        depends: what the claim depends on, in one sentence that continues "The claim ...":
            "holds at the start of training, not after it".  Required if some readings of the sense
            are published as holding and others as failing.
        documentary: the verdict of the sources ("SUPPORTED" or "REFUTED") on a claim about intent
            or history, which no experiment decides.  Such a class has no checks.

    Raises:
        TypeError: it has no arguments, or what it decorates is not a class.
    """
    _refuse_bare("claim", id, '"question/name"')

    def decorate(cls: Class) -> Class:
        if not isinstance(cls, type):
            raise TypeError(f"@claim({id!r}) is on {cls!r}: put it on the class with the checks")
        setattr(cls, CLAIM, ClaimInfo(id, sources, correction, documentary, depends))
        return cls

    return decorate


def reading(
    name: str, *, of: Of = "sense", published: Published = "holds", **conditions: Any
) -> Callable[[Check], Check]:
    """Set the conditions under which a check makes its claim precise.

    Args:
        name: the conditions in words.
        of: "sense" for what a teacher who knows the subject takes the sentence to mean; "letter"
            for what its words allow although nobody means it (inputs at which float32
            underflows).  Only the sense decides the claim.  The letter is measured and shown, and
            counts for statements that say "always".
        published: the outcome that the project stands by.  It decides nothing, but a run that
            measures another outcome fails.
        conditions: arguments of the check: values, or Hypothesis strategies, from which a
            counterexample is searched.

    Raises:
        TypeError: it has no arguments, or what it decorates is not a function.
    """
    _refuse_bare("reading", name, '"rate 0.5", rate=0.5')
    return _stack(Case("reading", name, conditions, published, of))


def control(name: str, **conditions: Any) -> Callable[[Check], Check]:
    """Change the decisive condition of a check, which must reverse the outcome of a reading.

    Args:
        name: the conditions in words.
        conditions: arguments of the check, as for :func:`reading`.

    Raises:
        TypeError: it has no arguments, or what it decorates is not a function.
    """
    _refuse_bare("control", name, '"no dropout", rate=0.0')
    return _stack(Case("control", name, conditions))


def _stack(case: Case) -> Callable[[Check], Check]:
    def decorate(check: Check) -> Check:
        if not isinstance(check, FunctionType):
            raise TypeError(
                f"@{case.role}({case.name!r}) is on {check!r}: put it on a test method, below "
                "nothing but other readings and controls"
            )
        # Decorators apply from the bottom up; cases are kept in reading order.
        check.__dict__.setdefault(CASES, []).insert(0, case)
        return check

    return decorate


def _refuse_bare(decorator: str, argument: object, such_as: str) -> None:
    """Refuse ``@decorator`` without its arguments: it would decorate nothing."""
    if isinstance(argument, type | FunctionType):
        raise TypeError(f"@{decorator} without arguments: write @{decorator}({such_as})")


@dataclass(frozen=True)
class Quantified:
    """A strategy with a quantifier.

    Raises:
        TypeError: there is no strategy.
    """

    quantifier: Literal["some", "no"]
    strategy: SearchStrategy[Any]

    def __post_init__(self) -> None:
        from hypothesis.strategies import SearchStrategy  # only where there is a search

        if not isinstance(self.strategy, SearchStrategy):
            raise TypeError(
                f"{self.quantifier}({self.strategy!r}): give a strategy of Hypothesis, such as "
                f"{self.quantifier}(st.integers())"
            )


def some(strategy: SearchStrategy[Any]) -> Any:
    """Ask for a witness ("can"): one example that passes the check supports; none is undecided."""
    return Quantified("some", strategy)


def no(strategy: SearchStrategy[Any]) -> Any:
    """Deny that there is a witness: if no example passes the check, the reading fails."""
    return Quantified("no", strategy)


def _is_exception(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, Exception)


@contextmanager
def refuted_by(*exceptions: type[Exception]) -> Iterator[None]:
    """Declare which exceptions refute a claim about code; all others are errors.

    Raises:
        TypeError: no class of exceptions is given, or something else.
    """
    if not exceptions or not all(_is_exception(kind) for kind in exceptions):
        given = ", ".join(map(repr, exceptions))
        raise TypeError(f"refuted_by({given}): give classes of exceptions, such as TypeError")
    try:
        yield
    except exceptions as error:
        raise Refuted(f"{type(error).__name__}: {error}") from error
