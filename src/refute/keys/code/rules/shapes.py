"""Rules about outputs and labels, one with shape (N, 1) and the other with shape (N,)."""

from __future__ import annotations

from collections.abc import Iterator

from refute.keys.code.data import argument_beside, is_column_of_labels, name_and_array
from refute.keys.code.facts import Facts
from refute.keys.code.losses import losses, name_of_loss
from refute.keys.code.places import Place
from refute.keys.code.ranks import Ranks
from refute.keys.code.rules.answers import Answer, Faulty, Fine, Unsure, rule
from refute.keys.code.values import Event, Name, Term, Value, callee, walk

_REFUSING = ("BCELoss", "BCEWithLogitsLoss", "binary_cross_entropy",
             "binary_cross_entropy_with_logits")  # fmt: skip
"""Losses that need both in one shape, and stop if they are not."""

_OF_PAIRS = ("MSELoss", "L1Loss", "SmoothL1Loss", "HuberLoss", "mse_loss", "l1_loss",
             "smooth_l1_loss", "huber_loss", *_REFUSING)  # fmt: skip


@rule(
    "code/loss-by-broadcasting",
    "a loss compares outputs of shape (N, 1) with labels of shape (N,)",
    severity="error",
    fix="Give both one shape: model(x).squeeze(1), or y.unsqueeze(1).",
)
def loss_by_broadcasting(facts: Facts) -> Iterator[Answer]:
    for part in facts.with_uncalled:
        ranks = Ranks(part.trace)
        for place, sides, name in _compared(part):
            for output, labels in (sides, sides[::-1]):
                if not _has_one_column(part, output, ranks):
                    continue
                axes = ranks.of(labels)
                if axes == 1:
                    yield Faulty(place, _refused(name) if name else _BROADCAST)
                elif axes == 2:
                    yield Fine(place)


_BROADCAST = "outputs (N, 1) against labels (N,) give N by N numbers"


def _refused(name: str) -> str:
    return f"{name} stops: outputs (N, 1) and labels (N,) have different shapes"


def _compared(facts: Facts) -> Iterator[tuple[Place, tuple[Value, ...], str]]:
    """Yield what losses of pairs compare, and what is subtracted from each other.

    With it comes the name of the loss if it refuses different shapes, else an empty one.
    """
    for loss in losses(facts):
        if len(loss.args) > 1 and _is_of_pairs(loss):
            yield loss.place, loss.args[:2], _refusing(loss)
    # By name they are found in any call: also in that of the loss's own method ``forward``.
    for call in (*facts.trace.events, *facts.trace.calls):
        if _is_of_pairs(call) and {"input", "target"} <= call.kwargs.keys():
            yield call.place, (call.kwargs["input"], call.kwargs["target"]), _refusing(call)
    for term in facts.terms:
        if term.operation == "-" and len(term.operands) == 2:
            yield term.place, term.operands, ""


def _is_of_pairs(loss: Event) -> bool:
    name = name_of_loss(loss)
    return name.startswith("torch.nn.") and name.endswith(_OF_PAIRS)


def _refusing(loss: Event) -> str:
    name = name_of_loss(loss).rpartition(".")[2]
    return name if name in _REFUSING else ""


def _has_one_column(facts: Facts, output: Value, ranks: Ranks) -> bool:
    """Whether a value is the output of a model of torch that ends in one unit, as it is."""
    model = facts.model_of(callee(output))
    if model is None or model.library != "torch" or not model.is_end_known:
        return False
    has_one_unit = model.output is not None and model.output.units == 1
    is_output_last = model.layers[-1].kind in ("dense", "activation")
    inputs = output.operands[1] if len(output.operands) > 1 else None
    return has_one_unit and is_output_last and ranks.of(inputs) != 1


@rule(
    "code/accuracy-by-broadcasting",
    "comparing shape (N,) with shape (N, 1) gives an N by N array",
    severity="error",
    fix="Flatten the labels first: y_test.ravel().",
)
def accuracy_by_broadcasting(facts: Facts) -> Iterator[Answer]:
    ranks = Ranks(facts.trace)
    for term in facts.trace.comparisons:
        if term.operation not in ("==", "!="):
            continue
        for flat, labels in (term.operands, term.operands[::-1]):
            if not _is_flat_prediction(flat):
                continue
            column = is_column_of_labels(labels)
            if column:
                yield Faulty(
                    term.place, "predictions of shape (N,) are compared with labels of shape (N, 1)"
                )
            elif column is False or ranks.of(labels) == 1:
                yield Fine(term.place)
            elif _may_be_column(labels):
                yield Unsure(term.place, "it is unknown whether these labels still have two axes")


def _may_be_column(labels: Value) -> bool:
    """Whether labels are computed in a way that is not followed from those of CIFAR in Keras."""
    parts = list(walk(labels))
    if any(is_column_of_labels(part) is False for part in parts):
        return False
    loaders = ("keras.datasets.cifar10.load_data", "keras.datasets.cifar100.load_data")
    return any(isinstance(part, Name) and part.dotted in loaders for part in parts)


def _is_flat_prediction(value: Value) -> bool:
    if not isinstance(value, Term):
        return False
    name, _ = name_and_array(value)
    is_by_class = name == "argmax" and argument_beside(value, "axis") in (1, -1)
    return is_by_class and not dict(value.kwargs).get("keepdims", False)
