"""The rule about layers of torch whose sizes do not fit each other."""

from __future__ import annotations

from collections.abc import Iterator

from refute.keys.code.facts import Facts
from refute.keys.code.models import WITH_MODES, Layer
from refute.keys.code.rules.answers import Answer, Faulty, Fine, rule

_KEEPING = ("activation", *WITH_MODES)


@rule(
    "code/sizes-do-not-fit",
    "a layer gets another number of features than it expects",
    severity="error",
    fix="Give each layer as many inputs as the layer before has outputs.",
)
def sizes_do_not_fit(facts: Facts) -> Iterator[Answer]:
    for model in facts.models:
        if model.library != "torch":
            continue
        features: object = None
        for layer in model.layers:
            expected = _expected(layer)
            if isinstance(features, int) and isinstance(expected, int):
                if expected == features:
                    yield Fine(layer.place)
                else:
                    why = f"this layer expects {expected} features, and gets {features}"
                    yield Faulty(layer.place, why)
            if layer.kind == "dense":
                features = layer.units
            elif layer.kind not in _KEEPING:
                features = None


def _expected(layer: Layer) -> object:
    """The number of features that a dense layer or a batch normalization expects, if known."""
    if layer.made is None:
        return None
    if layer.made.kind == "torch.nn.Linear":
        return layer.made.argument("in_features", 0)
    of_rows = layer.made.kind == "torch.nn.BatchNorm1d"
    return layer.made.argument("num_features", 0) if of_rows else None
