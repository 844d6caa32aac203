"""The sizes that convolutions and poolings of torch give, by the formulas of its documentation."""

from __future__ import annotations

import re

from refute.keys.code.values import Made, Value, members

Size = tuple[int, ...]
"""The size of one sample, without the axis of the batch: channels, height, width; or features."""

_WINDOW = re.compile(r"torch\.nn\.(Conv|ConvTranspose|MaxPool|AvgPool)([123])d")
_OF_KERAS = ("Conv2D", "MaxPooling2D", "MaxPool2D", "AveragePooling2D", "AvgPool2D")
_ADAPTIVE = re.compile(r"torch\.nn\.Adaptive(?:Max|Avg)Pool([123])d")


def is_window(made: Made) -> bool:
    """Whether a layer is a convolution or a pooling of torch whose sizes are known here."""
    return bool(_WINDOW.fullmatch(made.kind) or _ADAPTIVE.fullmatch(made.kind))


def after_window(made: Made, size: Size) -> Size | None:
    """Return the size of a sample after a convolution or a pooling, ``None`` if it is unknown.

    A side of the result is below 1 if the window is larger than the sample.
    """
    if (adaptive := _ADAPTIVE.fullmatch(made.kind)) is not None:
        return _adapted(made, size, int(adaptive[1]))
    window = _WINDOW.fullmatch(made.kind)
    if window is None or len(size) != int(window[2]) + 1:
        return None
    count = int(window[2])
    if window[1] == "ConvTranspose":
        return _after_transposed(made, size, count)
    is_convolution = window[1] == "Conv"
    first = 2 if is_convolution else 0
    kernel = _each(made.argument("kernel_size", first), count)
    default = 1 if is_convolution else made.argument("kernel_size", first)
    given = made.argument("stride", first + 1, default)
    stride = _each(default if given is None else given, count)
    padding = _padding(made.argument("padding", first + 2, 0), count)
    spread = made.argument("dilation", first + 3, 1) if window[1] != "AvgPool" else 1
    dilation = _each(spread, count)
    at = {"Conv": None, "MaxPool": 5, "AvgPool": 3}[window[1]]
    ceil = made.argument("ceil_mode", at, False)
    channels = made.argument("out_channels", 1) if is_convolution else size[0]
    if kernel is None or stride is None or dilation is None or type(channels) is not int:
        return None
    if made.argument("padding", first + 2, 0) == "same":
        return (channels, *size[1:]) if set(stride) == {1} else None
    if padding is None or 0 in stride or type(ceil) is not bool:
        return None
    rows = zip(size[1:], kernel, stride, padding, dilation, strict=True)
    return (channels, *(_side(*row, ceil=ceil) for row in rows))


def _after_transposed(made: Made, size: Size, count: int) -> Size | None:
    defaults = {"kernel_size": None, "stride": 1, "padding": 0, "output_padding": 0}
    given = [_each(made.argument(name, at, default), count)
             for at, (name, default) in enumerate(defaults.items(), 2)]  # fmt: skip
    spread, channels = (
        _each(made.argument("dilation", 8, 1), count),
        made.argument("out_channels", 1),
    )
    known = [sides for sides in (*given, spread) if sides is not None]
    if len(known) < 5 or type(channels) is not int:
        return None
    rows = zip(size[1:], *known, strict=True)
    return (channels, *((side - 1) * step - 2 * pad + wide * (kernel - 1) + more + 1
                        for side, kernel, step, pad, more, wide in rows))  # fmt: skip


def after_resizing(size: Size, sides: Value, scale: Value) -> Size | None:
    """Return the size of a sample after an upsampling to some sides, or by a scale."""
    count = len(size) - 1
    if sides is not None:
        wanted = _each(sides, count)
        return None if wanted is None else (size[0], *wanted)
    factors = (scale,) * count if isinstance(scale, int | float) else members(scale) or ()
    if len(factors) != count or not all(isinstance(factor, int | float) for factor in factors):
        return None
    return (size[0], *(int(side * f) for side, f in zip(size[1:], factors, strict=True)))


def after_padding(size: Size, padding: Value) -> Size | None:
    """Return the size of a sample that is padded: the last side first, two numbers for each."""
    given = (padding,) * 4 if type(padding) is int else members(padding) or ()
    if len(given) % 2 or not given or len(given) >= 2 * len(size):
        return None
    if not all(type(number) is int for number in given):
        return None
    added = [0] * len(size)
    for at in range(len(given) // 2):
        added[-1 - at] = given[2 * at] + given[2 * at + 1]
    return tuple(side + more for side, more in zip(size, added, strict=True))


def after_window_of_keras(made: Made, size: Size) -> Size | None:
    """Return height, width and channels after a convolution or a pooling of Keras, or ``None``."""
    name = made.kind.removeprefix("keras.layers.")
    if name not in _OF_KERAS or len(size) != 3 or made.argument("data_format") is not None:
        return None
    is_convolution = name == "Conv2D"
    first = 1 if is_convolution else 0
    window = made.argument("kernel_size" if is_convolution else "pool_size", first, 2)
    given = made.argument("strides", first + 1, 1 if is_convolution else window)
    kernel, stride = _each(window, 2), _each(window if given is None else given, 2)
    dilation = _each(made.argument("dilation_rate", None, 1), 2)
    channels = made.argument("filters", 0) if is_convolution else size[2]
    padding = made.argument("padding", first + 2, "valid")
    if kernel is None or stride is None or 0 in stride or dilation is None:
        return None
    if type(channels) is not int or padding not in ("valid", "same"):
        return None
    if padding == "same":
        return (*(-(-side // step) for side, step in zip(size, stride, strict=False)), channels)
    rows = zip(size[:2], kernel, stride, (0, 0), dilation, strict=True)
    return (*(_side(*row, ceil=False) for row in rows), channels)


def _side(side: int, kernel: int, stride: int, padding: int, dilation: int, *, ceil: bool) -> int:
    room = side + 2 * padding - dilation * (kernel - 1) - 1
    if room < 0:
        return 0
    if not ceil:
        return room // stride + 1
    windows = -(-room // stride) + 1
    return windows - 1 if (windows - 1) * stride >= side + padding else windows


def _adapted(made: Made, size: Size, count: int) -> Size | None:
    wanted = made.argument("output_size", 0)
    items = members(wanted)
    sides = (wanted,) * count if items is None else items
    if len(size) != count + 1 or len(sides) != count:
        return None
    kept = [old if new is None else new for old, new in zip(size[1:], sides, strict=True)]
    return (size[0], *kept) if all(type(side) is int for side in kept) else None


def _each(value: Value, count: int) -> Size | None:
    """What is given for every axis at once, or for each, ``None`` if it is not known."""
    items = members(value)
    sides = (value,) * count if items is None else items
    known = tuple(side for side in sides if type(side) is int)
    return known if len(known) == len(sides) == count else None


def _padding(value: Value, count: int) -> Size | None:
    return _each(0 if value == "valid" else value, count)
