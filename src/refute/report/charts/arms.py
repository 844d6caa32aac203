"""Which series share a picture, and what each of them is called there.

The arms of a comparison belong together: training with dropout and without it.  So do readings
that each left one series of a kind, such as standard deviations by layer under several
initializers.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

from refute.ledger import Measured, ReadingRecord, SeriesRecord

MOST_ARMS = {"curve": 3, "histogram": 3, "layers": 5, "trajectory": 3}
"""The most arms that can be distinguished in one picture: bands overlap sooner than lines."""

LABEL = 44
"""The most characters of an arm's label: what fits on a phone."""


@dataclass(frozen=True)
class Arm:
    """A series with its label, its replicates and the names of the readings that share it.

    Until the arms of a picture are labelled, the label is what the series calls its setting.
    """

    series: SeriesRecord
    label: str
    replicates: int
    readings: tuple[str, ...]


Bundle = list[Arm]
"""The arms of one picture."""


def bundles(readings: Sequence[ReadingRecord]) -> list[Bundle]:
    """Series of measured readings, grouped by picture, in the readings' order."""
    together: dict[tuple[str, ...], list[Bundle]] = {}
    for reading in readings:
        if not isinstance(reading.evidence, Measured):
            continue
        for key, arms in _of_reading(reading).items():
            pictures = together.setdefault((reading.check, *key), [])
            last = pictures[-1] if pictures else []
            joined = _joined(last, arms)
            if pictures and len(joined) <= MOST_ARMS[key[0]]:
                pictures[-1] = joined
            else:
                pictures.append(_joined([], arms))
    found = [bundle for pictures in together.values() for bundle in pictures]
    return [_labelled(bundle) for bundle in _once(found)]


def _of_reading(reading: ReadingRecord) -> dict[tuple[str, ...], Bundle]:
    """A reading's series by kind, name and axes, without those that cannot be drawn."""
    assert isinstance(reading.evidence, Measured)
    found: dict[tuple[str, ...], Bundle] = {}
    for series in reading.evidence.series:
        if series.kind in MOST_ARMS and is_whole(series):
            key = (series.kind, series.name, series.x_label, series.y_label)
            label = series.setting or series.arm
            arm = Arm(series, label, reading.evidence.n, (reading.name,))
            found.setdefault(key, []).append(arm)
    return found


def is_whole(series: SeriesRecord) -> bool:
    """Whether it has at least two points, and as many in every quantile."""
    lengths = {len(one) for one in series.quantiles} | {len(series.x)}
    of_levels = len(series.levels) == len(series.quantiles) > 0
    return of_levels and len(lengths) == 1 and len(series.x) > 1


def _joined(bundle: Bundle, arms: Bundle) -> Bundle:
    """The arms of both; an arm of both readings once, from the one with more replicates."""
    joined = list(bundle)
    for arm in arms:
        at = next((at for at, one in enumerate(joined) if _same(one, arm)), None)
        if at is None:
            joined.append(arm)
        else:
            more = max(joined[at], arm, key=lambda one: one.replicates)
            names = dict.fromkeys(joined[at].readings + arm.readings)
            joined[at] = Arm(more.series, more.label, more.replicates, tuple(names))
    return joined


def _same(one: Arm, other: Arm) -> bool:
    if one.series.arm and other.series.arm:
        return one.series.arm == other.series.arm
    return one.series == other.series


def _once(found: Iterable[Bundle]) -> list[Bundle]:
    """Identical pictures once, for all readings that recorded them."""
    kept: dict[bytes, Bundle] = {}
    for bundle in found:
        shown = msgspec.json.encode([arm.series for arm in bundle])
        kept[shown] = _joined(kept[shown], bundle) if shown in kept else bundle
    return list(kept.values())


def _labelled(bundle: Bundle) -> Bundle:
    """Each arm labelled by what distinguishes it, or by its reading if each reading has one."""
    sources = [name for arm in bundle for name in arm.readings]
    names = [_common(arm.readings) for arm in bundle]
    one_each = len(set(sources)) == len(sources) and len(set(names)) == len(names)
    labels = _apart(names if one_each else [arm.label or names[0] for arm in bundle])
    return [
        Arm(arm.series, label, arm.replicates, arm.readings)
        for arm, label in zip(bundle, labels, strict=True)
    ]


def _common(names: Sequence[str]) -> str:
    """The common beginning of the names; the first name if there is none."""
    words = [name.split() for name in names]
    return " ".join(words[0][: alike(words)]).rstrip(",:;") or names[0]


def _apart(names: Sequence[str]) -> list[str]:
    """Names cut to fit; names that then coincide are numbered."""
    shown = [textwrap.shorten(name, LABEL, placeholder=" …") for name in names]
    return [
        one if shown.count(one) == 1 else f"{one} ({shown[: at + 1].count(one)})"
        for at, one in enumerate(shown)
    ]


def alike(words: Sequence[Sequence[str]]) -> int:
    """The number of words with which all begin."""
    for at, each in enumerate(zip(*words, strict=False)):
        if len(set(each)) > 1:
            return at
    return min(map(len, words))
