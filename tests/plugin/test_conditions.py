"""Conditions are kept with their values, so that nobody has to read a repr, and their imports."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

import pytest
from hypothesis.strategies import integers

from refute.ledger import Condition
from refute.plugin.conditions import condition, imports_of


@dataclass(frozen=True)
class Spec:
    rate: float
    widths: tuple[int, ...] = (3, 2)


class Colour(StrEnum):
    RED = "red"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (0.5, Condition("0.5", value=0.5)),
        (-3, Condition("-3", value=-3)),
        ("relu", Condition("'relu'", value="relu")),
        (True, Condition("True")),
        (None, Condition("None")),
        (float("inf"), Condition("inf")),
        (float("nan"), Condition("nan")),
        (10**30, Condition("1" + "0" * 30)),
        (-(10**400), Condition("-1" + "0" * 400)),
        ((1, "a"), Condition("(1, 'a')")),
        (Spec(0.1), Condition("Spec(rate=0.1, widths=(3, 2))")),
        (Colour.RED, Condition(repr(Colour.RED), value="red")),
        (integers(0, 3), Condition("integers(min_value=0, max_value=3)")),
        (Spec, Condition(repr(Spec))),
    ],
    ids=lambda value: repr(value)[:50],
)
def test_a_condition_keeps_its_code_and_what_it_is(given, kept):
    assert condition(given) == kept


@dataclass(frozen=True)
class Weights:
    values: tuple[float, ...]


@dataclass(frozen=True)
class Network:
    layers: tuple[Weights, ...]
    seed: int = 0


def test_every_dataclass_within_is_imported_once_from_its_module() -> None:
    network = Network((Weights((1.0,)), Weights((2.0,))))
    assert imports_of({"network": network, "other": [network]}) == [
        f"from {__name__} import Network, Weights"
    ]


def test_what_its_lines_import_evaluates_the_repr() -> None:
    network = Network((Weights((0.5,)),), seed=3)
    names: dict[str, object] = {}
    exec("\n".join(imports_of(network)), names)
    assert eval(repr(network), names) == network


def test_built_in_values_and_classes_themselves_need_no_line() -> None:
    assert imports_of({"rate": 0.5, "which": Network, "rates": (1, None)}) == []


def test_classes_that_are_no_dataclasses_are_imported_where_their_repr_names_them() -> None:
    assert imports_of([Fraction(1, 2), sum]) == ["from fractions import Fraction"]
