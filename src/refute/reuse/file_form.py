"""The form of an entry of the store: a JSON header and plain arrays, in numpy's ``.npz``.  Nothing
in it can run code, and reading an entry checks all of it: checksums, types, shapes, bounds, units.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final, Literal, TypeVar, get_type_hints

import msgspec
import numpy as np
from numpy.typing import NDArray

from refute.decision.samples import Sample
from refute.experiment import Record, Series

EntryKey = dict[str, Any]
"""Everything that an entry depends on, as JSON."""

Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Chunk:
    """The record of one chunk of replicates, with the time and place of its measurement."""

    record: Record
    when: str
    where: str
    run: str = ""
    earlier: bool = False
    """Whether an earlier run measured it."""


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Fields that every entry's header has."""

    key: EntryKey
    format: Literal["refute-measurements"] = "refute-measurements"


class _Taken(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which chunk, when, where and by which run."""

    at: int
    when: str
    where: str
    run: str


ARRAYS = ("x", "values")
"""The fields of a series that are arrays."""

_SeriesWords: Final = msgspec.defstruct(
    "_SeriesWords",
    [
        (field.name, get_type_hints(Series)[field.name])
        for field in fields(Series)
        if field.name not in ARRAYS
    ],
    forbid_unknown_fields=True,
)
"""All of a series except its arrays."""


class RecordHeader(Header, frozen=True, kw_only=True):
    """For an experiment's chunks: names and units of the arrays, in their order."""

    chunk: int
    chunks: list[_Taken]
    samples: list[tuple[str, int | None]]
    series: list[_SeriesWords]  # type: ignore[valid-type]


class SearchHeader(Header, frozen=True, kw_only=True):
    """For a search that found nothing."""

    examples: int
    when: str
    where: str


@dataclass(frozen=True)
class Search:
    """A search that found nothing: the number of examples, when and where."""

    examples: int
    when: str
    where: str


class Damaged(Exception):
    """An entry that does not hold what its name promises."""


H = TypeVar("H", bound=Header)


def encoded(header: Header, arrays: Arrays) -> bytes:
    """An entry as a file."""
    text = np.frombuffer(msgspec.json.encode(header), dtype=np.uint8)
    data = io.BytesIO()
    np.savez(data, header=text, **arrays)  # type: ignore[arg-type]
    return data.getvalue()


def decoded(data: bytes, kind: type[H], key: EntryKey) -> tuple[H, Arrays]:
    """The header and the arrays of a file.

    Raises:
        Damaged: it is another entry.
        Exception: it is not an entry; an untrusted file may cause any exception.
    """
    arrays = _unpacked(data)
    header = msgspec.json.decode(arrays.pop("header").tobytes(), type=kind)
    if header.key != key:
        raise Damaged("it is of another key")
    return header, arrays


def chunks_encoded(
    key: EntryKey, chunk: int, chunks: Mapping[int, Chunk], run: str
) -> bytes | None:
    """Chunks by their positions as a file; ``None`` if joining them would lose anything."""
    order = sorted(chunks)
    records = [chunks[at].record for at in order]
    if not _alike(records):
        return None
    record = Record.join(records)
    arrays: Arrays = {}
    for at, sample in enumerate(record.samples.values()):
        arrays[f"lower {at}"], arrays[f"upper {at}"] = sample.lower, sample.upper
    for at, series in enumerate(record.series):
        arrays[f"x {at}"], arrays[f"values {at}"] = series.x, series.values
    header = RecordHeader(
        key=key,
        chunk=chunk,
        chunks=[
            _Taken(at, taken.when, taken.where, taken.run or run)
            for at, taken in sorted(chunks.items())
        ],
        samples=[(name, sample.per) for name, sample in record.samples.items()],
        series=[_words(series) for series in record.series],
    )
    return encoded(header, arrays)


def chunks_of(header: RecordHeader, arrays: Arrays, chunk: int, run: str) -> dict[int, Chunk]:
    """An entry's chunks; those from any other run are marked as earlier.

    Raises:
        Exception: the entry is inconsistent.
    """
    rows = chunk * len(header.chunks)
    places = [taken.at for taken in header.chunks]
    if header.chunk != chunk or places != sorted(set(places)) or min(places) < 0:
        raise Damaged("its chunks are not those of the experiment")
    samples = {
        name: Sample(
            _array(arrays, f"lower {at}", (rows,), "if"),
            _array(arrays, f"upper {at}", (rows,), "if"),
            per,
        )
        for at, (name, per) in enumerate(header.samples)
    }
    series = []
    for at, words in enumerate(header.series):
        x = _array(arrays, f"x {at}", (None,), "if")
        values = _array(arrays, f"values {at}", (rows, len(x)), "if")
        series.append(Series(**msgspec.structs.asdict(words), x=x, values=values))
    record = Record(samples, tuple(series))
    return {
        taken.at: Chunk(
            _rows(record, at * chunk, chunk),
            taken.when,
            taken.where,
            taken.run,
            earlier=taken.run != run,
        )
        for at, taken in enumerate(header.chunks)
    }


def _array(arrays: Arrays, name: str, shape: tuple[int | None, ...], kinds: str) -> NDArray[Any]:
    found = arrays[name]
    if found.dtype.kind not in kinds or len(found.shape) != len(shape):
        raise Damaged(f"{name!r} is not such an array")
    if any(want not in (None, have) for want, have in zip(shape, found.shape, strict=True)):
        raise Damaged(f"{name!r} has the shape {found.shape}")
    return found


def _rows(record: Record, first: int, count: int) -> Record:
    """``count`` replicates, starting with ``first``."""
    rows = slice(first, first + count)
    return Record(
        {
            name: Sample(sample.lower[rows], sample.upper[rows], sample.per)
            for name, sample in record.samples.items()
        },
        tuple(replace(series, values=series.values[rows]) for series in record.series),
    )


def _alike(records: Sequence[Record]) -> bool:
    """Whether joining records loses nothing: no number's type, no series' positions."""
    arrays = [array for record in records for array in _arrays(record)]
    return len({_types(record) for record in records}) == 1 and all(
        array.dtype.kind in "if" for array in arrays
    )


def _types(record: Record) -> tuple[object, ...]:
    samples = ((k, v.lower.dtype, v.upper.dtype, v.per) for k, v in record.samples.items())
    series = ((repr(_words(s)), s.values.dtype, s.x.tobytes()) for s in record.series)
    return (*samples, *series)


def _arrays(record: Record) -> list[NDArray[Any]]:
    samples, series = record.samples.values(), record.series
    bounds = [bound for sample in samples for bound in (sample.lower, sample.upper)]
    return [*bounds, *(array for each in series for array in (each.x, each.values))]


def _words(series: Series) -> Any:
    names = (field.name for field in fields(Series) if field.name not in ARRAYS)
    return _SeriesWords(**{name: getattr(series, name) for name in names})


def _unpacked(data: bytes) -> Arrays:
    """The arrays of a file; none can be larger than the file."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if any(member.compress_type != zipfile.ZIP_STORED for member in archive.infolist()):
            raise Damaged("it is compressed")
    with np.load(io.BytesIO(data), allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}
