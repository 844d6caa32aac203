"""Points: single checks of the bench or of torch, and descriptions of differences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

Floats = NDArray[np.float64]

STANDARD_ERRORS = 6
"""Tolerance of a moment in standard errors, which chance exceeds once in 5e8 moments."""

DOUBLE, SINGLE = 1e-9, 1e-5
"""Tolerances in float64 and float32, relative to the largest value and at least to 1.

Equivalent formulas differ by a few units in the last place, which are 2e-16 and 1e-7.
"""


@dataclass(frozen=True)
class Check:
    """A check that can be run.

    Args:
        part: the part of torch or of the bench that is checked: "nn.SELU", "bench: SELU".
        what: what is checked about it: "values".
        find_difference: returns how it differs from its formula, or "" if it agrees.
    """

    part: str
    what: str
    find_difference: Callable[[], str]


@dataclass(frozen=True)
class Point:
    """The result of a check; ``detail`` says how the part differs from its formula."""

    part: str
    what: str
    agrees: bool
    detail: str = ""


def run_check(check: Check) -> Point:
    """Run a check; a part that raises an exception does not agree."""
    try:
        detail = check.find_difference()
    except Exception as error:  # a broken part may raise anything
        detail = f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"
    return Point(check.part, check.what, not detail, detail)


def difference(actual: Any, expected: Any, tolerance: float = DOUBLE) -> str:
    """Describe the largest difference, or return "" if it is tolerated.

    A tolerance of 0 requires equal numbers.
    """
    actual, expected = as_array(actual), as_array(expected)
    if actual.shape != expected.shape:
        return f"shape {actual.shape} instead of {expected.shape}"
    allowed = tolerance * np.maximum(1, np.abs(expected).max(initial=0))
    off = np.abs(actual - expected)
    if (off <= allowed).all():  # false for NaN as well
        return ""
    at = np.unravel_index(np.nanargmax(np.where(np.isnan(off), np.inf, off)), off.shape)
    return f"{actual[at]:.6g} instead of {expected[at]:.6g} (tolerated: {allowed:.1g})"


def moment_difference(
    drawn: Any, *, mean: float, std: float, kurtosis: float, eighth: float
) -> str:
    """Describe the first moment of independent draws that is off by more than chance, or "".

    Args:
        drawn: the draws, in any shape.
        mean: mean of the distribution.
        std: its standard deviation.
        kurtosis: its fourth standardized moment: 3 for a normal, 9/5 for a uniform distribution.
        eighth: its eighth one, or an upper bound, for the standard error of the fourth.
    """
    centred = (as_array(drawn) - mean) / std
    for name, actual, expected, variance in (
        ("mean", centred.mean(), 0.0, 1.0),
        ("variance", (centred**2).mean(), 1.0, kurtosis - 1),
        ("kurtosis", (centred**4).mean(), kurtosis, eighth),
    ):
        allowed = STANDARD_ERRORS * sqrt(variance / centred.size) + SINGLE
        if not abs(actual - expected) <= allowed:
            return (
                f"{name} of the standardized draws {actual:.4g} instead of {expected:.4g} "
                f"± {allowed:.2g}"
            )
    return ""


def share_difference(share: float, expected: float, count: int) -> str:
    """Describe a share of independent events that is off by more than chance, or return ""."""
    allowed = STANDARD_ERRORS * sqrt(expected * (1 - expected) / count)
    if abs(share - expected) <= allowed:
        return ""
    return f"a share of {share:.4g} instead of {expected:.4g} ± {allowed:.2g}"


def duplicates(drawn: Any) -> str:
    """Describe equal rows or columns, which independent draws do not have, or return ""."""
    for rows, name in ((as_array(drawn), "rows"), (as_array(drawn).T, "columns")):
        if len(np.unique(rows, axis=0)) < len(rows):
            return f"{name} that are copies of one another"
    return ""


def first_reason(*reasons: str) -> str:
    """Return the first reason that is not empty, or ""."""
    return next((reason for reason in reasons if reason), "")


def normal_numbers(*shape: int, seed: int = 0) -> Floats:
    """Draw standard normal numbers, the same ones every time."""
    return np.random.default_rng(seed).standard_normal(shape)


def as_array(values: Any) -> Floats:
    """Convert numbers or a tensor to an array of float64."""
    if isinstance(values, torch.Tensor):
        values = values.detach().cpu().double().numpy()
    return np.asarray(values, dtype=np.float64)
