"""The rule about splits that take the last rows of data that come class by class."""

from __future__ import annotations

from collections.abc import Iterator

from refute.keys.code.classwise import come_by_class
from refute.keys.code.facts import Facts
from refute.keys.code.fitting import validation_data, validation_split
from refute.keys.code.models import is_keras_model
from refute.keys.code.parts import role
from refute.keys.code.rules.answers import Answer, Faulty, Fine, rule

_REORDERED = r"shuffl(?!e\s*=\s*(True|False))|permut|\.sample\(|argsort|\bchoice\("
"""What a program says that may put its data into another order."""


@rule(
    "code/last-classes-split-off",
    "the last rows validate or test, but the data come class by class",
    severity="wrong",
    fix="Shuffle images and labels together before, or use train_test_split(..., stratify=y).",
)
def last_classes_split_off(facts: Facts) -> Iterator[Answer]:
    if facts.mentions(_REORDERED):
        return
    for fit in facts.fits:
        share = validation_split(fit)
        if not is_keras_model(fit.receiver) or not isinstance(share, float):
            continue
        labels = fit.argument("y", 1)
        if validation_data(fit) is None and come_by_class(facts, labels):
            why = "validation_split takes the last rows, and these data come class by class"
            yield Faulty(fit.place, why)
        elif role(labels) is not None:
            yield Fine(fit.place)
    for call in facts.trace.calls:
        in_order = call.name.endswith(".train_test_split") and call.argument("shuffle") is False
        if in_order and any(come_by_class(facts, array) for array in call.args):
            yield Faulty(call.place, "this splits off the last rows, and these data come by class")
