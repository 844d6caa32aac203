"""Series that belong together share a picture, under labels that distinguish them."""

import re
from importlib.resources import files

import pytest

from refute.report.charts.arms import MOST_ARMS, bundles
from tests.report.charts.drawing import left, line


def labels(*readings: object) -> list[list[str]]:
    return [[arm.label for arm in bundle] for bundle in bundles(readings)]


WITH = line([3, 1], arm="steps with dropout 0.5", setting="with dropout 0.5")
WEAK = line([3, 0.5], arm="steps with dropout 0.2", setting="with dropout 0.2")
WITHOUT = line([2, 0], arm="steps as usual", setting="in the usual setting")


def test_the_arms_of_a_pair_stand_in_one_picture_under_what_sets_them_apart() -> None:
    assert labels(left("rate 0.5", WITH, WITHOUT)) == [["with dropout 0.5", "in the usual setting"]]


def test_an_arm_that_two_readings_share_is_drawn_once_from_whichever_has_more_replicates() -> None:
    more = line([2, 0.1], arm=WITHOUT.arm, setting=WITHOUT.setting)
    (bundle,) = bundles([left("a", WITH, WITHOUT), left("b", WEAK, more, n=128)])
    assert [arm.series for arm in bundle] == [WITH, more, WEAK]
    assert bundle[1].readings == ("a", "b")
    assert bundle[1].replicates == 128


def test_more_arms_than_can_be_distinguished_make_another_picture() -> None:
    many = [left(f"reading {at}", line([3, at], arm=f"arm {at}")) for at in range(4)]
    assert list(map(len, bundles(many))) == [MOST_ARMS["curve"], 1]


@pytest.mark.parametrize(("arms", "pictures"), [(3, [3]), (4, [2, 2]), (7, [2, 2, 3])])
def test_a_reading_with_more_arms_than_that_is_divided_evenly(
    arms: int, pictures: list[int]
) -> None:
    many = left("a", *(line([3, at], arm=f"arm {at}") for at in range(arms)))
    assert list(map(len, bundles([many]))) == pictures


def test_checks_kinds_and_names_are_never_mixed() -> None:
    other = line([1, 2], name="test accuracy")
    layers = line([1, 2], kind="layers")
    found = bundles([left("a", WITH, other, layers), left("b", WEAK, check="test_other")])
    assert [[arm.series for arm in arms] for arms in found] == [[WITH], [other], [layers], [WEAK]]


def test_a_picture_of_the_same_series_is_drawn_once_for_all_its_readings() -> None:
    (bundle,) = bundles([left("a", WITH), left("b", WITH, check="test_other")])
    assert bundle[0].readings == ("a", "b")


def test_readings_that_left_one_series_each_are_called_by_their_names() -> None:
    assert labels(left("He", line([1, 2])), left("Glorot", line([1, 3]))) == [["He", "Glorot"]]
    shared = left("He, first layer", line([1, 2])), left("He, last layer", line([1, 2]))
    assert labels(*shared, left("Glorot", line([1, 3]))) == [["He", "Glorot"]]


@pytest.mark.parametrize(
    "broken",
    [
        line([1.0]),
        line([]),
        line([1, 2], x=[1]),
        line([1, 2], kind="function"),
    ],
)
def test_series_without_two_points_or_of_another_kind_are_left_out(broken: object) -> None:
    assert bundles([left("a", broken)]) == []


def test_arms_are_called_by_their_settings_and_numbered_where_these_are_alike() -> None:
    alike = [line([3, at], arm=f"arm {at}", setting="with tanh") for at in range(2)]
    assert labels(left("a", *alike)) == [["with tanh (1)", "with tanh (2)"]]


def test_long_settings_that_differ_at_the_end_lose_their_common_beginning() -> None:
    start = "on quadratics of condition number 1 to 10000 with"
    ends = "momentum 0.5", "momentum 0.9", "no momentum"
    arms = [line([3, at], arm=end, setting=f"{start} {end}") for at, end in enumerate(ends)]
    assert labels(left("a", *arms)) == [["… momentum 0.5", "… momentum 0.9", "… no momentum"]]


def test_a_long_setting_that_another_continues_keeps_its_last_word() -> None:
    long = "on quadratics of condition number 1 to 10000000"
    arms = [line([3, 1], arm="a", setting=long), line([3, 2], arm="b", setting=f"{long} twice")]
    assert labels(left("a", *arms)) == [["… 10000000", "… 10000000 twice"]]


def test_long_settings_are_cut() -> None:
    long = line([3, 1], arm="a", setting="with " + "long " * 40)
    ((label, other),) = labels(left("a", long, line([2, 1], arm="b", setting="without")))
    assert len(label) <= 44
    assert label.endswith(" …")
    assert other == "without"


def test_every_arm_has_a_colour_and_every_further_one_a_dash() -> None:
    style = files("refute.report").joinpath("templates/charts.css").read_text(encoding="utf-8")
    most = max(MOST_ARMS.values())
    assert re.findall(r"\.a(\d+) \{ --arm", style) == [str(at + 1) for at in range(most)]
    assert re.findall(r"\.line\.a(\d+) \{ stroke-d", style) == [
        str(at + 2) for at in range(most - 1)
    ]
