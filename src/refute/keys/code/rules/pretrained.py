"""The rule about images that are prepared for another pretrained network."""

from __future__ import annotations

import re
from collections.abc import Iterator

from refute.keys.code.facts import Facts
from refute.keys.code.rules.answers import Answer, Faulty, Fine, Severity, rule
from refute.keys.code.values import Made, walk

_CAFFE = "as in Caffe (BGR, less ImageNet's mean)"
_MODES = {
    _CAFFE: r"vgg(16|19)$|resnet(50|101|152)?$",
    "from -1 to 1": r"inception_?(resnet_?)?v[23]$|xception$|mobilenet(_?v2)?$|resnet(\d+)?_?v2$",
    "as in torch": "densenet",
    "raw pixels": r"efficientnet|mobilenet_?v3|convnext",
}
"""How networks want their images, by their names."""

_PREPARING = r"applications\.(\w+)(?:\.| import [^\n]*)preprocess_input"


@rule(
    "code/preprocessing-of-another-model",
    "images are prepared for another pretrained network",
    severity="wrong",
    fix="Use preprocess_input of the network's own module.",
)
def preprocessing_of_another_model(facts: Facts) -> Iterator[Answer]:
    networks = list(_networks(facts))
    if len({mode for _, mode in networks}) != 1:
        return
    prepared = set(map(_mode, re.findall(_PREPARING, facts.all_text))) - {None}
    if not facts.mentions("preprocess_input"):
        yield from _divided(facts, networks)
    if len(prepared) != 1:
        return
    for made, mode in networks:
        if mode in prepared:
            yield Fine(made.place)
        else:
            yield Faulty(made.place, f"this network expects images {mode}, not {prepared.pop()}")
            return


def _networks(facts: Facts) -> Iterator[tuple[Made, str]]:
    """Yield the pretrained networks of Keras, with how they want their images."""
    for made in facts.trace.made:
        mode = _mode(made.kind.rpartition(".")[2])
        pretrained = made.kwargs.get("weights", "imagenet") is not None
        if made.kind.startswith("keras.applications.") and mode is not None and pretrained:
            yield made, mode


def _divided(facts: Facts, networks: list[tuple[Made, str]]) -> Iterator[Answer]:
    """Report pretrained networks whose images a layer only divides by 255."""
    for made, mode in networks:
        for call in facts.events(made, "()"):
            before = [part for part in walk(call.args) if isinstance(part, Made)]
            scales = [part for part in before if part.is_a("keras.layers.Rescaling")]
            if len(scales) == 1 and _is_division(scales[0]):
                severity: Severity | None = None if mode in (_CAFFE, "raw pixels") else "weak"
                yield Faulty(
                    scales[0].place,
                    f"this network expects images {mode}, not from 0 to 1",
                    severity,
                )


def _is_division(layer: Made) -> bool:
    scale, offset = layer.argument("scale", 0), layer.argument("offset", 1, 0.0)
    return isinstance(scale, float) and abs(scale * 255 - 1) < 0.01 and offset == 0


def _mode(name: str) -> str | None:
    return next((m for m, p in _MODES.items() if re.match(p, name, re.I)), None)
