"""The ledger keeps of a series what a report needs to draw it."""

import math
from unittest.mock import Mock

import numpy as np
import pytest

from refute.decision.counts import decide
from refute.decision.samples import Sample
from refute.experiment import Series, SeriesKind
from refute.ledger import ArmRecord, QuantityRecord
from refute.plugin.evidence import LEVELS, measured, race_record, series_record, short
from refute.wording import better

X = np.array([0.0, 1.0, 2.0])


def series(kind: SeriesKind, values: object, x: np.ndarray = X, **more: object) -> Series:
    return Series("name", kind, "x", "y", x, np.array(values, dtype=np.float64), **more)


def test_a_curve_keeps_its_quantiles_over_replicates() -> None:
    record = series_record(series("curve", [[k, 10 * k, 100 * k] for k in range(11)]))
    assert record.levels == list(LEVELS) == [0.1, 0.25, 0.5, 0.75, 0.9]
    assert record.quantiles[2] == [5, 50, 500]
    assert (record.quantiles[0], record.quantiles[4]) == ([1, 10, 100], [9, 90, 900])


def test_steps_that_no_replicate_reached_are_left_out() -> None:
    record = series_record(series("curve", [[1, 2, math.nan], [1, math.nan, math.nan]]))
    assert record.x == [0, 1]
    assert record.quantiles[2] == [1, 2]


@pytest.mark.parametrize("kind", ["trajectory", "function"])
def test_what_is_the_same_in_every_replicate_is_kept_once(kind: SeriesKind) -> None:
    record = series_record(series(kind, [[1, -1, 0.5]] * 3))
    assert (record.levels, record.quantiles) == ([0.5], [[1, -1, 0.5]])


def test_a_setting_keeps_what_each_replicate_drew_in_order() -> None:
    placeholder = np.zeros(1)
    record = series_record(
        series("setting", [[1], [0], [1]], placeholder, labels=("SGD", "Adam"), arm="with dropout")
    )
    assert (record.x, record.levels, record.quantiles) == ([1, 0, 1], [], [])
    assert (record.labels, record.arm) == (["SGD", "Adam"], "with dropout")


def test_points_that_stand_out_are_kept_and_infinite_ones_spelled() -> None:
    record = series_record(series("function", [[0, 1, 2]], marks=((1.0, math.inf),)))
    assert record.marks == [[1.0, "inf"]]


def test_numbers_are_kept_at_six_digits() -> None:
    assert short(1 / 3) == 0.333333


def test_a_product_says_once_how_both_of_its_factors_end() -> None:
    race = Mock(
        left=_named("step with dropout, drawn at random"), right=_named("step of a network")
    )
    times = Mock(
        first=_named("steps to loss 0.1 with dropout, drawn at random,"),
        second=_named("steps to loss 0.1 without dropout"),
    )
    assert [arm.name for arm in race_record(race, times).arms] == [
        "time of step × steps to loss 0.1 with dropout, drawn at random,",
        "time of step of a network × steps to loss 0.1 without dropout",
    ]


def _named(name: str) -> Mock:
    named = Mock()
    named.name = name
    return named


@pytest.mark.parametrize(("per", "unit"), [(360, "share"), (None, "")])
def test_counts_out_of_all_are_shares(per: int | None, unit: str) -> None:
    arms = [ArmRecord("with", ""), ArmRecord("without", "")]
    sample = Sample.exactly(np.arange(24), per=per)
    record = measured(
        QuantityRecord("difference", "", "", arms), better(), decide(sample, better()), sample
    )
    assert record.quantity.unit == unit
