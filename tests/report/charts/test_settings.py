"""The settings that replicates drew are shown against their outcomes."""

from msgspec.structs import replace

from refute.ledger import Number, ReadingRecord, SeriesRecord
from refute.report.charts.figure import Figure
from refute.report.charts.settings import settings
from tests.make import by_hand, reading, region
from tests.report.charts.drawing import parsed, paths


def drawn(name: str, values: list[float], labels: list[str] | None = None) -> SeriesRecord:
    return SeriesRecord(name, "setting", name, "", values, [], [], False, "", [], labels or [])


def of(
    values: list[Number | list[Number]], *series: SeriesRecord, of: str = "proportion"
) -> ReadingRecord:
    share = of == "proportion"
    claimed = region(0.75, low_open=True, of=of) if share else region(1.5, 2.5, high_open=True)
    evidence = replace(by_hand(0.1, 0.5, 0.9, values), region=claimed, series=list(series))
    return reading("drawn at random", "fails", evidence)


def figure(*args: object, **more: str) -> Figure:
    made = settings(of(*args, **more), "f")
    assert made is not None
    return made


def rows(made: Figure) -> list[str]:
    return [text.text for text in parsed(made.svg).all("text")]


RATES = drawn("dropout rate", [0.2, 0.5, 0.2, 0.5])


def test_each_value_has_a_bar_as_long_as_the_share_of_replicates_that_have_what_is_claimed() -> (
    None
):
    made = figure([1.0, 0.0, 1.0, 1.0], RATES)
    assert rows(made) == ["dropout rate", "0.2", "2 of 2", "0.5", "1 of 2"]
    assert paths(made.svg, "bars") == ["M0 23h1000v12h-1000zM0 40h500v12h-500z"]
    assert made.caption == (
        "True in 3 of 4 settings drawn at random; it depends most on dropout rate: "
        "1 of 2 at 0.5, 2 of 2 at 0.2."
    )


def test_the_claimed_share_is_a_line_across_the_bars() -> None:
    assert paths(figure([1.0, 0.0, 1.0, 1.0], RATES).svg, "edge")[0].startswith("M750 0v")


def test_single_values_are_judged_by_the_region_and_its_open_edge() -> None:
    made = figure([1.5, 2.5, 2.0, 9.0], RATES, of="median")
    assert rows(made)[2::2] == ["2 of 2", "0 of 2"]
    assert not paths(made.svg, "edge")


def test_replicates_whose_outcome_a_cap_hides_are_left_out() -> None:
    made = figure([1.0, [0.0, 1.0], [1.0, 1.0], 0.0], RATES)
    assert rows(made)[2::2] == ["2 of 2", "0 of 1"]


def test_settings_that_are_not_numbers_are_named() -> None:
    made = figure([1.0, 0.0], drawn("optimizer", [0, 1], ["SGD", "<b>Adam"]))
    assert rows(made)[1::2] == ["SGD", "<b>Adam"]


def test_many_values_are_shown_in_groups() -> None:
    made = figure([1.0, 0.0] * 4, drawn("rate", [0.1 * at for at in range(8)]))
    assert rows(made)[1::2] == ["0 to 0.1", "0.2 to 0.3", "0.4 to 0.5", "0.6 to 0.7"]


def test_a_setting_that_does_not_vary_or_lacks_replicates_is_left_out() -> None:
    assert settings(of([1.0, 0.0], drawn("rate", [0.5, 0.5])), "f") is None
    assert settings(of([1.0, 0.0], RATES), "f") is None
    assert settings(of([1.0, 0.0]), "f") is None
    assert settings(reading("none", None, None), "f") is None
