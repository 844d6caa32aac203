"""Names are put beside their lines, away from other lines and names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refute.report.charts.labels import LETTER, NARROWEST, TALL, beside, height

HIGH = 128


def flat(y: int) -> list[tuple[int, int]]:
    return [(0, y), (1000, y)]


def test_names_of_lines_far_apart_stand_at_their_right_ends() -> None:
    places = beside(["with dropout", "without"], [flat(30), flat(90)], HIGH)
    assert places is not None
    assert [(place.x, place.anchor) for place in places] == [(100, "end"), (100, "end")]
    assert places[0].y < 30 < places[1].y < 90  # above their lines


def test_a_name_goes_below_its_line_where_there_is_no_room_above() -> None:
    places = beside(["name"], [flat(3)], HIGH)
    assert places is not None
    assert places[0].y > 3 + 8


def test_a_name_makes_way_for_another_name() -> None:
    places = beside(["one", "two"], [flat(3), flat(30)], HIGH)
    assert places is not None
    assert places[0].y < 30 < places[1].y  # above the second line stands the first one's name


def test_names_that_find_no_room_are_not_placed_at_all() -> None:
    close = [flat(y) for y in range(4, HIGH, 8)]
    assert beside(["name"] * len(close), close, HIGH) is None
    assert beside(["long " * 20], [flat(60)], HIGH) is None


@pytest.mark.parametrize(("x", "y"), [(0, 10), (500, 35), (1000, 60), (-1, None), (1001, None)])
def test_a_line_is_as_high_as_between_its_points(x: float, y: float | None) -> None:
    assert height([(0, 10), (1000, 60)], x) == y


lines = st.lists(st.integers(0, HIGH), min_size=2, max_size=12).map(
    lambda ys: [(round(at * 1000 / (len(ys) - 1)), y) for at, y in enumerate(ys)]
)


@given(st.lists(st.tuples(st.text("abc ", min_size=1, max_size=20), lines), min_size=1, max_size=3))
def test_no_line_runs_through_a_name(named: list[tuple[str, list[tuple[int, int]]]]) -> None:
    names, drawn = [name for name, _ in named], [line for _, line in named]
    for name, place in zip(names, beside(names, drawn, HIGH) or [], strict=False):
        wide = len(name) * LETTER * 1000 / NARROWEST
        left = 10 * place.x - (wide if place.anchor == "end" else 0)
        assert left >= -1e-6
        assert left + wide <= 1000 + 1e-6
        middle = place.y - TALL / 2 + 3
        for line in drawn:
            y = height(line, left + wide / 2)
            assert y is None or abs(y - middle) > TALL / 2 - 1
