"""What was measured, kept between runs: numbers and what they depend on, never an outcome.

An entry is a numpy ``.npz`` file: a header in JSON and plain arrays, nothing that could run code.
Its name is the digest of its key, which says all that the numbers depend on.  A file that is
damaged, or does not fit its key, is as good as none: what it held is measured anew.
"""

from __future__ import annotations

import hashlib
import io
import time
import zipfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Final, Literal, TypeVar, get_type_hints

import msgspec
import numpy as np
from numpy.typing import NDArray

from refute.decision import Sample
from refute.ledger import LedgerError, write_whole
from refute.quantity import Record, Series

MOST_BYTES = 1 << 29
"""Entries beyond half a gibibyte are dropped, those first that were not used for longest."""
UNFINISHED = 3600.0
"""Seconds after which a file that is still being written was left by a run that was killed."""

Key = dict[str, Any]
"""Everything that an entry depends on; JSON as it is."""

Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Chunk:
    """The record of one chunk of replicates, when and where it was measured."""

    record: Record
    when: str
    where: str
    run: str = ""
    earlier: bool = False
    """Whether an earlier run measured it."""


class _Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Fields that every entry's header has."""

    key: Key
    format: Literal["refute-measurements"] = "refute-measurements"


class _Taken(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which chunk, when, where and by which run."""

    at: int
    when: str
    where: str
    run: str


_SeriesWords: Final = msgspec.defstruct(
    "_SeriesWords",
    [
        (one.name, get_type_hints(Series)[one.name])
        for one in fields(Series)
        if one.name not in ("x", "values")
    ],
    forbid_unknown_fields=True,
)
"""All of a series but its arrays."""


class _RecordHeader(_Header, frozen=True, kw_only=True):
    chunk: int
    chunks: list[_Taken]
    samples: list[tuple[str, int | None]]
    series: list[_SeriesWords]  # type: ignore[valid-type]


class _SearchHeader(_Header, frozen=True, kw_only=True):
    examples: int
    when: str
    where: str


H = TypeVar("H", bound=_Header)


@dataclass(frozen=True)
class Search:
    """A search that found nothing: in how many examples, when and where."""

    examples: int
    when: str
    where: str


class Damaged(Exception):
    """An entry that does not hold what its name promises."""


class Store:
    """Entries in a folder, which several runs may use at once.

    Args:
        folder: where the entries are; it need not exist yet.
        surroundings: what every entry of this run depends on.
        run: names this run; its processes find what the others measured.
        fresh: whether to find nothing, and only leave entries for later runs.
        steady: asked before an entry is written; what it depends on may have changed meanwhile.
        noted: called with one line for what cannot be read or written.
    """

    def __init__(
        self,
        folder: Path,
        surroundings: Key,
        *,
        run: str = "",
        fresh: bool = False,
        steady: Callable[[], bool | None] = lambda: True,
        noted: Callable[[str], None],
    ) -> None:
        self._folder, self._surroundings = folder, surroundings
        self._run, self._fresh, self._steady, self._noted = run, fresh, steady, noted
        self._held: dict[str, set[int]] = {}
        self._writable = True

    def chunks(self, key: Key, chunk: int) -> dict[int, Chunk]:
        """The chunks of an experiment that earlier runs measured, by their places."""
        name, full = self._named(key)
        header, arrays = self._read(name, full, _RecordHeader)
        if header is None:
            return {}
        try:
            found = _chunks(header, arrays, chunk, self._run)
        except Exception as error:  # of an untrusted file, anything may come
            self._damaged(name, error)
            return {}
        self._held[name] = set(found)
        return found

    def keep_chunks(self, key: Key, chunk: int, chunks: Mapping[int, Chunk]) -> None:
        """Keep chunks of an experiment, unless they are kept already."""
        name, full = self._named(key)
        if not chunks or chunks.keys() <= self._held.get(name, set()):
            return
        order = sorted(chunks)
        records = [chunks[at].record for at in order]
        if not _alike(records):
            return
        self._held[name] = set(chunks)
        record = Record.join(records)
        arrays: Arrays = {}
        for at, sample in enumerate(record.samples.values()):
            arrays[f"lower {at}"], arrays[f"upper {at}"] = sample.lower, sample.upper
        for at, series in enumerate(record.series):
            arrays[f"x {at}"], arrays[f"values {at}"] = series.x, series.values
        header = _RecordHeader(
            key=full,
            chunk=chunk,
            chunks=[
                _Taken(at, one.when, one.where, one.run or self._run)
                for at, one in sorted(chunks.items())
            ],
            samples=[(name, sample.per) for name, sample in record.samples.items()],
            series=[_words(one) for one in record.series],
        )
        self._write(name, header, arrays)

    def replace_chunks(
        self, key: Key, chunk: int, chunks: Mapping[int, Chunk], *, why: str
    ) -> None:
        """Keep these chunks in place of an entry that, well-formed as it is, was of no use."""
        name, _ = self._named(key)
        self._damaged(name, Damaged(why))
        self._held.pop(name, None)
        self.keep_chunks(key, chunk, chunks)

    def search(self, key: Key) -> Search | None:
        """A search of an earlier run that found nothing."""
        name, full = self._named(key)
        header, _ = self._read(name, full, _SearchHeader)
        if header is None:
            return None
        if header.examples < 1:
            self._damaged(name, Damaged("no examples"))
            return None
        return Search(header.examples, header.when, header.where)

    def keep_search(self, key: Key, search: Search) -> None:
        """Keep a search that found nothing."""
        name, full = self._named(key)
        header = _SearchHeader(
            key=full, examples=search.examples, when=search.when, where=search.where
        )
        self._write(name, header, {})

    def _named(self, key: Key) -> tuple[str, Key]:
        full = {**self._surroundings, **key}
        text = msgspec.json.encode(full, order="deterministic")
        return hashlib.sha256(text).hexdigest()[:40], full

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.npz"

    def _read(self, name: str, key: Key, kind: type[H]) -> tuple[H | None, Arrays]:
        path = self._path(name)
        if self._fresh:
            return None, {}
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return None, {}
        except OSError as error:
            self._damaged(name, error)
            return None, {}
        try:
            arrays = _unpacked(data)
            header = msgspec.json.decode(arrays.pop("header").tobytes(), type=kind)
            if header.key != key:
                raise Damaged("it is of another key")
        except Exception as error:  # of an untrusted file, anything may come
            self._damaged(name, error)
            return None, {}
        with suppress(OSError):
            path.touch()  # what was used last is dropped last
        return header, arrays

    def _write(self, name: str, header: _Header, arrays: Arrays) -> None:
        if not self._writable or not self._steady():
            return
        text = np.frombuffer(msgspec.json.encode(header), dtype=np.uint8)
        data = io.BytesIO()
        np.savez(data, header=text, **arrays)  # type: ignore[arg-type]
        try:
            write_whole(self._path(name), data.getvalue())
        except LedgerError as error:
            self._writable = False
            self._noted(f"measurements are not kept for later runs: {error}")

    def _damaged(self, name: str, error: Exception) -> None:
        reason = " ".join(str(error).split()) or type(error).__name__
        self._noted(f"{self._path(name)}: cannot be reused ({reason}): measured anew")


def prune(folder: Path) -> None:
    """Drop the entries not used for longest beyond :data:`MOST_BYTES`, and unfinished ones."""
    found = []
    try:
        for path in folder.iterdir():
            at = path.stat()
            if path.suffix == ".part" and at.st_mtime < time.time() - UNFINISHED:
                path.unlink(missing_ok=True)
            elif path.suffix == ".npz":
                found.append((at.st_mtime, at.st_size, path))
        left = sum(size for _, size, _ in found)
        for _, size, path in sorted(found):
            if left <= MOST_BYTES:
                break
            path.unlink(missing_ok=True)
            left -= size
    except OSError:
        return  # another run is pruning too


def _unpacked(data: bytes) -> Arrays:
    """The arrays of a file, none of them larger than the file is."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if any(one.compress_type != zipfile.ZIP_STORED for one in archive.infolist()):
            raise Damaged("it is compressed")
    with np.load(io.BytesIO(data), allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}


def _chunks(header: _RecordHeader, arrays: Arrays, chunk: int, run: str) -> dict[int, Chunk]:
    """An entry's chunks; those of any other run are earlier ones.

    Raises:
        Exception: the entry does not hold together.
    """
    rows = chunk * len(header.chunks)
    places = [one.at for one in header.chunks]
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
        raise Damaged(f"{name!r} is no such array")
    if any(want not in (None, have) for want, have in zip(shape, found.shape, strict=True)):
        raise Damaged(f"{name!r} has the shape {found.shape}")
    return found


def _rows(record: Record, first: int, count: int) -> Record:
    """``count`` replicates from ``first`` on."""
    rows = slice(first, first + count)
    return Record(
        {
            name: Sample(sample.lower[rows], sample.upper[rows], sample.per)
            for name, sample in record.samples.items()
        },
        tuple(replace(one, values=one.values[rows]) for one in record.series),
    )


def _alike(records: Sequence[Record]) -> bool:
    """Whether records, put end to end, lose nothing: no type of a number, no series' place."""
    arrays = [array for record in records for array in _arrays(record)]
    return len({_types(record) for record in records}) == 1 and all(
        array.dtype.kind in "if" for array in arrays
    )


def _types(record: Record) -> tuple[object, ...]:
    samples = ((k, v.lower.dtype, v.upper.dtype, v.per) for k, v in record.samples.items())
    series = ((repr(_words(one)), one.values.dtype, one.x.tobytes()) for one in record.series)
    return (*samples, *series)


def _arrays(record: Record) -> list[NDArray[Any]]:
    bounds = [bound for one in record.samples.values() for bound in (one.lower, one.upper)]
    return [*bounds, *(array for one in record.series for array in (one.x, one.values))]


def _words(series: Series) -> Any:
    arrays = ("x", "values")
    names = (one.name for one in fields(Series) if one.name not in arrays)
    return _SeriesWords(**{name: getattr(series, name) for name in names})
