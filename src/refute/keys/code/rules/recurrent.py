"""Rules about recurrent layers: which outputs the next layer gets."""

from __future__ import annotations

from collections.abc import Iterator

from refute.keys.code.facts import Facts
from refute.keys.code.layers import RECURRENT, Layer
from refute.keys.code.rules.answers import Answer, Faulty, Fine, rule
from refute.keys.code.values import Made, Term, Value, callee, walk

_KERAS = ("keras.layers.LSTM", "keras.layers.GRU", "keras.layers.SimpleRNN")
_BETWEEN = ("dropout", "batch norm", "norm", "activation")


@rule(
    "code/sequence-not-returned",
    "a recurrent layer gets only the last output of the one before",
    severity="error",
    fix="Give every recurrent layer but the last return_sequences=True.",
)
def sequence_not_returned(facts: Facts) -> Iterator[Answer]:
    for model in facts.models:
        before: Made | None = None
        for layer in model.layers:
            recurrent = _recurrent(layer)
            if recurrent is None:
                before = before if layer.kind in _BETWEEN else None
                continue
            if before is not None and before.kwargs.get("return_sequences", False) is False:
                yield Faulty(before.place, "the next layer needs the whole sequence")
            elif before is not None:
                yield Fine(before.place)
            before = None if "**" in recurrent.kwargs or recurrent.args[1:] else recurrent


def _recurrent(layer: Layer) -> Made | None:
    """The recurrent layer of Keras that a layer is, or runs in both directions."""
    made = layer.made
    if made is not None and made.is_a("keras.layers.Bidirectional"):
        inner = made.argument("layer", 0)
        made = inner if isinstance(inner, Made) else None
    return made if made is not None and made.is_a(*_KERAS) else None


@rule(
    "code/time-axis-mistaken",
    "the last sample of a batch is mistaken for the last step of each sequence",
    severity="error",
    fix="Create the recurrent layer with batch_first=True.",
)
def time_axis_mistaken(facts: Facts) -> Iterator[Answer]:
    for output in facts.trace.outputs.values():
        for part in walk(output):
            layer = _last_of_second_axis(part)
            if layer is None:
                continue
            if layer.argument("batch_first", 4, False) is False and "**" not in layer.kwargs:
                yield Faulty(part.place, "axis 1 is the batch, unless batch_first=True")
            else:
                yield Fine(part.place)


def _last_of_second_axis(value: Value) -> Made | None:
    """The recurrent layer of torch whose outputs are indexed as ``outputs[:, -1]``."""
    if not isinstance(value, Term) or value.operation != "item":
        return None
    outputs, index = value.operands
    second = index[1] if isinstance(index, tuple) and len(index) > 1 else None
    if second != -1 or not isinstance(outputs, Term) or outputs.operation != "item":
        return None
    layer = callee(outputs.operands[0])
    return layer if isinstance(layer, Made) and layer.is_a(*RECURRENT) else None
