"""The rule about images that are not prepared as a pretrained network expects them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from refute.keys.code.data import name_and_array, scale
from refute.keys.code.facts import Facts
from refute.keys.code.feeding import gets_input_unscaled
from refute.keys.code.labels import generated
from refute.keys.code.rules.answers import Answer, Faulty, Fine, Severity, rule
from refute.keys.code.values import Free, Made, Value, objects_in, walk

_CAFFE = "as in Caffe (BGR, less ImageNet's mean)"
_RAW = "raw pixels"
_MODES = {
    _CAFFE: r"vgg(16|19)$|resnet(50|101|152)?$",
    "from -1 to 1": r"inception_?(resnet_?)?v[23]$|xception$|mobilenet(_?v2)?$|resnet(\d+)?_?v2$",
    "as in torch": "densenet",
    _RAW: r"efficientnet|mobilenet_?v3|convnext",
}
"""How networks want their images, by their names."""

_PREPARING = r"applications\.(\w+)(?:\.| import [^\n]*)preprocess_input"


@rule(
    "code/preprocessing-of-another-model",
    "images are not prepared as the pretrained network expects them",
    severity="wrong",
    fix="Use preprocess_input of the network's own module.",
)
def preprocessing_of_another_model(facts: Facts) -> Iterator[Answer]:
    networks = list(_networks(facts))
    yield from _given_raw(facts, networks)
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


def _given_raw(facts: Facts, networks: list[tuple[Made, str]]) -> Iterator[Answer]:
    """Report pretrained networks that are trained on pixels which nothing scales."""
    reported: set[int] = set()
    for fit in facts.fits:
        if not _is_raw(fit.argument("x", 0)):
            continue
        parts = {id(part) for part in objects_in(fit.receiver)}
        for made, mode in networks:
            if id(made) not in parts or id(made) in reported:
                continue
            if not gets_input_unscaled(facts, made, fit.receiver):
                continue
            reported.add(id(made))
            if mode == _RAW:
                yield Fine(made.place)
            else:
                severity: Severity | None = "weak" if mode == _CAFFE else None
                why = f"this network expects images {mode}, and gets raw pixels"
                yield Faulty(made.place, why, severity)


def _is_raw(data: Value) -> bool:
    """Whether training data are certainly images with pixels from 0 to 255."""
    source = generated(data)
    if source is None:
        return scale(data) == "raw" and not any(isinstance(part, Free) for part in walk(data))
    if source.operation == "method":
        generator = source.operands[0]
        return isinstance(generator, Made) and generator.kwargs.keys() <= _GEOMETRIC
    return "image_dataset" in name_and_array(source)[0]


_GEOMETRIC = {
    "rotation_range", "width_shift_range", "height_shift_range", "shear_range", "zoom_range",
    "horizontal_flip", "vertical_flip", "fill_mode", "validation_split", "brightness_range",
}  # fmt: skip
"""Arguments of ``ImageDataGenerator`` that keep the range of the pixels."""


def _is_division(layer: Made) -> bool:
    scale, offset = layer.argument("scale", 0), layer.argument("offset", 1, 0.0)
    return isinstance(scale, float) and abs(scale * 255 - 1) < 0.01 and offset == 0


def _mode(name: str) -> str | None:
    return next((m for m, p in _MODES.items() if re.match(p, name, re.I)), None)
