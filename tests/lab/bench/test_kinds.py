"""Annotations say what a setting accepts, and the words for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import inf, nan
from typing import Annotated, Any, Literal, NewType

import numpy as np
import pytest
from numpy.typing import NDArray

from refute.lab.bench.description import Description
from refute.lab.bench.kinds import (
    Count,
    DropoutRate,
    Natural,
    NonNegative,
    Positive,
    Share,
    among,
    between,
    kinds_of,
)

Named = NewType("Named", str)


@dataclass(frozen=True)
class Cake(Description):
    layers: Count = 1
    candles: Natural = 0
    radius: Positive = 1.0
    sugar: NonNegative = 0.0
    eaten: Share = 0.0
    lost: DropoutRate = 0.0
    tiers: Annotated[int, between(1, 3)] = 1
    filling: Annotated[str, among(("cherries", "cream"))] = "cream"
    glaze: Literal["sugar", 1] | None = None
    sizes: tuple[Count, ...] = ()
    place: tuple[float, str] = (0.0, "")
    cut: bool = False
    weight: float = 0.0
    below: Cake | None = None
    recipe: Callable[[], None] | None = None
    picture: NDArray[np.float64] | None = None
    baker: Named = Named("")
    label: Any = None


ACCEPTED = [
    {"layers": 1},
    {"layers": np.int64(2)},
    {"candles": 0},
    {"radius": 1},
    {"radius": np.float32(0.5)},
    {"radius": Fraction(1, 2)},
    {"sugar": 0},
    {"eaten": 1.0},
    {"lost": 0.999},
    {"tiers": 3},
    {"filling": "cherries"},
    {"glaze": 1},
    {"glaze": None},
    {"sizes": (1, 2)},
    {"place": (1, "table")},
    {"cut": True},
    {"weight": nan},
    {"weight": -inf},
    {"below": Cake()},
    {"recipe": list},
    {"picture": np.zeros(2)},
    {"baker": 3},
    {"label": object},
]

REFUSED = [
    ({"layers": 0}, "Cake(layers=0): give a whole number, at least 1"),
    ({"layers": 1.0}, "Cake(layers=1.0): give a whole number, at least 1"),
    ({"layers": True}, "Cake(layers=True): give a whole number, at least 1"),
    ({"candles": -1}, "Cake(candles=-1): give a whole number, at least 0"),
    ({"radius": 0}, "Cake(radius=0): give a number, above 0"),
    ({"radius": nan}, "Cake(radius=nan): give a number, above 0"),
    ({"radius": inf}, "Cake(radius=inf): give a number, above 0"),
    ({"sugar": -0.1}, "Cake(sugar=-0.1): give a number, at least 0"),
    ({"sugar": inf}, "Cake(sugar=inf): give a number, at least 0"),
    ({"eaten": 1.1}, "Cake(eaten=1.1): give a number, from 0 to 1"),
    ({"lost": 1}, "Cake(lost=1): give a number, at least 0 and below 1"),
    ({"lost": "0.5"}, "Cake(lost='0.5'): give a number, at least 0 and below 1"),
    ({"tiers": 4}, "Cake(tiers=4): give a whole number, from 1 to 3"),
    ({"filling": "salt"}, "Cake(filling='salt'): give one of 'cherries', 'cream'"),
    ({"filling": []}, "Cake(filling=[]): give one of 'cherries', 'cream'"),
    ({"glaze": True}, "Cake(glaze=True): give 'sugar' or 1 or None"),
    ({"sizes": [1]}, "Cake(sizes=[1]): give a tuple, each item a whole number, at least 1"),
    ({"sizes": (1, 0)}, "Cake(sizes=(1, 0)): give a tuple, each item a whole number, at least 1"),
    ({"place": (1.0,)}, "Cake(place=(1.0,)): give a tuple (a number; a text)"),
    ({"place": (1.0, 2)}, "Cake(place=(1.0, 2)): give a tuple (a number; a text)"),
    ({"cut": 1}, "Cake(cut=1): give True or False"),
    ({"weight": False}, "Cake(weight=False): give a number"),
    ({"below": "a plate"}, "Cake(below='a plate'): give Cake or None"),
    ({"recipe": 1}, "Cake(recipe=1): give Callable or None"),
    ({"picture": [0.0]}, "Cake(picture=[0.0]): give ndarray or None"),
    ({"picture": "x\n" * 99}, None),
]


@pytest.mark.parametrize("settings", ACCEPTED, ids=lambda settings: str(list(settings)))
def test_what_is_meant_is_accepted(settings: dict[str, Any]) -> None:
    cake = Cake(**settings)
    assert all(getattr(cake, name) is value for name, value in settings.items())


@pytest.mark.parametrize(("settings", "line"), REFUSED, ids=lambda case: str(case)[:40])
def test_what_is_not_meant_is_refused_in_one_short_line(
    settings: dict[str, Any], line: str | None
) -> None:
    with pytest.raises(ValueError, match="give ") as error:
        Cake(**settings)
    assert line is None or str(error.value) == line
    assert len(str(error.value).splitlines()) == 1
    assert len(str(error.value)) < 150


def test_a_field_whose_annotation_cannot_be_read_is_not_checked() -> None:
    @dataclass(frozen=True)
    class Local:
        pass

    @dataclass(frozen=True)
    class Dish(Cake):
        beside: Local | None = None

    assert [name for name, _ in kinds_of(Dish)] == [name for name, _ in kinds_of(Cake)]
    assert Dish(beside=Local()).beside == Local()
    with pytest.raises(ValueError, match=r"^Dish\(layers=0\)"):
        Dish(layers=0)
