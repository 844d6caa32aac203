"""The rule about losses that broadcast outputs of shape (N, 1) against labels of shape (N,)."""

from __future__ import annotations

from collections.abc import Iterator

from refute.keys.code.facts import Facts
from refute.keys.code.losses import losses, name_of_loss
from refute.keys.code.places import Place
from refute.keys.code.ranks import Ranks
from refute.keys.code.rules.answers import Answer, Faulty, Fine, rule
from refute.keys.code.values import Value, callee

_OF_PAIRS = ("MSELoss", "L1Loss", "SmoothL1Loss", "HuberLoss", "BCELoss", "BCEWithLogitsLoss",
             "mse_loss", "l1_loss", "smooth_l1_loss", "binary_cross_entropy",
             "binary_cross_entropy_with_logits")  # fmt: skip


@rule(
    "code/loss-by-broadcasting",
    "a loss compares outputs of shape (N, 1) with labels of shape (N,)",
    severity="error",
    fix="Give both one shape: model(x).squeeze(1), or y.unsqueeze(1).",
)
def loss_by_broadcasting(facts: Facts) -> Iterator[Answer]:
    for part in facts.with_uncalled:
        ranks = Ranks(part.trace)
        for place, sides in _compared(part):
            for output, labels in (sides, sides[::-1]):
                if not _has_one_column(part, output, ranks):
                    continue
                axes = ranks.of(labels)
                if axes == 1:
                    yield Faulty(place, "outputs (N, 1) against labels (N,) give N by N numbers")
                elif axes == 2:
                    yield Fine(place)


def _compared(facts: Facts) -> Iterator[tuple[Place, tuple[Value, ...]]]:
    """Yield what losses of pairs compare, and what is subtracted from each other."""
    for loss in losses(facts):
        if len(loss.args) > 1 and name_of_loss(loss).endswith(_OF_PAIRS):
            yield loss.place, loss.args[:2]
    for call in (*facts.trace.events, *facts.trace.calls):
        if name_of_loss(call).endswith(_OF_PAIRS) and {"input", "target"} <= call.kwargs.keys():
            yield call.place, (call.kwargs["input"], call.kwargs["target"])
    for term in facts.terms:
        if term.operation == "-" and len(term.operands) == 2:
            yield term.place, term.operands


def _has_one_column(facts: Facts, output: Value, ranks: Ranks) -> bool:
    """Whether a value is the output of a model of torch that ends in one unit, as it is."""
    model = facts.model_of(callee(output))
    if model is None or model.library != "torch" or not model.is_end_known:
        return False
    one = model.output is not None and model.output.units == 1
    last = model.layers[-1].kind in ("dense", "activation")
    return one and last and ranks.of(output.operands[1] if len(output.operands) > 1 else None) != 1
