"""Measurements as the ledger keeps them: only as much as a report needs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
from msgspec.structs import replace

from refute.decision.counts import Decision
from refute.decision.regions import Region
from refute.decision.samples import Sample
from refute.experiment import Series
from refute.ledger import (
    ArmRecord,
    EdgeRecord,
    Measured,
    Number,
    QuantityRecord,
    RegionRecord,
    SeriesRecord,
    number,
)
from refute.quantity import Difference, Quantity, Ratio, Within
from refute.timing import Race

LEVELS = (0.1, 0.25, 0.5, 0.75, 0.9)
"""Quantiles over replicates that are kept of a series."""


def quantity_record(quantity: Quantity) -> QuantityRecord:
    """What is measured, as the ledger keeps it."""
    match quantity:
        case Within():
            of = quantity_record(quantity.quantity)
            return QuantityRecord("share", of.what, of.unit, of.arms, of, quantity.region.words)
        case Ratio() | Difference():
            kind: Literal["ratio", "difference"]
            kind = "ratio" if isinstance(quantity, Ratio) else "difference"
            arms = [ArmRecord(arm.name, arm.setting) for arm in (quantity.first, quantity.second)]
            return QuantityRecord(kind, quantity.what, quantity.unit, arms)
    return QuantityRecord(
        "value", quantity.what, quantity.unit, [ArmRecord(quantity.name, quantity.setting)]
    )


def race_record(
    race: Race, times: Ratio | None = None, within: Region | None = None
) -> QuantityRecord:
    """A timed quantity, as the ledger keeps it: work done once, or ``times`` times per side."""
    names = [each.name for each in (race.left, race.right)]
    if times is not None:
        counts = [times.first.name, times.second.name]
        names = [_product(name, count) for name, count in zip(names, counts, strict=True)]
    arms = [ArmRecord(f"time of {name}", f"of {name}") for name in names]
    ratio = QuantityRecord("ratio", "time", "s", arms)
    if within is None:
        return ratio
    return QuantityRecord("share", "time", "s", arms, ratio, within.words)


def _product(name: str, times: str) -> str:
    """Both names; how both end is said once: "training step × steps to loss 0.1 with dropout"."""
    words, end = name.split(), times.replace(",", "").split()
    while words and end and words[-1].replace(",", "") == end[-1]:
        words.pop()
        end.pop()
    return f"{' '.join(words) or name} × {times}"


def measured(
    quantity: QuantityRecord,
    claimed: Region,
    decision: Decision,
    sample: Sample,
    series: Sequence[Series] = (),
    *,
    timed: bool = False,
) -> Measured:
    """The evidence of a decision, as the ledger keeps it."""
    # Only the numbers tell that they are counts out of all.
    is_share = sample.per is not None and not quantity.unit and quantity.kind != "share"
    return Measured(
        quantity=replace(quantity, unit="share") if is_share else quantity,
        region=RegionRecord(
            claimed.words,
            None if claimed.low is None else float(claimed.low),
            None if claimed.high is None else float(claimed.high),
            claimed.low_open,
            claimed.high_open,
            claimed.of,
        ),
        n=decision.n,
        estimate=number(decision.estimate),
        low=number(decision.low),
        high=number(decision.high),
        edges=[
            EdgeRecord(
                float(count.edge.value), count.edge.side, count.edge.open, count.wrong,
                count.within, count.allowed_wrong, count.allowed_within, count.settled,
            )
            for count in decision.counts
        ],
        capped=sample.capped,
        needed=decision.needed,
        values=_values(sample),
        series=[series_record(each) for each in series],
        timed=timed,
    )  # fmt: skip


def _values(sample: Sample) -> list[Number | list[Number]]:
    """Each replicate's number, or its bounds if a cap hides it, with six digits for plots."""
    values: list[Number | list[Number]] = []
    for low, high in zip(sample.lower / sample.scale, sample.upper / sample.scale, strict=True):
        if low == high:
            values.append(short(low))
        else:
            values.append([short(low), short(high)])
    return values


def series_record(series: Series) -> SeriesRecord:
    """Keep the quantiles over replicates or, for a setting, what each replicate drew.  If no
    replicate has a value, there is nothing to draw.
    """
    if series.kind == "setting":
        return _kept(series, x=series.values[:, 0], levels=(), quantiles=np.empty((0, 0)))
    drawn = ~np.isnan(series.values).all(axis=0)
    if series.kind in ("trajectory", "function"):  # the same in every replicate
        return _kept(series, series.x[drawn], (0.5,), series.values[:1, drawn])
    # A run that stopped early has no values after that: the quantiles are those of the others.
    quantiles = np.nanquantile(series.values[:, drawn], LEVELS, axis=0, method="nearest")
    return _kept(series, series.x[drawn], LEVELS, quantiles)


def _kept(
    series: Series, x: np.ndarray, levels: tuple[float, ...], quantiles: np.ndarray
) -> SeriesRecord:
    return SeriesRecord(
        series.name,
        series.kind,
        series.x_label,
        series.y_label,
        [short(place) for place in x],
        list(levels),
        [[short(y) for y in row] for row in quantiles],
        series.log_y,
        series.arm,
        [[short(place) for place in point] for point in series.marks],
        list(series.labels),
        series.setting,
    )


def short(value: float) -> Number:
    """A float for a plot, with six digits; infinite ones are written as text."""
    return number(value if math.isinf(value) else float(f"{value:.6g}"))
