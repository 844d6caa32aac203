"""A run with one of everything that a run can record, and a key with one of every mark."""

from __future__ import annotations

from refute.ledger import Cited, ClaimRecord, NotMeasured
from refute.wording import far_better, most, roughly, slower
from tests.make import claim, measured, quantity, reading, searched, series


def one_of_everything() -> list[ClaimRecord]:
    """Every verdict, every kind of evidence, every kind of series."""
    deep, deep_evidence = measured(roughly(2), 2.05)
    shallow, shallow_evidence = measured(roughly(2), 1.2, n=32)
    flat, flat_evidence = measured(roughly(2), 1.0, spread=0.05, n=32)
    open_, open_evidence = measured(slower(), 1.1, n=512)
    late, late_evidence = measured(slower(), 40.0, n=64, spread=2.0, capped=5)
    near, near_evidence = measured(slower(), 1.0, n=32, spread=0.01)
    diverging = quantity("value", "share of networks that diverge")
    accuracies = quantity("difference", "accuracy", "with a", "with b")
    often, often_evidence = measured(most(), 0.9, quantity=diverging)
    never, never_evidence = measured(most(), 0.02, quantity=diverging)
    gap, gap_evidence = measured(far_better(), 0.85, quantity=accuracies, spread=0.01)
    no_gap, no_gap_evidence = measured(far_better(), 0.01, quantity=accuracies)
    with_series = [series(), series("layers", 20, "signal by depth"), series("histogram")]
    deep_evidence.series.extend(with_series)
    shallow_evidence.series.extend(with_series[:1])
    network = "Network(sizes=(3, 2, 1),\n        seed=7)"
    found = searched("fails", examples=37, counterexample=network)
    sought = searched("holds", examples=200)
    return [
        claim(
            "dropout/factor-of-two",
            "DEPENDS",
            [
                reading("two hidden layers", deep, deep_evidence),
                reading("one hidden layer", shallow, shallow_evidence),
                reading("no dropout, other seeds", flat, flat_evidence, role="control"),
            ],
            why="holds for “two hidden layers”; fails for “one hidden layer”.",
            correction="The factor grows with depth: 1.2 with one hidden layer, 2.05 with two.",
        ),
        claim(
            "dropout/slows-training",
            "SUPPORTED",
            [
                reading("rate 0.5", late, late_evidence),
                reading("rate 0.05", near, near_evidence, role="control"),
            ],
            statement="Dropout slows training down.",
        ),
        claim(
            "dropout/often-diverges",
            "SUPPORTED",
            [
                reading("rate 0.9", often, often_evidence),
                reading("rate 0.1", never, never_evidence, role="control"),
            ],
            statement="Most networks diverge.",
        ),
        claim(
            "dropout/no-inference-cost",
            "UNDECIDED",
            [
                reading(
                    "seconds",
                    "undecided",
                    NotMeasured("timing was switched off"),
                    published="holds",
                ),
                reading("steps", open_, open_evidence, check="test_other"),
            ],
            statement="Dropout costs nothing at inference.",
            why="is undecided for “seconds” and “steps”.",
        ),
        claim(
            "init/same-value",
            "REFUTED",
            [
                reading("any network", "fails", found, check="test_find"),
                reading("one weight nudged", "holds", sought, role="control", check="test_find"),
            ],
            statement="Weights that start equal drift apart.",
            why="fails for “any network”.",
            correction="They stay equal.",
        ),
        claim(
            "init/far-better",
            "SUPPORTED",
            [
                reading("digits", gap, gap_evidence, published="fails"),
                reading("no hidden layer", no_gap, no_gap_evidence, role="control"),
            ],
            statement="Random weights give far better accuracy.",
        ),
        claim(
            "init/purpose",
            "SUPPORTED",
            [reading("the paper", "holds", Cited("“the aim is to keep the variance”"))],
            statement="He initialization was designed to keep the variance.",
            why="agrees with its sources: cited, not measured.",
        ),
        claim(
            "init/crashes",
            "NO VERDICT",
            [reading("any", None, None, error="Traceback:\n  line 1\nZeroDivisionError: by zero")],
            statement="This check breaks.",
            why="broke in “any”.",
        ),
        claim(
            "init/interrupted",
            None,
            [reading("first", deep, deep_evidence)],
            statement="This one did not finish.",
            why="was not run for “second”.",
            complete=False,
        ),
    ]


KEY = """# Chapter 11

1. **Does dropout slow training down?** Yes, by a factor of two. It costs nothing at inference.

   - Weights that start equal *stay* equal.
   - It is a good default, see `nn.Dropout` and $p = 0.5$.

| layer. | rate. |
|---|---|
| first | most diverge here |

> It is used everywhere.

```python
model = Sequential()
model.add(Dropout(0.5))
```

He initialization keeps the variance, and helps. Nobody linked this sentence.
"""

LINKS = """
[[statement]]
quote = "Does dropout slow training down?"
not_a_claim = "the question"
[[statement]]
quote = "Yes, by a factor of two."
asserts = ["dropout/factor-of-two"]
[[statement]]
quote = "It costs nothing at inference."
asserts = ["dropout/no-inference-cost"]
[[statement]]
quote = "Weights that start equal stay equal."
denies = ["init/same-value"]
[[statement]]
quote = "It is a good default … p = 0.5$."
advice = "good for what is not said"
[[statement]]
quote = "most diverge here"
asserts = ["dropout/often-diverges"]
[[statement]]
quote = "It is used everywhere."
not_encoded = ["dropout/used-everywhere"]
[[statement]]
quote = "model.add(Dropout(0.5))"
asserts = ["init/crashes"]
[[statement]]
quote = "He initialization keeps the variance"
asserts = ["init/purpose"]
not_encoded = ["init/variance"]
[[statement]]
quote = "and helps."
denies = ["init/far-better"]
"""
