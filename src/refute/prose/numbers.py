"""Numbers, durations and times for readers, with no more digits than are known."""

from __future__ import annotations

import math
import re
import statistics
from typing import TYPE_CHECKING

from refute.ledger import Measured, Number, bounds, number, value
from refute.plurals import counted

if TYPE_CHECKING:
    from refute.decision.counts import Decision

FINEST = 50
"""No number is shown with steps finer than this fraction of its interval."""


def number_in_words(number: Number) -> str:
    """A number to three significant digits: ``2.13``, ``1437``, ``4.6 × 10^10``, ``−∞``."""
    x = value(number)
    sign = "−" if x < 0 else ""
    size = abs(x)
    if math.isinf(size):
        return f"{sign}∞"
    if size != 0 and not 1e-3 <= size < 1e6:
        mantissa, exponent = f"{size:.1e}".split("e")
        return f"{sign}{mantissa} × 10^{int(exponent)}"
    return sign + (f"{size:.0f}" if size >= 100 else f"{size:.3g}")


def points(measured: Measured) -> bool:
    """Whether its numbers are given in percentage points.

    Differences of shares are, and what is compared with a region whose words are: the excess of an
    accuracy, recorded as one value, against "within 2 percentage points".
    """
    difference = measured.quantity.kind == "difference" and measured.quantity.unit == "share"
    return difference or "percentage point" in measured.region.words


def edge_in_words(edge: float, measured: Measured) -> str:
    """An edge of a region: ``1.1``, ``2 percentage points``."""
    return with_unit(bare_edge(edge, measured), measured)


def bare_edge(edge: float, measured: Measured) -> str:
    """The same without its unit."""
    return number_in_words(round(100 * edge, 9) if points(measured) else edge)


def with_unit(shown: str, measured: Measured) -> str:
    """A number, or several, with the unit of percentage points, if these are meant."""
    return with_points(shown) if points(measured) else shown


def with_points(shown: str) -> str:
    """A number with its unit: ``1 percentage point``, ``2.5 percentage points``."""
    return f"{shown} percentage point{'' if shown.lstrip('−') == '1' else 's'}"


def known(x: Number, measured: Measured) -> str:
    """A measured number, with as many digits as its interval justifies; of a time, at most two.

    A difference of shares is given in percentage points, without that unit.
    """
    width, exact = value(measured.high) - value(measured.low), value(x)
    if points(measured):
        width, exact = 100 * width, round(100 * exact, 9)  # nine digits leave out the round-off
        x = number(exact)
    plain = 1e-3 <= abs(exact) < 1e6 and 0 < width < math.inf
    if not plain:
        return number_in_words(x)
    finest = math.ceil(math.log10(width / FINEST))
    most = 2 if measured.quantity.unit == "s" else 3
    first = int(f"{exact:.{most - 1}e}".partition("e")[2])  # the position of its first digit
    step = max(min(finest, first), first + 1 - most)  # at least one digit
    rounded = round(exact, -step)
    if step >= 0 or rounded == 0:
        return number_in_words(number(rounded))
    return f"{rounded:.{-step}f}".replace("-", "−")


def estimate(measured: Measured) -> str:
    """The estimate, or its known bound if capped replicates hide it.

    That is the lower bound, or the upper one if the lower is 0, which says nothing.
    """
    words = with_unit(known(measured.estimate, measured), measured)
    if not measured.capped:
        return words
    upper = statistics.median(bounds(replicate)[1] for replicate in measured.values)
    if upper == value(measured.estimate):
        return words
    if value(measured.estimate) == 0 and math.isfinite(upper):
        return f"at most {with_unit(known(number(upper), measured), measured)}"
    return f"at least {words}"


def interval(measured: Measured) -> str:
    """The interval and what it rests on: ``2.3 to 3.4 in 32 pairs``."""
    low, high = known(measured.low, measured), known(measured.high, measured)
    region = measured.region
    # A count at its limit gives a share whose interval ends exactly at the edge, which it excludes.
    if region.of == "proportion" and region.low_open and value(measured.low) == region.low:
        low = f"more than {low}"
    if region.of == "proportion" and region.high_open and value(measured.high) == region.high:
        high = f"less than {high}"
    return f"{low} to {high} {in_how_many(measured)}"


def in_how_many(measured: Measured) -> str:
    """What a number rests on: ``in 32 pairs``."""
    return f"in {counted(measured.n, _replicate(measured))}"


def look_in_words(decision: Decision) -> str:
    """The estimate at a look with its interval: ``2.13 (1.9 to 2.4) at 64``."""
    middle, low, high = (
        number_in_words(number(value)) for value in (decision.estimate, decision.low, decision.high)
    )
    return f"{middle} ({low} to {high}) at {decision.n}"


def replicates(measured: Measured) -> str:
    """The noun for what was counted: settings, pairs of a comparison, or replicates."""
    return f"{_replicate(measured)}s"


def _replicate(measured: Measured) -> str:
    """The same noun in the singular."""
    if any(series.kind == "setting" for series in measured.series):
        return "setting"
    quantity = measured.quantity if measured.quantity.of is None else measured.quantity.of
    return "pair" if quantity.compares else "replicate"


def percent(x: Number) -> str:
    """A share as a percentage: ``47 %``; if close to none or to all, ``0.3 %`` or ``99.6 %``."""
    sign = "−" if value(x) < 0 else ""
    share = float(f"{abs(100 * value(x)):.12g}")  # twelve digits leave out the round-off
    small = share if share < 1 else 100 - share
    if share < 1 or 0 < small <= 0.5:
        digits = -int(f"{small:.0e}".partition("e")[2]) if small else 0
        return f"{sign}{share:.{digits}f} %"
    return f"{sign}{share:.0f} %"


def moment(iso: str) -> str:
    """``2026-03-01T12:30:59.123+00:00`` to the minute, with its offset; other text as it is."""
    match = re.fullmatch(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)[\d:.]*(Z|[+-]\d\d:?\d\d)?", iso)
    if match is None:
        return iso
    day, time, offset = match.groups()
    zone = {"Z": " UTC", "+00:00": " UTC", None: ""}.get(offset, f" (UTC{offset})")
    return f"{day} {time}{zone}"


def seconds(duration: float) -> str:
    """``0.04 s``, ``12 s``, ``3 min 20 s``."""
    if duration < 10:
        return f"{duration:.2g} s"
    if duration < 100:
        return f"{duration:.0f} s"
    return f"{int(duration // 60)} min {int(duration % 60)} s"
