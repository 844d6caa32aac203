"""A point in which the bench or torch is held against what is right, and how it is told."""

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
"""By how many standard errors a moment may be off: chance alone does that once in 5e8 moments."""

DOUBLE, SINGLE = 1e-9, 1e-5
"""Tolerances of values in float64 and float32, relative to the largest and at least to 1.

Formulas written in another way differ by a few units of the last place, 2e-16 and 1e-7.
"""


@dataclass(frozen=True)
class Check:
    """Something to hold against what is right.

    Args:
        part: of torch or of the bench: "nn.SELU", "bench: SELU".
        what: of it: "values".
        why_not: says how it differs from what is right, or nothing.
    """

    part: str
    what: str
    why_not: Callable[[], str]


@dataclass(frozen=True)
class Point:
    """What came of a check; ``detail`` says how it differs."""

    part: str
    what: str
    agrees: bool
    detail: str = ""


def point(check: Check) -> Point:
    """Run a check.  A part that cannot be used at all does not agree."""
    try:
        detail = check.why_not()
    except Exception as error:  # whatever a broken part raises
        detail = f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"
    return Point(check.part, check.what, not detail, detail)


def differs(found: Any, right: Any, tolerance: float = DOUBLE) -> str:
    """Where numbers differ most, or nothing; a tolerance of 0 asks for the same bits."""
    found, right = array(found), array(right)
    if found.shape != right.shape:
        return f"shape {found.shape} instead of {right.shape}"
    allowed = tolerance * np.maximum(1, np.abs(right).max(initial=0))
    off = np.abs(found - right)
    if (off <= allowed).all():  # false for NaN as well
        return ""
    at = np.unravel_index(np.nanargmax(np.where(np.isnan(off), np.inf, off)), off.shape)
    return f"{found[at]:.6g} instead of {right[at]:.6g} (tolerated: {allowed:.1g})"


def off_moments(drawn: Any, *, mean: float, std: float, kurtosis: float, eighth: float) -> str:
    """Which moment of independent draws is off by more than chance, or nothing.

    Args:
        drawn: the draws, in any shape.
        mean: of the law.
        std: of the law.
        kurtosis: the fourth standardized moment: 3 of a normal, 9/5 of a uniform law.
        eighth: the eighth one, or a bound on it, which bounds how far the fourth may be off.
    """
    centred = (array(drawn) - mean) / std
    for name, found, right, variance in (
        ("mean", centred.mean(), 0.0, 1.0),
        ("variance", (centred**2).mean(), 1.0, kurtosis - 1),
        ("kurtosis", (centred**4).mean(), kurtosis, eighth),
    ):
        allowed = STANDARD_ERRORS * sqrt(variance / centred.size) + SINGLE
        if not abs(found - right) <= allowed:
            return (
                f"{name} of the standardized draws {found:.4g} instead of {right:.4g} "
                f"± {allowed:.2g}"
            )
    return ""


def off_share(share: float, right: float, count: int) -> str:
    """Whether a share of independent events is off by more than chance."""
    allowed = STANDARD_ERRORS * sqrt(right * (1 - right) / count)
    if abs(share - right) <= allowed:
        return ""
    return f"a share of {share:.4g} instead of {right:.4g} ± {allowed:.2g}"


def copies(drawn: Any) -> str:
    """Rows or columns that are copies of one another: independent draws have none."""
    for rows, name in ((array(drawn), "rows"), (array(drawn).T, "columns")):
        if len(np.unique(rows, axis=0)) < len(rows):
            return f"{name} that are copies of one another"
    return ""


def first(*reasons: str) -> str:
    """The first of several reasons that there is."""
    return next((reason for reason in reasons if reason), "")


def numbers(*shape: int, seed: int = 0) -> Floats:
    """Standard normal numbers, the same every time."""
    return np.random.default_rng(seed).standard_normal(shape)


def array(values: Any) -> Floats:
    """Anything with numbers as an array in double precision."""
    if isinstance(values, torch.Tensor):
        values = values.detach().cpu().double().numpy()
    return np.asarray(values, dtype=np.float64)
