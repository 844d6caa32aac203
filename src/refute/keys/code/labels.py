"""Whether labels are class numbers or one-hot rows, where a program shows how they are made."""

from __future__ import annotations

from typing import Literal

from refute.keys.code.data import is_call, is_slice, name_and_array, of_split
from refute.keys.code.loading import loader_of
from refute.keys.code.values import (
    Element,
    Free,
    Made,
    Method,
    Name,
    Sequence,
    Term,
    Value,
    members,
    walk,
)

Form = Literal["class numbers", "one-hot rows"]

_LOADERS = ("mnist.load_data", "cifar10.load_data", "cifar100.load_data", "reuters.load_data")
_ONE_HOT = ("to_categorical", "one_hot", "get_dummies")
_KEEPING = (
    "astype", "copy", "float", "numpy", "asarray", "array", "cast", "to_numpy", "toarray",
    "permutation", "convert_to_tensor", "constant",
)  # fmt: skip
_KEEPING_NUMBERS = ("ravel", "flatten", "squeeze", "reshape", "long", "int")


def form_of_labels(labels: Value) -> Form | None:
    """Return the form of an array of labels, or ``None`` if the program does not show it.

    The labels that ``load_data`` of Keras and scikit-learn's loaders of classes return are class
    numbers.
    """
    if isinstance(labels, Method):
        return form_of_labels(labels.owner) if labels.name == "values" else _of_attribute(labels)
    if not isinstance(labels, Term):
        return None
    if labels.operation == "item":
        return _of_item(labels)
    if labels.operation not in ("call", "method"):
        return None
    name, array = name_and_array(labels)
    if name in _ONE_HOT or _encodes(labels, "OneHotEncoder"):
        return "one-hot rows"
    if name == "argmax" or _encodes(labels, "LabelEncoder"):
        return "class numbers"
    if name == "concatenate" and not labels.kwargs:
        forms = {form_of_labels(part) for part in members(array) or ()}
        return forms.pop() if len(forms) == 1 else None
    form = form_of_labels(array) if name in (*_KEEPING, *_KEEPING_NUMBERS) else None
    return None if form == "one-hot rows" and name in _KEEPING_NUMBERS else form


_OF_SKLEARN = {"load_digits": 10, "load_iris": 3, "load_wine": 3, "load_breast_cancer": 2}
_MADE_BY_SKLEARN = (
    "make_classification", "make_blobs", "make_moons", "make_circles", "make_gaussian_quantiles",
)  # fmt: skip
"""Functions of scikit-learn that return inputs and class numbers."""


def _sklearn_loader(call: Value) -> str:
    """The function of scikit-learn whose data a call returns, empty if it is none of these."""
    if not isinstance(call, Term) or call.operation != "call":
        return ""
    called = call.operands[0]
    if not isinstance(called, Name) or not called.dotted.startswith("sklearn.datasets."):
        return ""
    return called.dotted.rpartition(".")[2]


def _of_attribute(attribute: Method) -> Form | None:
    """The form of ``load_digits().target``, or of the codes of a column of categories."""
    if attribute.name == "codes":
        of = attribute.owner
        return "class numbers" if isinstance(of, Method) and of.name == "cat" else None
    loaded = attribute.name == "target" and _sklearn_loader(attribute.owner) in _OF_SKLEARN
    return "class numbers" if loaded else None


def _is_of_pair(data: Value, index: Value) -> bool:
    """Whether an item is the class numbers of what scikit-learn or Pandas returns."""
    name = _sklearn_loader(data)
    if name in _OF_SKLEARN:
        as_pair = dict(data.kwargs).get("return_X_y") is True
        return bool(index == (1 if as_pair else "target"))
    if index == 0 and isinstance(data, Term) and is_call(data, "factorize"):
        return True
    return name in _MADE_BY_SKLEARN and type(index) is int and index == 1


def _of_item(item: Term) -> Form | None:
    of, index = item.operands
    if _is_of_pair(of, index):
        return "class numbers"
    if isinstance(of, Term) and of.operation == "item" and index == 1 and _is_loaded(of):
        return "class numbers"
    if (whole := of_split(item)) is not None:
        return form_of_labels(whole)
    if isinstance(of, Term) and of.operation == "call" and name_and_array(of)[0] == "eye":
        return "one-hot rows"
    if is_slice(item) or _chooses_rows(index):
        return form_of_labels(of)
    column = isinstance(index, tuple) and len(index) == 2 and index[1] == 0
    return "class numbers" if column and form_of_labels(of) == "class numbers" else None


