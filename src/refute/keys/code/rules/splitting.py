"""The rule about splits that take the last rows of data that come class by class."""

from __future__ import annotations

from collections.abc import Iterator

from refute.keys.code.classwise import come_by_class
from refute.keys.code.facts import Facts
from refute.keys.code.filling import filled_by_class
from refute.keys.code.fitting import validation_data, validation_split
from refute.keys.code.models import is_keras_model
from refute.keys.code.parts import role
from refute.keys.code.rules.answers import Answer, Faulty, Fine, rule

_REORDERED = r"shuffl(?!e\s*=\s*(True|False))|permut|\.sample\(|argsort|\bchoice\("
"""What a program says that may put its data into another order."""

_NUMBERS = r"\b(mse|mae|huber)\b|mean_?(squared|absolute)_?error|(MSE|L1|Huber)Loss"
"""What a program says that predicts numbers, not classes."""


@rule(
    "code/last-classes-split-off",
    "the last rows validate or test, but the data come class by class",
    severity="wrong",
    fix="Shuffle samples and labels together first, or use train_test_split(..., stratify=y).",
)
def last_classes_split_off(facts: Facts) -> Iterator[Answer]:
    if facts.mentions(_REORDERED) or facts.mentions(_NUMBERS):
        return
    filled = filled_by_class(facts)
    for fit in facts.fits:
        share = validation_split(fit)
        if not is_keras_model(fit.receiver) or not isinstance(share, float):
            continue
        labels = fit.argument("y", 1)
        if validation_data(fit) is None and come_by_class(labels, filled):
            why = "validation_split takes the last rows, and these data come class by class"
            yield Faulty(fit.place, why)
        elif role(labels) is not None:
            yield Fine(fit.place)
    for call in facts.trace.calls:
        # A third array may be of groups, which are to stay together.
        in_order = call.name.endswith(".train_test_split") and call.argument("shuffle") is False
        if in_order and len(call.args) == 2 and come_by_class(call.args[1], filled):
            yield Faulty(call.place, "this splits off the last rows, and these come class by class")
