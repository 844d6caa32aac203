"""Rules about the order and the type of what a loss gets."""

from __future__ import annotations

from collections.abc import Iterator

from refute.keys.code.facts import Facts
from refute.keys.code.losses import losses, name_of_loss
from refute.keys.code.models import is_keras_model, is_torch_module
from refute.keys.code.ranks import Ranks
from refute.keys.code.rules.answers import Answer, Faulty, Fine, rule
from refute.keys.code.types import type_of
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


_OF_INTEGERS = ("CrossEntropyLoss", "NLLLoss", ".cross_entropy", ".nll_loss")
_OF_FLOATS = ("BCELoss", "BCEWithLogitsLoss", "HuberLoss", ".binary_cross_entropy",
              ".binary_cross_entropy_with_logits", ".huber_loss")  # fmt: skip


@rule(
    "code/labels-of-wrong-type",
    "class numbers that are floats, or labels of a binary loss that are integers",
    severity="error",
    fix="CrossEntropyLoss: torch.tensor(y, dtype=torch.long). BCELoss: dtype=torch.float32.",
)
def labels_of_wrong_type(facts: Facts) -> Iterator[Answer]:
    for part in facts.with_uncalled:
        ranks = Ranks(part.trace)
        for loss in losses(part):
            name = name_of_loss(loss)
            if len(loss.args) < 2 or not name.startswith("torch."):
                continue
            labels = loss.args[1]
            number = type_of(labels)
            if name.endswith(_OF_INTEGERS) and ranks.of(labels) == 1 and number == "float":
                yield Faulty(loss.place, "class numbers must be integers, and these are floats")
            elif name.endswith(_OF_FLOATS) and number == "integer":
                yield Faulty(loss.place, "this loss needs floats, and these labels are integers")
            elif number is not None:
                yield Fine(loss.place)
