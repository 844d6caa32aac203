"""A description's repr is code that leaves out what is as usual."""

from __future__ import annotations

from dataclasses import dataclass

from refute.lab.bench.description import Description


@dataclass(frozen=True, repr=False)
class Cake(Description):
    layers: int
    filling: str = "cherries"


def test_what_is_usual_is_left_out_and_what_has_no_default_never_is() -> None:
    assert repr(Cake(2)) == "Cake(layers=2)"
    assert repr(Cake(layers=2, filling="apples")) == "Cake(layers=2, filling='apples')"


def test_the_repr_is_code() -> None:
    for cake in (Cake(2), Cake(3, "apples")):
        assert eval(repr(cake)) == cake
