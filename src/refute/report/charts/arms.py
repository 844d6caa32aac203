"""Which series stand in one picture, and what each of them is called there.

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
"""Arms that can be told apart in one picture: bands cover one another sooner than lines."""

LABEL = 44
"""Characters of an arm's label; as many as a phone's width has room for."""


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
    """Series of measured readings, by what is drawn together, in the readings' order."""
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
    """A reading's series by kind, name and axes; those that cannot be drawn are left out."""
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
    """The arms of both; the same one of two readings once, from whichever has more replicates."""
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
    """Pictures that show the same once, for all readings that left it."""
    kept: dict[bytes, Bundle] = {}
    for bundle in found:
        shown = msgspec.json.encode([arm.series for arm in bundle])
        kept[shown] = _joined(kept[shown], bundle) if shown in kept else bundle
    return list(kept.values())


def _labelled(bundle: Bundle) -> Bundle:
    """Each arm under what sets it apart; where readings left one each, under their names."""
    sources = [name for arm in bundle for name in arm.readings]
    names = [_common(arm.readings) for arm in bundle]
    one_each = len(set(sources)) == len(sources) and len(set(names)) == len(names)
    labels = _apart(names if one_each else [arm.label or names[0] for arm in bundle])
    return [
        Arm(arm.series, label, arm.replicates, arm.readings)
        for arm, label in zip(bundle, labels, strict=True)
    ]


def _common(names: Sequence[str]) -> str:
    """What the names begin with; the first where that is nothing."""
    words = [name.split() for name in names]
    return " ".join(words[0][: alike(words)]).rstrip(",:;") or names[0]


def _apart(names: Sequence[str]) -> list[str]:
    """Names cut to what there is room for; those that are then alike, numbered."""
    shown = [textwrap.shorten(name, LABEL, placeholder=" …") for name in names]
    return [
        one if shown.count(one) == 1 else f"{one} ({shown[: at + 1].count(one)})"
        for at, one in enumerate(shown)
    ]


def alike(words: Sequence[Sequence[str]]) -> int:
    """With how many same words all begin."""
    for at, each in enumerate(zip(*words, strict=False)):
        if len(set(each)) > 1:
            return at
    return min(map(len, words))