def _chooses_rows(index: Value) -> bool:
    """Whether an index is an array, such as a permutation or a fold, not a number or a name."""
    if isinstance(index, Element):
        folds, _ = loader_of(index)
        return isinstance(folds, Term) and name_and_array(folds)[0] == "split"
    if isinstance(index, Term):
        return index.operation not in ("slice", "tuple", "text")
    return isinstance(index, Free | Sequence)


def _is_loaded(pair: Term) -> bool:
    """Whether a pair of images and labels comes from a loader of Keras."""
    data, index = pair.operands
    if not (isinstance(data, Term) and data.operation == "call" and index in (0, 1)):
        return False
    loader = data.operands[0]
    return isinstance(loader, Name) and loader.dotted.endswith(_LOADERS)


def _encodes(term: Term, encoder: str) -> bool:
    """Whether a term is what an encoder of scikit-learn returns."""
    if term.operation != "method" or term.operands[1] not in ("transform", "fit_transform"):
        return False
    owner = term.operands[0]
    return isinstance(owner, Made) and owner.kind.endswith(encoder)


_KEEPING_SAMPLES = ("prefetch", "cache", "shuffle", "take", "skip", "unbatch", "batch", "repeat")
_FROM_FOLDERS = {
    "flow_from_directory": ("class_mode", "categorical"),
    "flow_from_dataframe": ("class_mode", "categorical"),
    "image_dataset_from_directory": ("label_mode", "int"),
    "text_dataset_from_directory": ("label_mode", "int"),
}
"""What loads data from folders in Keras, with the argument for the labels and its default."""

_MODES: dict[str, Form] = {"int": "class numbers", "sparse": "class numbers",
                           "binary": "class numbers", "categorical": "one-hot rows"}  # fmt: skip


def generated(data: Value) -> Term | None:
    """Return the call that loads data from a folder, ``None`` if they do not come from one.

    It is looked for behind methods that keep the samples.
    """
    while isinstance(data, Term) and data.operation == "method":
        if data.operands[1] in _FROM_FOLDERS:
            return data
        if data.operands[1] not in _KEEPING_SAMPLES:
            return None
        data = data.operands[0]
    if isinstance(data, Term) and name_and_array(data)[0] in _FROM_FOLDERS:
        return data
    return None


def form_of_generated(data: Value) -> Form | None:
    """Return the form of the labels of data from a folder, ``None`` if it is unknown."""
    source = generated(data)
    if source is None:
        return None
    name = source.operands[1] if source.operation == "method" else name_and_array(source)[0]
    argument, default = _FROM_FOLDERS[name]
    kwargs = dict(source.kwargs)
    mode = kwargs.get(argument, default)
    return None if "**" in kwargs or not isinstance(mode, str) else _MODES.get(mode)


_CLASSES = {
    "keras.datasets.mnist.load_data": 10,
    "keras.datasets.fashion_mnist.load_data": 10,
    "keras.datasets.cifar10.load_data": 10,
    "keras.datasets.cifar100.load_data": 100,
    "keras.datasets.reuters.load_data": 46,
}


def classes_of(labels: Value) -> int | None:
    """Return the number of classes if labels come from a dataset of Keras, else ``None``."""
    if form_of_labels(labels) is None:
        return None
    parts = list(walk(labels))
    items = [part.operands for part in parts if isinstance(part, Term) and part.operation == "item"]
    if any(_chooses_rows(index) for _, index in items):
        return None  # rows of some classes may be chosen
    for part in parts:
        if (name := _sklearn_loader(part)) in _OF_SKLEARN:
            is_all = len(part.operands) == 1 and "n_class" not in dict(part.kwargs)
            return _OF_SKLEARN[name] if is_all else None
        if isinstance(part, Term) and part.operation == "call" and not part.kwargs:
            loader = part.operands[0]
            if isinstance(loader, Name) and loader.dotted in _CLASSES:
                return _CLASSES[loader.dotted]
    return None
