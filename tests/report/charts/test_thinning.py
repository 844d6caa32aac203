"""Points that could not be seen are left out."""

from hypothesis import given
from hypothesis import strategies as st

from refute.report.charts.thinning import evenly, order_statistics, quantile, straightened


def test_order_statistics_are_taken_at_even_ranks() -> None:
    assert order_statistics([float(x) for x in range(101)], 5) == [0, 25, 50, 75, 100]
    assert order_statistics([1.0, 2.0], 5) == [1.0, 2.0]


def test_places_are_kept_evenly_along_the_axis_and_both_ends_always() -> None:
    crowded = [0.0, 0.1, 0.2, 0.3, 50.0, 100.0]
    assert evenly(crowded, 3) == [0, 4, 5]
    assert evenly([0.0] * 10, 3) == [0, 9]


def test_a_quantile_is_the_nearest_order_statistic() -> None:
    assert quantile([1.0, 2.0, 3.0, 4.0, 5.0], 0.5) == 3
    assert quantile([1.0], 0.95) == 1


def test_a_straight_line_keeps_its_ends_and_a_bent_one_its_corner() -> None:
    assert straightened([(x, 2 * x) for x in range(10)]) == [(0, 0), (9, 18)]
    assert straightened([(0, 0), (5, 0), (10, 10), (15, 20)]) == [(0, 0), (5, 0), (15, 20)]


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 128)), min_size=2, max_size=40))
def test_points_left_out_lie_within_half_a_unit_of_the_line(points: list[tuple[int, int]]) -> None:
    points = sorted({x: (x, y) for x, y in points}.values())
    kept = straightened(points)
    assert (kept[0], kept[-1]) == (points[0], points[-1])
    for x, y in points:
        (x0, y0), (x1, y1) = next(
            pair
            for pair in zip([kept[0], *kept], [*kept, kept[-1]], strict=True)
            if pair[1][0] >= x
        )
        on_line = y0 + (y1 - y0) * (x - x0) / (x1 - x0) if x1 > x0 else y0
        steep = max(1.0, abs(y1 - y0) / (x1 - x0)) if x1 > x0 else 1.0
        assert abs(on_line - y) <= steep / 2 + 1e-9
