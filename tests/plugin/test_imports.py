"""Code that a report prints names where its names come from."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from refute.plugin.imports import imports_of


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
