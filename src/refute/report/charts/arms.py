"""Which series share a picture, and the label of each.

The arms of a comparison belong together, such as training with dropout and without it.  So do
readings that each recorded one series of a kind, such as standard deviations by layer under
several initializers.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import msgspec

from refute.ledger import Measured, ReadingRecord, SeriesRecord
from refute.prose.text import begin_alike

MOST_ARMS = {"curve": 3, "histogram": 3, "layers": 5, "trajectory": 3}
"""The most arms that can be distinguished in one picture: bands overlap sooner than lines."""

LABEL = 44
"""The most characters of an arm's label: what fits on a phone."""


@dataclass(frozen=True)
class Arm:
    """A series with its label, the number of its replicates and the readings that share it.

    Until the arms of a picture are labelled, the label is the setting that the series names.
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
                pictures += _divided(_joined([], arms), MOST_ARMS[key[0]])
    found = [bundle for pictures in together.values() for bundle in pictures]
    return [_labelled(bundle) for bundle in _once(found)]


def _divided(arms: Bundle, most: int) -> list[Bundle]:
    """The arms of one reading in as few pictures as hold them, about equally many in each."""
    pictures = -(-len(arms) // most)
    ends = [len(arms) * at // pictures for at in range(pictures + 1)]
    return [arms[start:end] for start, end in pairwise(ends)]


def _of_reading(reading: ReadingRecord) -> dict[tuple[str, ...], Bundle]:
    """The series of a reading that can be drawn, by kind, name and axes."""
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
    """Whether it has at least two points and the same number in every quantile."""
    lengths = {len(row) for row in series.quantiles} | {len(series.x)}
    of_levels = len(series.levels) == len(series.quantiles) > 0
    return of_levels and len(lengths) == 1 and len(series.x) > 1


def _joined(bundle: Bundle, arms: Bundle) -> Bundle:
    """The arms of both; an arm that both have once, from the reading with more replicates."""
    joined = list(bundle)
    for arm in arms:
        at = next((at for at, known in enumerate(joined) if _same(known, arm)), None)
        if at is None:
            joined.append(arm)
        else:
            more = max(joined[at], arm, key=lambda arm: arm.replicates)
            names = dict.fromkeys(joined[at].readings + arm.readings)
            joined[at] = Arm(more.series, more.label, more.replicates, tuple(names))
    return joined


def _same(arm: Arm, other: Arm) -> bool:
    if arm.series.arm and other.series.arm:
        return arm.series.arm == other.series.arm
    return arm.series == other.series


def _once(found: Iterable[Bundle]) -> list[Bundle]:
    """The pictures without repetitions; each names all readings that recorded it."""
    kept: dict[bytes, Bundle] = {}
    for bundle in found:
        shown = msgspec.json.encode([arm.series for arm in bundle])
        kept[shown] = _joined(kept[shown], bundle) if shown in kept else bundle
    return list(kept.values())


def _labelled(bundle: Bundle) -> Bundle:
    """The arms labelled by what distinguishes them, or by reading if each reading has one arm."""
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
    return " ".join(words[0][: begin_alike(words)]).rstrip(",:;") or names[0]


def _apart(names: Sequence[str]) -> list[str]:
    """Names cut to fit: at their end or, if they differ only there, at their common beginning.

    Names that still coincide are numbered.
    """
    shown = _cut(names)
    if len(set(shown)) < len(set(names)):
        words = [name.split() for name in names]
        shared = min(begin_alike(words), min(map(len, words)) - 1)
        shown = _cut([" ".join(["…", *rest[shared:]]) for rest in words])
    return [
        name if shown.count(name) == 1 else f"{name} ({shown[: at + 1].count(name)})"
        for at, name in enumerate(shown)
    ]


def _cut(names: Iterable[str]) -> list[str]:
    return [textwrap.shorten(name, LABEL, placeholder=" …") for name in names]
