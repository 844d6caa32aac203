"""Where the arrays of a program come from, and how they were scaled."""

from __future__ import annotations

import re
from typing import Literal

from refute.keys.code.values import (
    Free,
    Made,
    Method,
    Name,
    Sequence,
    Term,
    Value,
    known,
    walk,
)

Origin = Literal["train", "validation", "test"]
Scale = Literal["raw", "divided", "centred", "standardised"]

ROLES: tuple[tuple[Origin, str], ...] = (
    ("validation", r"(^|_)(val|valid|validation|dev)(_|$)"),
    ("test", r"(^|_)(test|unseen)(_|$)"),
    ("train", r"(^|_)(train|training)(_|$)"),
)
"""What the name of an array says about the part of the data that it is."""
_SCALED = r"scal|norm|stand|prep|whiten|cent(e?red|er)|transform|(^|_)(std|z|sc)(_|$)"
"""What the name of an array says if its images were scaled where the program does not show it."""

_RANGES = (0.5, 127, 127.5, 128, 255, 256)
SHAPING = (
    "reshape", "astype", "ravel", "flatten", "squeeze", "copy", "view", "float", "double", "to",
    "numpy", "cuda", "cpu", "permute", "transpose", "unsqueeze",
)  # fmt: skip
"""Methods of arrays that keep their numbers."""

TRANSFORMING = ("transform", "fit_transform", "inverse_transform")
"""Methods of scalers, encoders and the like, which may have been fitted to other samples."""

SHAPING_CALLS = (
    "numpy.asarray", "numpy.array", "numpy.reshape", "numpy.squeeze", "numpy.ravel",
    "numpy.expand_dims", "numpy.float32", "numpy.ascontiguousarray", "numpy.copy",
    "numpy.transpose", "numpy.moveaxis", "tensorflow.cast", "tensorflow.convert_to_tensor",
    "tensorflow.constant", "tensorflow.reshape", "tensorflow.expand_dims", "keras.ops.cast",
    "keras.ops.reshape", "keras.ops.expand_dims", "torch.tensor", "torch.from_numpy",
    "torch.as_tensor", "torch.flatten", "torch.unsqueeze", "torch.reshape", "torch.squeeze",
)  # fmt: skip


ARITHMETIC = {
    f"{library}.{name}": sign
    for library in ("numpy", "tensorflow", "tensorflow.math", "torch")
    for name, sign in (("divide", "/"), ("true_divide", "/"), ("subtract", "-"), ("multiply", "*"))
}
"""Functions of libraries that do what an operator does, and its sign."""


def centres(term: Value) -> Value:
    """Return the array whose mean a term subtracts, ``None`` if it subtracts no mean over samples.

    A mean of each sample by itself is not a mean over samples.  One mean of all numbers is not
    counted: it hardly depends on which samples they are.
    """
    if not isinstance(term, Term) or term.operation != "-" or len(term.operands) != 2:
        return None
    mean = unshaped(term.operands[1])
    if not isinstance(mean, Term):
        return None
    name, array = name_and_array(mean)
    if name != "mean" or array is None:
        return None
    axis = argument_beside(mean, "axis", "dim")
    axes = axis.items if isinstance(axis, Sequence) else axis
    over_samples = axes == 0 or (isinstance(axes, list | tuple) and 0 in axes)
    return array if over_samples else None


def name_and_array(term: Term) -> tuple[str, Value]:
    """Return the name of a function or method of arrays, and the array that it is applied to.

    The name is empty if the term is not a call of such a function.
    """
    if term.operation == "method":
        return term.operands[1], term.operands[0]
    if term.operation != "call":
        return "", None
    called, *args = term.operands
    name = called.dotted.rpartition(".")[2] if isinstance(called, Name) else ""
    return name, args[0] if args else None


def argument_beside(term: Term, *names: str, at: int = 0, default: Value = None) -> Value:
    """Return an argument of a function or method of arrays, other than the array itself.

    It has one of these names; by position, it is number ``at`` after the array, from 0.
    """
    kwargs = dict(term.kwargs)
    given = [kwargs[name] for name in names if name in kwargs]
    given += term.operands[2 + at : 3 + at]
    return given[0] if given else default


def unshaped(array: Value) -> Value:
    """Return an array as it was before methods that change only its shape, type or device."""
    while isinstance(array, Term) and array.operation == "method" and array.operands[1] in SHAPING:
        array = array.operands[0]
    return array


def is_scaler(value: Value) -> bool:
    """Whether a value is an object that learns from data how to scale them."""
    return isinstance(value, Made) and value.kind.endswith(("Scaler", "Normalization"))


def part_loaded(item: Term) -> Origin | None:
    """Return which of the two parts from ``load_data`` an item is, ``None`` if it is neither."""
    if item.operation != "item":
        return None
    of, index = item.operands
    if isinstance(of, Term) and is_call(of, "load_data") and index in (0, 1):
        return "train" if index == 0 else "test"
    return None


