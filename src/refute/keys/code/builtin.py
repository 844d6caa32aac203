"""Built-in functions of Python that the reader evaluates itself."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from math import prod

from refute.keys.code.state import MAX_ITERATIONS, State
from refute.keys.code.values import (
    Class,
    Made,
    Mapping,
    Name,
    Sequence,
    Unknown,
    Value,
    known,
)


def _range(reader: State, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
    if args and all(type(arg) is int for arg in args) and len(args) <= 3:
        try:
            numbers = range(*args)
        except ValueError:
            return Unknown("a range that fails")
        if len(numbers) <= MAX_ITERATIONS:
            return Sequence(list(numbers))
    return Unknown("a range")


def _list(reader: State, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
    if not args:
        return Sequence([])
    elements = reader.elements(args[0])
    return NotImplemented if elements is None else Sequence(elements)


def _tuple(reader: State, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
    elements = reader.elements(args[0]) if args else []
    return NotImplemented if elements is None else tuple(elements)


def _dict(reader: State, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
    if not args:
        return Mapping(dict(kwargs), "**" not in kwargs)
    pairs = reader.elements(args[0]) if isinstance(args[0], Sequence | tuple) else None
    if kwargs or pairs is None:
        return NotImplemented
    if all(isinstance(pair, tuple) and len(pair) == 2 and known(pair[0]) for pair in pairs):
        return Mapping(dict(pairs))
    return NotImplemented


def _enumerate(reader: State, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
    elements = reader.elements(args[0]) if args else None
    return NotImplemented if elements is None else Sequence(list(enumerate(elements)))


def _zip(reader: State, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
    elements = [reader.elements(arg) for arg in args]
    columns = [column for column in elements if column is not None]
    if len(columns) < len(elements):
        return NotImplemented
    return Sequence(list(zip(*columns, strict=False)))


def _len(reader: State, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
    elements = reader.elements(args[0]) if args else None
    return NotImplemented if elements is None else len(elements)


def _isinstance(reader: State, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
    if len(args) != 2 or not isinstance(args[0], Made):
        return NotImplemented
    classes = args[1] if isinstance(args[1], tuple) else (args[1],)
    if not all(isinstance(cls, Name | Class) for cls in classes):
        return NotImplemented
    if any(cls is args[0].callee for cls in classes):
        return True
    return args[0].is_a(*(cls.dotted for cls in classes if isinstance(cls, Name)))


def _type(reader: State, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
    return args[0].callee if len(args) == 1 and isinstance(args[0], Made) else NotImplemented


def _getattr(reader: State, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
    if len(args) < 2:
        return NotImplemented
    if isinstance(args[1], str):
        return reader.attribute(args[0], args[1])
    reader.mark_escaped(args[:1], {})  # what is called may train it or add layers
    return NotImplemented


def _asdict(reader: State, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
    if len(args) != 1 or not isinstance(args[0], Made) or args[0].escaped:
        return NotImplemented
    cls = args[0].callee
    if not isinstance(cls, Class) or not cls.all_fields():
        return NotImplemented
    values = {name: reader.attribute(args[0], name) for name in cls.all_fields()}
    inner = {name: _asdict(reader, (value,), {}) for name, value in values.items()}
    return Mapping({k: values[k] if v is NotImplemented else v for k, v in inner.items()})


def _replaced(reader: State, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
    if len(args) != 1 or not isinstance(args[0], Made) or args[0].escaped or "**" in kwargs:
        return NotImplemented
    made, cls = args[0], args[0].callee
    if not isinstance(cls, Class) or not cls.all_fields():
        return NotImplemented
    values = {name: reader.attribute(made, name) for name in cls.all_fields()}
    return reader.call(cls, (), values | kwargs, made.place)


def _product(reader: State, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
    elements = [reader.elements(arg) for arg in args]
    sides = [side for side in elements if side is not None]
    if kwargs or len(sides) < len(elements) or prod(map(len, sides)) > MAX_ITERATIONS:
        return NotImplemented
    return Sequence(list(product(*sides)))


def _copied(reader: State, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
    return _copy(args[0]) if args and isinstance(args[0], Mapping) else NotImplemented


def _copy(value: Value) -> Value:
    if not isinstance(value, Mapping):
        return value
    return Mapping({key: _copy(item) for key, item in value.items.items()}, value.complete)


BUILTINS: dict[str, Callable[[State, tuple[Value, ...], dict[str, Value]], Value]] = {
    "range": _range,
    "list": _list,
    "tuple": _tuple,
    "dict": _dict,
    "collections.OrderedDict": _dict,
    "enumerate": _enumerate,
    "zip": _zip,
    "len": _len,
    "isinstance": _isinstance,
    "type": _type,
    "getattr": _getattr,
    "dataclasses.asdict": _asdict,
    "dataclasses.replace": _replaced,
    "itertools.product": _product,
    "copy.deepcopy": _copied,
    "copy.copy": _copied,
}

HARMLESS = {
    "print", "len", "isinstance", "type", "repr", "str", "int", "float", "sum", "max", "min",
    "abs", "round", "sorted", "reversed", "zip", "enumerate", "super", "getattr", "hasattr", "id",
}  # fmt: skip
"""Built-in functions that do not change their arguments."""

HARMLESS_LIBRARIES = {
    "keras", "tensorflow", "torch", "torchvision", "torchinfo", "torchsummary", "numpy", "scipy",
    "pandas", "sklearn", "matplotlib", "seaborn", "plotly", "tqdm", "wandb", "math", "random",
    "time", "os", "json", "pprint", "copy", "itertools", "functools", "collections",
}  # fmt: skip
"""Libraries whose functions neither train the models that they are given nor change them."""


def is_harmless(dotted: str) -> bool:
    """Whether a function is known to leave its arguments as they are."""
    library, is_in_library, _ = dotted.partition(".")
    return library in (HARMLESS_LIBRARIES if is_in_library else HARMLESS)
