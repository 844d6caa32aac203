"""Every description of the lab refuses settings of a wrong kind, in one line, when it is made."""

from __future__ import annotations

import pkgutil
from dataclasses import MISSING, fields, is_dataclass
from fractions import Fraction
from importlib import import_module
from inspect import get_annotations, isabstract
from typing import Annotated, Any, Literal, get_args, get_origin

import pytest

import refute.lab
from refute.lab.bench.data import Digits
from refute.lab.bench.description import Description
from refute.lab.bench.initializers import ZEROS
from refute.lab.bench.kinds import kinds_of
from refute.lab.bench.networks import Network
from refute.lab.bench.optimizers import SGD
from refute.lab.bench.signals import Signals
from refute.lab.bench.small_networks import SmallNetwork

RESULTS_AND_STATES = {
    "Crossing",
    "Ended",
    "Keras2",
    "Keras3",
    "KerasOfGraphs",
    "KerasStopper",
    "Limit",
    "PrunedByTheToolkit",
    "ReplicateSubset",
    "Samples",
    "Stopper",
    "Symbol",
    "Trained",
    "Trajectory",
    "Used",
}
"""Dataclasses that nobody gives settings: what is measured, or a simulated library."""

MODULES = [
    import_module(found.name)
    for found in pkgutil.walk_packages(refute.lab.__path__, "refute.lab.")
    if ".conformance" not in found.name
]
DATACLASSES = [
    value
    for module in MODULES
    for value in vars(module).values()
    if isinstance(value, type) and is_dataclass(value) and value.__module__ == module.__name__
]
DESCRIPTIONS: list[Any] = [
    cls for cls in DATACLASSES if issubclass(cls, Description) and not isabstract(cls)
]
OF_EACH_KIND = (
    *(1, 0.5, 3, True, "relu", "float32", (), (1,), (1, 1), (1, 1, 1), ("waves",)),
    *(Network(), Digits(), SGD(), ZEROS, SmallNetwork(Network(), 0), Signals(), Fraction(1)),
)


def hints_of(cls: type) -> dict[str, Any]:
    """The annotations of a description's fields."""
    hints: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        hints |= get_annotations(base, eval_str=True)
    return {field.name: hints[field.name] for field in fields(cls)}


def usual(cls: type) -> dict[str, Any]:
    """A value of the right kind for every field that has no default."""
    kinds, hints = dict(kinds_of(cls)), hints_of(cls)
    values = {}
    for field in fields(cls):
        if field.default is MISSING and field.default_factory is MISSING:
            hint = hints[field.name]
            texts = get_args(hint) if get_origin(hint) is Literal else ()
            values[field.name] = next(filter(kinds[field.name].accepts, (*texts, *OF_EACH_KIND)))
    return values


def beyond(hint: Any) -> Any:
    """A value of the annotated type that its limit excludes; ``None`` if there is no limit."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return "nothing" if inner[0] is str else inner[0](-1)
    if origin is tuple:
        items = [beyond(each) for each in inner if each is not Ellipsis]
        return None if None in items else tuple(items)
    return next((value for each in inner if (value := beyond(each)) is not None), None)


def refused(cls: Any, settings: dict[str, Any]) -> str:
    with pytest.raises(ValueError, match=": give ") as error:
        cls(**settings)
    return str(error.value)


@pytest.mark.parametrize("cls", DESCRIPTIONS, ids=lambda cls: cls.__name__)
def test_every_setting_of_a_wrong_type_is_refused_by_its_name(cls: Any) -> None:
    for name in hints_of(cls):
        line = refused(cls, usual(cls) | {name: object()})
        assert line.startswith(f"{cls.__name__}({name}=<object object at ")
        assert "\n" not in line


@pytest.mark.parametrize("cls", DESCRIPTIONS, ids=lambda cls: cls.__name__)
def test_every_setting_beyond_its_limit_is_refused_by_its_name(cls: Any) -> None:
    for name, hint in hints_of(cls).items():
        if (value := beyond(hint)) is not None:
            assert refused(cls, usual(cls) | {name: value}).startswith(f"{cls.__name__}({name}=")


@pytest.mark.parametrize("cls", DESCRIPTIONS, ids=lambda cls: cls.__name__)
def test_whole_numbers_and_texts_have_limits(cls: Any) -> None:
    free = {name for name, hint in hints_of(cls).items() if hint in (int, str)}
    assert free <= {"folder", "given", "others"}  # a path, and words for readers


def test_every_dataclass_is_a_description_unless_it_is_a_result() -> None:
    others = {cls.__name__ for cls in DATACLASSES if not issubclass(cls, Description)}
    assert others == RESULTS_AND_STATES
    assert len(DESCRIPTIONS) > 90
