"""Whether tensors are of floats or of integers, where a program shows how they are made."""

from __future__ import annotations

from typing import Literal

from refute.keys.code.data import name_and_array
from refute.keys.code.loading import dataset_of
from refute.keys.code.values import Made, Name, Term, Value

Type = Literal["float", "integer"]

_FLOATS = ("float", "double", "float32", "float64", "FloatTensor", "DoubleTensor")
_INTEGERS = ("long", "int64", "LongTensor")
_CONVERTING = ("tensor", "as_tensor", "from_numpy", "astype", "to", "type", "array", "asarray")
_KEEPING = ("to", "cuda", "cpu", "squeeze", "unsqueeze", "view", "reshape", "flatten", "ravel",
            "detach", "clone", "numpy", "tensor", "as_tensor", "from_numpy")  # fmt: skip


def type_of(tensor: Value) -> Type | None:
    """Return the type of a tensor's numbers that the program gives it, ``None`` if it gives none.

    Batches have the type of the tensor that their loader takes them from.
    """
    dataset, path = dataset_of(tensor)
    if isinstance(dataset, Made) and dataset.kind.endswith("TensorDataset"):
        inside = len(path) == 1 and path[0] < len(dataset.args)
        return type_of(dataset.args[path[0]]) if inside else None
    if isinstance(tensor, Made):
        return _named(tensor.kind.rpartition(".")[2])
    if not isinstance(tensor, Term):
        return None
    name, array = name_and_array(tensor)
    given = _given(tensor) if name in _CONVERTING else None
    return _named(name) or given or (type_of(array) if name in _KEEPING else None)


def _given(conversion: Term) -> Type | None:
    """The type that an argument of a conversion names."""
    start = 2 if conversion.operation == "method" or name_and_array(conversion)[0] == "array" else 1
    for argument in (dict(conversion.kwargs).get("dtype"), *conversion.operands[start:]):
        name = argument.dotted if isinstance(argument, Name) else argument
        if isinstance(name, str) and (found := _named(name.rpartition(".")[2])):
            return found
    return None


def _named(name: str) -> Type | None:
    if name in _FLOATS:
        return "float"
    return "integer" if name in _INTEGERS else None
