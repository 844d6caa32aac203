"""Which part of the data an array is: to train, to validate or to test."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from refute.keys.code.data import (
    ARITHMETIC,
    ROLES,
    TRANSFORMING,
    Origin,
    is_call,
    is_slice,
    name_and_array,
    of_split,
    part_loaded,
)
from refute.keys.code.values import (
    Element,
    Free,
    Mapping,
    Method,
    Name,
    Sequence,
    Term,
    Value,
    walk,
)


def origin(array: Value) -> Origin | None:
    """Return which part of the data an array is, or ``None`` if that is unknown.

    The pairs that ``load_data`` returns are followed.  A name that the program does not define is
    taken at its word.  Data split off the training data are validation data.
    """
    return _origin(samples(array)) or _origin(samples(array, with_indexes=True))


def _origin(parts: Iterable[Value]) -> Origin | None:
    origins: set[Origin] = set()
    for value in parts:
        if isinstance(value, Free):
            named = next((r for r, p in ROLES if re.search(p, value.name, re.I)), None)
            if named is not None:
                origins.add(named)
        elif isinstance(value, Term) and value.operation == "item":
            pair = part_loaded(value)
            if pair is not None:
                origins.add(pair)
        elif isinstance(value, Term) and is_call(value, "train_test_split"):
            return None if "test" in origins else "validation"
    return origins.pop() if len(origins) == 1 else None


def role(array: Value) -> Origin | None:
    """Return the part of the data like :func:`origin`, with what ``train_test_split`` returns.

    The first part of such a pair is to train, the second to test.
    """
    parts = list(samples(array))
    if all(of_split(part) is None for part in parts):
        parts = list(samples(array, with_indexes=True))
    split = [part for part in parts if of_split(part) is not None]
    if not split:
        return origin(array)
    whole = {id(part) for value in split for part in walk(value.operands[0])}
    beside = _origin(part for part in parts if id(part) not in whole and part not in split)
    roles = {_ROLES_OF_SPLIT[value.operands[1] % 2] for value in split} | {beside} - {None}
    return roles.pop() if len(roles) == 1 else None


_ROLES_OF_SPLIT: tuple[Origin, Origin] = ("train", "test")

_MEASURING = (
    "mean", "std", "var", "min", "max", "sum", "median", "percentile", "quantile", "ptp", "norm",
    "amin", "amax", "nanmean", "nanstd", "average", "describe", "len", "reduce_mean", "reduce_std",
    "reduce_variance", "reduce_max", "reduce_min", "reduce_sum", "moments", "std_mean", "var_mean",
)  # fmt: skip
_MEASURED = r"(^|_)(mean|std|var|min|max|mu|sigma|median|sd|avg|stats?)(_|$)"


def samples(array: Value, with_indexes: bool = False) -> Iterator[Value]:
    """Yield an array and what its samples were computed from.

    Numbers that scale the samples may be computed from other ones, and are left out, as are the
    samples that an index was computed from, unless ``with_indexes``.
    """
    waiting: list[tuple[Value, bool]] = [(array, False)]
    seen: set[int] = set()
    while waiting:
        value, scaled = waiting.pop()
        if id(value) in seen or (scaled and _measures(value)):
            continue
        seen.add(id(value))
        yield value
        scaled |= isinstance(value, Term) and _is_arithmetic(value)
        waiting += [(part, scaled) for part in _computed_from(value, with_indexes)]


def _computed_from(value: Value, with_indexes: bool) -> Iterable[Value]:
    match value:
        case Term(operation="item") if is_slice(value) or not with_indexes:
            return value.operands[:1]
        case Term(operation="method", operands=(_, name, *given)) if name in TRANSFORMING:
            return given
        case Term():
            return (*value.operands, *(part for _, part in value.kwargs))
        case Sequence():
            return value.items
        case Mapping():
            return value.items.values()
        case Method():
            return (value.owner,)
        case tuple():
            return value
    return ()


def is_only_some(array: Value) -> bool:
    """Whether an array has only some of the samples that it comes from: by an index or a call."""
    return any(isinstance(part, Term) and _chooses(part) for part in samples(array))


_CHOOSING = ("take", "skip", "shard", "split", "array_split", "filter", "choice")


def _chooses(term: Term) -> bool:
    if term.operation != "item":
        return name_and_array(term)[0] in _CHOOSING
    index = term.operands[1]
    first = index[0] if isinstance(index, tuple) and index else index
    if isinstance(first, Term) and first.operation == "slice":
        return first.operands != (None, None, None)
    return isinstance(first, Term | Free | Element | Sequence)


def _is_arithmetic(term: Term) -> bool:
    called = term.operands[0] if term.operation == "call" else None
    by_name = isinstance(called, Name) and called.dotted in ARITHMETIC
    return by_name or term.operation in ("+", "-", "*", "/")


def _measures(value: Value) -> bool:
    """Whether a value says something about all samples of an array, such as their mean."""
    if isinstance(value, Free):
        return re.search(_MEASURED, value.name, re.I) is not None
    return isinstance(value, Term) and name_and_array(value)[0] in _MEASURING
