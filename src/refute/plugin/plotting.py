"""Series as the ledger keeps them: no more than a report needs to draw."""

from __future__ import annotations

import math

import numpy as np

from refute.ledger import Number, SeriesRecord, number
from refute.quantity import Series

LEVELS = (0.1, 0.25, 0.5, 0.75, 0.9)
"""Quantiles over replicates that a series keeps."""


def series_record(series: Series) -> SeriesRecord:
    """Keep the quantiles over replicates; of a setting, what each replicate drew.

    Where no replicate has a value there is nothing to draw.
    """
    if series.kind == "setting":
        return _kept(series, x=series.values[:, 0], levels=(), quantiles=np.empty((0, 0)))
    drawn = ~np.isnan(series.values).all(axis=0)
    if series.kind in ("trajectory", "function"):  # the same in every replicate
        return _kept(series, series.x[drawn], (0.5,), series.values[:1, drawn])
    # A run that stopped early has no values after that: its neighbours' quantiles go on.
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
        [short(one) for one in x],
        list(levels),
        [[short(y) for y in row] for row in quantiles],
        series.log_y,
        series.arm,
        [[short(one) for one in point] for point in series.marks],
        list(series.labels),
        series.setting,
    )


def short(value: float) -> Number:
    """A float for a plot, at six digits; infinite ones are spelled."""
    return number(value if math.isinf(value) else float(f"{value:.6g}"))
