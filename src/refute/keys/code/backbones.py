"""The usual networks of torchvision: the parts that programs replace, and those between them.

Sizes and parts are those of torchvision 0.20.  A stage stands for many blocks.
"""

from __future__ import annotations

from refute.keys.code.places import Place
from refute.keys.code.values import Made, Name, Sequence, Unknown, Value

STAGE = "torchvision.models.Stage"
"""What many blocks count as; its arguments are the channels before and behind, and the stride."""

_PREFIX = "torchvision.models."
_FLATTEN = Made(Name("torch.nn.Flatten"), (), {}, Place(0, 0), 0)
_RESNETS = {
    **dict.fromkeys(("resnet18", "resnet34"), 512),
    **dict.fromkeys(
        ("resnet50", "resnet101", "resnet152", "resnext50_32x4d", "resnext101_32x8d",
         "wide_resnet50_2", "wide_resnet101_2"), 2048,
    ),
}  # fmt: skip
"""The features behind the last stage."""

_Head = tuple[int | str, ...]
_ALEXNET: _Head = ("Dropout", 4096, "ReLU", "Dropout", 4096, "ReLU", "classes")
_VGG: _Head = (4096, "ReLU", "Dropout", 4096, "ReLU", "Dropout", "classes")
_DROPPED: _Head = ("Dropout", "classes")
_NORMED: _Head = ("LayerNorm", "Flatten", "classes")
_OTHERS: dict[str, tuple[int, int, str, _Head]] = {
    "alexnet": (256, 6, "classifier", _ALEXNET),
    **{f"vgg{depth}{end}": (512, 7, "classifier", _VGG)
       for depth in (11, 13, 16, 19) for end in ("", "_bn")},
    **{f"efficientnet_b{size}": (channels, 1, "classifier", _DROPPED)
       for size, channels in enumerate((1280, 1280, 1408, 1536, 1792, 2048, 2304, 2560))},
    "mobilenet_v2": (1280, 1, "classifier", _DROPPED),
    "mobilenet_v3_large": (960, 1, "classifier", (1280, "Hardswish", *_DROPPED)),
    "mobilenet_v3_small": (576, 1, "classifier", (1024, "Hardswish", *_DROPPED)),
    **{f"densenet{depth}": (channels, 1, "classifier", ())
       for depth, channels in ((121, 1024), (161, 2208), (169, 1664), (201, 1920))},
    **{f"convnext_{size}": (channels, 1, "classifier", _NORMED)
       for size, channels in (("tiny", 768), ("small", 768), ("base", 1024), ("large", 1536))},
}  # fmt: skip
"""Channels behind the features, sides of the pool, and the head: its name and its layers."""

_UNNORMALIZED = ("alexnet", "convnext", "vgg")


def name_of_backbone(callee: str, args: tuple[Value, ...]) -> str | None:
    """Return the name of the network that a call creates, ``None`` if it is not one of these."""
    module, _, name = callee.rpartition(".")
    given = [arg for arg in args if isinstance(arg, str)]
    by_name = callee == "torchvision.models.get_model"
    if given and (by_name or (callee == "timm.create_model" and given[0] in _RESNETS)):
        name = given[0]
    elif callee == "torch.hub.load" and len(given) > 1 and given[0].startswith("pytorch/vision"):
        name = given[1]
    elif not f"{module}.".startswith(_PREFIX) or "detection" in module or "video" in module:
        return None
    return name if name in _RESNETS or name in _OTHERS else None


def is_backbone(made: Made) -> bool:
    """Whether an object is one of these networks."""
    name = made.kind.removeprefix(_PREFIX)
    return name != made.kind and (name in _RESNETS or name in _OTHERS)


def has_batch_norm(backbone: Made) -> bool:
    """Whether one of these networks has batch normalization."""
    name = backbone.kind.removeprefix(_PREFIX)
    return name.endswith("_bn") or not name.startswith(_UNNORMALIZED)


def parts_of_new(made: Made) -> dict[str, Value]:
    """Return the parts that such a network is created with, by the names of its attributes."""
    name = made.kind.removeprefix(_PREFIX)
    classes = made.kwargs.get("num_classes", 1000)
    if "**" in made.kwargs:
        classes = Unknown("arguments that are not written out")

    def layer(kind: str, *args: Value, **kwargs: Value) -> Made:
        return Made(Name(f"torch.nn.{kind}"), args, kwargs, made.place, made.block)

    def stage(*args: int) -> Made:
        return Made(Name(STAGE), args, {}, made.place, made.block)

    if name in _RESNETS:
        width = _RESNETS[name]
        first = width // 8
        return {
            "conv1": layer("Conv2d", 3, 64, 7, 2, 3, bias=False),
            "bn1": layer("BatchNorm2d", 64),
            "relu": layer("ReLU"),
            "maxpool": layer("MaxPool2d", 3, 2, 1),
            "layer1": stage(64, first, 1),
            "layer2": stage(first, 2 * first, 2),
            "layer3": stage(2 * first, 4 * first, 2),
            "layer4": stage(4 * first, width, 2),
            "avgpool": layer("AdaptiveAvgPool2d", 1),
            "fc": layer("Linear", width, classes),
        }
    channels, side, head_name, head = _OTHERS[name]
    layers: list[Value] = []
    features: int | str = channels * side**2
    for kind in head:
        if kind == "LayerNorm":
            layers.append(layer("LayerNorm", channels))
        elif isinstance(kind, str) and kind != "classes":
            layers.append(layer(kind))
        else:
            layers.append(layer("Linear", features, classes if kind == "classes" else kind))
            features = kind
    last = layer("Sequential", *layers) if head else layer("Linear", features, classes)
    if head:
        last.attributes["layers"] = Sequence(layers, True, made.place)
    return {
        "features": stage(3, channels, 32),
        "avgpool": layer("AdaptiveAvgPool2d", side),
        head_name: last,
    }


def in_order(backbone: Made) -> list[Value] | None:
    """Return the parts that an input goes through now, ``None`` if it is no such network."""
    if not is_backbone(backbone):
        return None
    names = list(parts_of_new(backbone))  # in the order of the input
    parts = [backbone.attributes.get(name) for name in names]
    return [*parts[:-1], _FLATTEN, parts[-1]]


def children(backbone: Made) -> list[Value] | None:
    """Return the parts as ``children()`` yields them, ``None`` if this is no such network."""
    parts = in_order(backbone)
    return None if parts is None else [part for part in parts if part is not _FLATTEN]


def untouched(part: Value) -> bool:
    """Whether a part is a stage as it was created."""
    is_stage = isinstance(part, Made) and part.kind == STAGE
    return is_stage and not part.attributes and not part.escaped