def of_split(part: Value) -> Value:
    """Return the array that ``train_test_split`` took a part from, ``None`` for any other value."""
    if not isinstance(part, Term) or part.operation != "item":
        return None
    of, index = part.operands
    if (
        not isinstance(of, Term)
        or not is_call(of, "train_test_split")
        or not isinstance(index, int)
    ):
        return None
    arrays = of.operands[1:]  # each gives a part to train and one to test
    return arrays[index // 2] if 0 <= index // 2 < len(arrays) else None


def is_call(term: Term, name: str) -> bool:
    """Whether a term is what a library's function with this name returns."""
    if term.operation != "call" or not isinstance(term.operands[0], Name):
        return False
    return term.operands[0].dotted.rpartition(".")[2] == name


def is_column_of_labels(array: Value) -> bool | None:
    """Whether labels still have the shape (N, 1) of ``cifar10.load_data``; ``None`` if unknown."""
    if isinstance(array, Term) and array.operation == "item":
        of, index = array.operands
        if isinstance(of, Term) and of.operation == "item" and part_loaded(of) is not None:
            loader = of.operands[0].operands[0].dotted
            return "cifar" in loader and index == 1
        if is_slice(array):
            return is_column_of_labels(of)
        if isinstance(index, tuple) and 0 in index:
            return False
    if isinstance(array, Term) and array.operation in ("method", "call"):
        flattens = ("ravel", "flatten", "squeeze", "reshape", "argmax")
        name, _ = name_and_array(array)
        if name in flattens:
            return False
        if name == "astype":
            return is_column_of_labels(array.operands[0])
    return None


def is_slice(array: Value) -> bool:
    """Whether an array is a slice of another one."""
    if not isinstance(array, Term) or array.operation != "item":
        return False
    index = array.operands[1]
    return isinstance(index, Term) and index.operation == "slice"


def scale(array: Value) -> Scale | None:
    """Return how an array of pixels was scaled, or ``None`` if that is unknown."""
    if isinstance(array, Free):
        is_data = any(re.search(p, array.name, re.I) for _, p in ROLES)
        return "raw" if is_data and not re.search(_SCALED, array.name, re.I) else None
    if isinstance(array, Sequence):
        scales = {scale(item) for item in array.items}
        return scales.pop() if len(scales) == 1 else None
    if not isinstance(array, Term):
        return None
    of = array.operands[0] if array.operands else None
    if _is_opened(array):
        return "raw"
    match array.operation:
        case "item":
            if isinstance(of, Term) and (is_call(of, "load_data") or part_loaded(of) is not None):
                return "raw"
            part = of_split(array)
            return scale(of if part is None else part)
        case "method":
            return _after_method(array)
        case "call":
            return _after_call(array)
        case "/":
            return _divided(array)
        case "*":
            small = isinstance(array.operands[1], float) and array.operands[1] < 1
            return "divided" if small and scale(of) == "raw" else None
        case "-":
            before = scale(of)
            return "centred" if before in ("raw", "divided") else before
    return None


_OPENING = ("PIL.Image.open", "keras.utils.load_img", "keras.preprocessing.image.load_img")
_JOINING = (
    "numpy.stack", "numpy.vstack", "numpy.concatenate", "keras.utils.img_to_array",
    "keras.preprocessing.image.img_to_array",
)  # fmt: skip
"""Functions that make one array of one image or several, and keep the numbers."""


def _is_opened(image: Term) -> bool:
    """Whether a term is an image from a file, with pixels from 0 to 255, perhaps cut or resized."""
    while image.operation == "method" and isinstance(image.operands[0], Term):
        if image.operands[1] not in ("convert", "resize", "crop"):
            return False
        image = image.operands[0]
    called = image.operands[0] if image.operation == "call" else None
    return isinstance(called, Name) and called.dotted in _OPENING


def _divided(term: Term) -> Scale | None:
    top, bottom = term.operands
    before = scale(top)
    if before is None:
        return None
    if known(bottom):
        if before == "raw":
            return "divided"
        # A constant may be the standard deviation of the images, unless it spans their range.
        return before if before != "centred" or bottom in _RANGES else None
    # Divided by something computed: taken for the standard deviation if it mentions one.
    return "standardised" if before == "centred" and _mentions(bottom, "std", "sqrt") else None


def _mentions(value: Value, *names: str) -> bool:
    for part in walk(value):
        if isinstance(part, Term) and part.operation == "method" and part.operands[1] in names:
            return True
        if isinstance(part, Name) and part.dotted.rpartition(".")[2] in names:
            return True
        if isinstance(part, Free) and part.name.lower() in names:
            return True
    return False


def _after_method(term: Term) -> Scale | None:
    of, name = term.operands[0], term.operands[1]
    if name in ("transform", "fit_transform"):
        if isinstance(of, Made) and of.kind.endswith("StandardScaler"):
            return "standardised"
        return None
    return scale(of) if name in SHAPING else None


def _after_call(term: Term) -> Scale | None:
    callee, *args = term.operands
    joins = isinstance(callee, Name) and callee.dotted in _JOINING
    if isinstance(callee, Name) and (joins or callee.dotted in SHAPING_CALLS) and args:
        return scale(args[0])
    if isinstance(callee, Name) and callee.dotted in ARITHMETIC and len(args) == 2:
        return scale(Term(ARITHMETIC[callee.dotted], tuple(args), term.place))
    if isinstance(callee, Made) and callee.kind.endswith("Normalization"):
        return "standardised"
    return None


def is_shaped_flat(value: Value) -> bool:
    """Whether an array went through a call that may flatten its images to rows."""
    return any(
        isinstance(part, Term)
        and (
            (part.operation == "method" and part.operands[1] in ("reshape", "view", "flatten"))
            or (
                part.operation == "call"
                and isinstance(part.operands[0], Name)
                and part.operands[0].dotted in ("torch.flatten", "numpy.reshape")
            )
        )
        for part in walk(value)
    ) or any(isinstance(part, Method) and part.name in ("reshape", "view") for part in walk(value))
