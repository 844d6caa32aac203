"""The rule about labels and outputs that a loss gets in the wrong order."""

from __future__ import annotations

from collections.abc import Iterator

from refute.keys.code.facts import Facts
from refute.keys.code.losses import losses, name_of_loss
from refute.keys.code.models import is_keras_model, is_torch_module
from refute.keys.code.rules.answers import Answer, Faulty, Fine, rule
from refute.keys.code.values import Value, callee

_OF_CLASSES = ("entropy", "entropyloss", "nllloss", "nll_loss")


@rule(
    "code/loss-arguments-swapped",
    "the loss gets outputs and labels in the wrong order",
    severity="error",
    fix="Keras: loss(labels, outputs). torch: loss(outputs, labels).",
)
def loss_arguments_swapped(facts: Facts) -> Iterator[Answer]:
    for loss in losses(facts):
        name = name_of_loss(loss)
        if len(loss.args) < 2 or not name.lower().endswith(_OF_CLASSES):
            continue
        if not name.startswith(("keras.", "torch.")):
            continue  # one of the program's own
        first, second = (_is_output(facts, value) for value in loss.args[:2])
        if first == second:
            continue
        of_keras = name.startswith("keras.")
        if first == of_keras:
            order = "labels first" if of_keras else "outputs first"
            yield Faulty(loss.place, f"this loss takes the {order}")
        else:
            yield Fine(loss.place)


def _is_output(facts: Facts, value: Value) -> bool:
    """Whether a value is what a model of the program returns."""
    model = callee(value)
    return is_keras_model(model) or is_torch_module(model)
