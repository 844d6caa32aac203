"""Whether labels come class by class: first all of one class, then all of the next."""

from __future__ import annotations

from refute.keys.code.data import name_and_array
from refute.keys.code.filling import Filled
from refute.keys.code.values import Element, Method, Name, Sequence, Term, Value, known, members

_KEEPING = (
    "array", "asarray", "tensor", "from_numpy", "as_tensor", "cast", "constant", "astype", "int32",
    "float32", "to_categorical", "one_hot", "get_dummies", "fit_transform", "toarray", "to_numpy",
    "convert_to_tensor", "expand_dims",
    "copy", "numpy", "float", "double", "long", "to", "cpu", "cuda",
)  # fmt: skip
"""Calls that give each label another form, and keep their order."""

_JOINING = ("concatenate", "hstack", "concat", "append")
_IN_ORDER = ("sklearn.datasets.load_iris", "sklearn.datasets.load_wine")
"""Data whose samples of each class follow each other."""


def come_by_class(labels: Value, filled: Filled) -> bool:
    """Whether a program shows that labels come class by class, given the lists that it fills so."""
    labels = _plain(labels)
    if isinstance(labels, Sequence):
        item = labels.items[0] if len(labels.items) == 1 else None
        if isinstance(item, Term) and item.operation == "item":
            pair, index = item.operands
            item = Element("", pair.of, (index,)) if isinstance(pair, Element) else None
        if isinstance(item, Element) and isinstance(item.of, Sequence) and len(item.path) == 1:
            return (item.of.place, item.path[0]) in filled.lists  # labels of a list of pairs
        return (labels.place, None) in filled.lists or labels.place in filled.sums
    if isinstance(labels, Method):
        return labels.name == "target" and _is_in_order(labels.owner)
    if not isinstance(labels, Term):
        return False
    if labels.operation == "item" and labels.operands[0] != Name("numpy.r_"):
        return labels.operands[1] in (1, "target") and _is_in_order(labels.operands[0])
    return _joins_classes(labels)


def _joins_classes(labels: Term) -> bool:
    """Whether labels are joined of parts that have one class each, all different."""
    name, first = name_and_array(labels)
    if name == "repeat":
        if labels.operation == "method" and not _is_of_numpy(first):
            return False  # torch repeats the whole
        classes = members(first)
        alone = classes is not None and known(classes) and len(set(classes)) == len(classes)
        return alone or _name_of(first) == "arange"
    if labels.operation == "item":
        parts = members(labels.operands[1])
    else:
        parts = labels.operands[1:] if name == "append" else members(first)
    if name not in (*_JOINING, "") or parts is None or len(parts) < 2:
        return False
    classes = tuple(_only_class(part) for part in parts)
    return None not in classes and len(set(classes)) == len(classes)


def _only_class(part: Value) -> str | None:
    """What all labels of a part are, ``None`` if they are not known to be one."""
    part = _plain(part)
    name = _name_of(part).removesuffix("_like")
    if name == "full" and isinstance(part, Term) and len(part.operands) > 2:
        return str(part.operands[2]) if known(part.operands[2]) else None
    return {"zeros": "0", "ones": "1"}.get(name)


def _plain(labels: Value) -> Value:
    """Labels before calls that only give each of them another form."""
    while isinstance(labels, Term):
        if labels.operation == "method" and labels.operands[1] in _SHAPING:
            if not _keeps_order(labels):
                break
            labels = labels.operands[0]
        elif labels.operation == "item" and _name_of(labels.operands[0]) == "eye":
            labels = labels.operands[1]
        elif labels.operation == "method" and labels.operands[1] in _KEEPING:
            fitted = labels.operands[1] == "fit_transform" and len(labels.operands) > 2
            labels = labels.operands[2] if fitted else labels.operands[0]
        elif labels.operation == "call" and _name_of(labels) in _KEEPING:
            labels = labels.operands[1] if len(labels.operands) > 1 else None
        else:
            break
    return labels


def _keeps_order(labels: Term) -> bool:
    """Whether a method that gives labels another shape leaves them in one row or column."""
    name, shape = labels.operands[1], labels.operands[2:]
    if labels.kwargs:
        return False
    if name == "reshape":
        sizes = members(shape[0]) if len(shape) == 1 else shape
        return shape == (-1,) or sizes in ((-1,), (-1, 1), [-1], [-1, 1])
    return not shape or name == "unsqueeze"


_SHAPING = ("ravel", "flatten", "squeeze", "reshape", "unsqueeze")


def _name_of(value: Value) -> str:
    return name_and_array(value)[0] if isinstance(value, Term) else ""


def _is_of_numpy(array: Value) -> bool:
    made_by = array.operands[0] if isinstance(array, Term) and array.operation == "call" else None
    return isinstance(made_by, Name) and made_by.dotted.startswith("numpy.")


def _is_in_order(data: Value) -> bool:
    made_by = data.operands[0] if isinstance(data, Term) and data.operation == "call" else None
    return isinstance(made_by, Name) and made_by.dotted in _IN_ORDER
