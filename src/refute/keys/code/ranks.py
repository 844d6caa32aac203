"""The number of axes of arrays, tensors, tables and their parts, where a program shows it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from refute.keys.code.data import TRANSFORMING, of_split
from refute.keys.code.images import has_class_numbers
from refute.keys.code.loading import dataset_of
from refute.keys.code.state import Trace
from refute.keys.code.values import (
    Element,
    Made,
    Method,
    Name,
    Sequence,
    Term,
    Unknown,
    Value,
)

_CREATING = ("randn", "rand", "zeros", "ones", "empty", "full")
_OF_SIZE = ("normal", "uniform", "standard_normal", "random", "integers", "randint", "choice",
            "exponential", "poisson")  # fmt: skip
_OF_ONE_AXIS = ("linspace", "arange", "randperm", "logspace", "ravel")
_OF_TWO_AXES = ("read_csv", "read_excel", "read_table", "loadtxt", "genfromtxt", "get_dummies",
                "load_dataset", "toarray")  # fmt: skip
_KEEPING = (
    "float", "double", "long", "int", "half", "to", "type", "clone", "detach", "sin", "cos", "exp",
    "abs", "tanh", "sigmoid", "relu", "pow", "sqrt", "log", "log1p", "square", "cuda", "cpu",
    "numpy", "astype", "copy", "to_numpy", "tensor", "from_numpy", "as_tensor", "asarray", "array",
    "float32", "float64", "ascontiguousarray", "clip", "clamp", "round", "contiguous", "fillna",
    "dropna", "drop", "sample", "reset_index", "map", "requires_grad_", "Tensor", "FloatTensor",
    "LongTensor", "DoubleTensor", "Variable", "head",
)  # fmt: skip
_REDUCING = ("mean", "std", "min", "max", "sum", "median", "var")
_OPERATORS = ("+", "-", "*", "/", ">", "<", ">=", "<=", "==", "!=", "not")
_CHOOSING = {"usecols", "unpack", "squeeze"}
"""Arguments of functions that read tables, with which these may have one column and one axis."""

_SETS = (
    "load_diabetes", "fetch_california_housing", "load_breast_cancer", "load_iris", "load_wine",
    "load_digits", "load_boston", "make_regression", "make_classification", "make_moons",
    "make_circles", "make_blobs", "make_friedman1",
)  # fmt: skip
"""Functions of scikit-learn that give data with labels of one axis."""


@dataclass(frozen=True)
class Ranks:
    """Tells the number of axes of values of a program."""

    trace: Trace
    _known: dict[int, int | None] = field(default_factory=dict)

    def of(self, value: Value) -> int | None:
        """Return the number of axes of a value, ``None`` if it is unknown."""
        if not isinstance(value, Term):
            return self._of_object(value)
        if id(value) not in self._known:
            self._known[id(value)] = self._computed(value)
        return self._known[id(value)]

    def _of_object(self, value: Value) -> int | None:
        if isinstance(value, bool | int | float):
            return 0
        if isinstance(value, Sequence | tuple):
            return self._of_list(value)
        if isinstance(value, Element):
            return self._of_batch(value)
        if isinstance(value, Method):
            return self._of_attribute(value)
        return self._of_made(value) if isinstance(value, Made) else None

    def _computed(self, value: Term) -> int | None:
        if value.operation == "index":
            return 0
        if value.operation in (*_OPERATORS, "?"):
            sides = [side for side in map(self.of, value.operands) if side is not None]
            is_plain = value.operation != "?" or 0 in sides  # or it may be a product of matrices
            return max(sides) if is_plain and len(sides) == len(value.operands) else None
        if value.operation == "item":
            return self._of_item(value)
        if value.operation == "method":
            tensor, name, *args = value.operands
            kwargs = dict(value.kwargs)
            if name in _OF_SIZE:
                return _drawn(name, tuple(args), kwargs)
            if isinstance(tensor, Made) and name in TRANSFORMING:
                scales = re.search(r"Scaler$|LabelEncoder$|Transformer$|Imputer$", tensor.kind)
                return self.of(args[0]) if scales and args else None
            return self._after(name, tensor, tuple(args), kwargs)
        if value.operation == "call" and isinstance(value.operands[0], Name):
            return self._of_call(value.operands[0], value.operands[1:], dict(value.kwargs))
        return None

    def _of_list(self, items: Sequence | tuple[Value, ...]) -> int | None:
        """The axes of an array made of a list."""
        parts = items.items if isinstance(items, Sequence) else items
        ranks = {self.of(part) for part in parts}
        inner = ranks.pop() if len(ranks) == 1 else None
        return None if inner is None else inner + 1

    def _of_made(self, made: Made) -> int | None:
        name = made.kind.rpartition(".")[2]
        given = made.argument("data", 0)
        if made.kind == "pandas.DataFrame":
            return 2
        if not made.kind.startswith("torch.") or name not in _KEEPING:
            return None
        return len(made.args) if isinstance(given, int) else self.of(given)

    def _of_attribute(self, attribute: Method) -> int | None:
        """The axes of ``frame.values``, ``frame.iloc`` (those of the frame) or ``data.target``."""
        if attribute.name in ("values", "iloc", "loc", "data") and not _is_set(attribute.owner):
            return self.of(attribute.owner)
        if attribute.name == "codes":  # of a column of categories
            return 1
        if _is_set(attribute.owner):
            return {"target": 1, "data": 2, "frame": 2}.get(attribute.name)
        return None

    def _of_item(self, item: Term) -> int | None:
        """The axes of a part: a slice or a list keeps an axis, a number or a name takes it away."""
        array, index = item.operands
        if (whole := of_split(item)) is not None:
            return self.of(whole)
        if _is_set(array) and isinstance(index, int | str):
            return {0: 2, 1: 1, "data": 2, "target": 1, "frame": 2}.get(index)
        axes = self.of(array)
        if axes is None:
            return self._of_batch(item)
        parts = index if isinstance(index, tuple) else (index,)
        changes = [self._change(part) for part in parts]
        known = [change for change in changes if change is not None]
        rank = axes + sum(known)
        return rank if len(known) == len(parts) and rank >= 0 else None

    def _change(self, part: Value) -> int | None:
        """By how many axes one part of an index changes an array."""
        if part is None or part == Name("numpy.newaxis"):
            return 1
        if type(part) is int or isinstance(part, str):
            return -1
        if part == Unknown("an ellipsis"):
            return 0
        if isinstance(part, Term) and part.operation in ("slice", "index"):
            return 0 if part.operation == "slice" else -1
        return 0 if isinstance(part, Sequence) or self.of(part) == 1 else None

    def _of_call(
        self, called: Name, args: tuple[Value, ...], kwargs: dict[str, Value]
    ) -> int | None:
        library, _, name = called.dotted.rpartition(".")
        if called.dotted in ("float", "int"):
            return 0
        if library.partition(".")[0] not in ("torch", "numpy", "pandas", "seaborn"):
            return None
        if name in _OF_SIZE:
            return _drawn(name, args, kwargs)
        if name == "full" or (name in _CREATING and library == "numpy"):
            return _of_shape(kwargs.get("shape", args[0] if args else None))
        if name in _CREATING:
            is_whole_shape = len(args) == 1 and "size" not in kwargs
            shape = args[0] if is_whole_shape else args
            return _of_shape(kwargs.get("size", shape))
        if name == "permutation" and args:
            return _of_shape(args[0]) if type(args[0]) is int else self.of(args[0])
        if library == "numpy.random":
            return None
        if name.endswith("_like") and args:
            return self.of(args[0])
        return self._after(name, args[0] if args else None, args[1:], kwargs)

    def _after(
        self, name: str, tensor: Value, args: tuple[Value, ...], kwargs: dict[str, Value]
    ) -> int | None:
        """The axes after a function or method of this name."""
        if name in _OF_TWO_AXES:
            return None if kwargs.keys() & _CHOOSING else 2
        if name in _OF_ONE_AXIS:
            return 1
        if name in ("view", "reshape"):
            shape = args[0] if len(args) == 1 and isinstance(args[0], tuple) else args
            return len(shape) if all(type(n) is int or _is_number(n) for n in shape) else None
        axes = self.of(tensor)
        if name == "flatten" and not args and not kwargs:
            return 1
        if name == "pop" and axes == 2 and len(args) == 1 and isinstance(args[0], str):
            return 1
        if name in _REDUCING and axes == 1 and not args and not kwargs:
            return 0
        if name in ("unsqueeze", "expand_dims", "to_frame") and axes is not None:
            return axes + 1
        return axes if name in _KEEPING or (name == "squeeze" and axes == 1) else None

    def _of_batch(self, batch: Value) -> int | None:
        """The axes of a part of the batches that a loader collects of samples."""
        dataset, path = dataset_of(batch)
        if not isinstance(dataset, Made) or len(path) != 1:
            return None
        if dataset.kind.endswith("TensorDataset"):
            return self.of(dataset.args[path[0]]) if path[0] < len(dataset.args) else None
        if has_class_numbers(dataset) and path == (1,):
            return 1
        sample = self.trace.samples.get(dataset)
        if not isinstance(sample, tuple) or path[0] >= len(sample):
            return None
        axes = self.of(sample[path[0]])
        return None if axes is None else axes + 1


def _drawn(name: str, given: tuple[Value, ...], kwargs: dict[str, Value]) -> int | None:
    """The axes of random numbers: their size comes last."""
    alone = len(given) == 1 and name in ("random", "standard_normal")
    is_last = bool(given) and (alone or len(given) == 3 or isinstance(given[-1], tuple))
    return _of_shape(kwargs.get("size", given[-1] if is_last else None))


def _of_shape(shape: Value) -> int | None:
    """The axes of an array of a shape, which is a number or several."""
    if isinstance(shape, Sequence):
        return len(shape.items) if shape.complete else None
    if isinstance(shape, tuple):
        return len(shape)
    return 1 if type(shape) is int or _is_number(shape) else None


def _is_number(value: Value) -> bool:
    """Whether a value is the number along an axis, as ``len(x)`` or ``x.shape[0]``."""
    if not isinstance(value, Term):
        return False
    if value.operation == "call":
        return bool(value.operands[0] == Name("len"))
    if value.operation == "method":
        return value.operands[1] == "size" and len(value.operands) == 3
    of = value.operands[0]
    return value.operation == "item" and isinstance(of, Method) and of.name == "shape"


def _is_set(value: Value) -> bool:
    """Whether a value is what a function of scikit-learn gives as data, with labels of one axis."""
    if not isinstance(value, Term) or value.operation != "call":
        return False
    called, kwargs = value.operands[0], dict(value.kwargs)
    if not isinstance(called, Name) or not called.dotted.startswith("sklearn.datasets."):
        return False
    has_one_target = kwargs.get("n_targets", 1) == 1
    has_one_axis = has_one_target and len(value.operands) < 5 and not kwargs.get("coef")
    return called.dotted.rpartition(".")[2] in _SETS and has_one_axis and "**" not in kwargs
