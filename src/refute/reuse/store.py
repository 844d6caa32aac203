"""What was measured, kept between runs: numbers and what they depend on, never an outcome.

An entry (:mod:`refute.reuse.file_form`) is a file of plain numbers.  Its name is the digest of its
key, which contains everything that the numbers depend on.  A file that is damaged or does not fit
its key counts as missing, and its numbers are measured again.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from pathlib import Path

import msgspec

from refute.files import Unwritable, write_whole
from refute.reuse.file_form import (
    Arrays,
    Chunk,
    Damaged,
    EntryKey,
    H,
    RecordHeader,
    Search,
    SearchHeader,
    chunks_encoded,
    chunks_of,
    decoded,
    encoded,
)
from refute.spacing import single_spaced

MOST_BYTES = 1 << 29
"""Beyond half a gibibyte, the least recently used entries are dropped."""
UNFINISHED = 3600.0
"""After so many seconds, an unfinished file was left by a run that was killed."""


class Store:
    """Entries in a folder, which several runs may use at once.

    Args:
        folder: where the entries are; it need not exist yet.
        surroundings: what every entry of this run depends on.
        run: the name of this run, whose processes find what the others measured.
        fresh: whether to find nothing and only keep entries for later runs.
        steady: asked before an entry is written, with the files it depends on, which may have
            changed.
        noted: called with one line about each thing that cannot be read or written.
    """

    def __init__(
        self,
        folder: Path,
        surroundings: EntryKey,
        *,
        run: str = "",
        fresh: bool = False,
        steady: Callable[[Collection[Path]], bool | None] = lambda _: True,
        noted: Callable[[str], None],
    ) -> None:
        self._folder, self._surroundings = folder, surroundings
        self._run, self._fresh, self._steady, self._noted = run, fresh, steady, noted
        self._held: dict[str, set[int]] = {}
        self._writable = True

    def chunks(self, key: EntryKey, chunk: int) -> dict[int, Chunk]:
        """The chunks of an experiment that earlier runs measured, by their positions."""
        name, full = self._named(key)
        header, arrays = self._read(name, full, RecordHeader)
        if header is None:
            return {}
        try:
            found = chunks_of(header, arrays, chunk, self._run)
        except Exception as error:  # of an untrusted file, anything may come
            self._damaged(name, error)
            return {}
        self._held[name] = set(found)
        return found

    def keep_chunks(
        self, key: EntryKey, chunk: int, chunks: Mapping[int, Chunk], files: Collection[Path] = ()
    ) -> None:
        """Keep chunks of an experiment, in addition to those already kept.

        ``files`` are those whose content is in the key.
        """
        name, full = self._named(key)
        if name not in self._held:
            # The kept chunks have not been read yet: another claim's replicates were enough so far.
            chunks = {**self.chunks(key, chunk), **chunks}
        if not chunks or chunks.keys() <= self._held.get(name, set()):
            return
        data = chunks_encoded(full, chunk, chunks, self._run)
        if data is not None:
            self._held[name] = set(chunks)
            self._write(name, data, files)

    def replace_chunks(
        self,
        key: EntryKey,
        chunk: int,
        chunks: Mapping[int, Chunk],
        files: Collection[Path] = (),
        *,
        why: str,
    ) -> None:
        """Keep these chunks instead of an entry that is well-formed but was of no use."""
        name, _ = self._named(key)
        self._damaged(name, Damaged(why))
        self._held[name] = set()
        self.keep_chunks(key, chunk, chunks, files)

    def search(self, key: EntryKey) -> Search | None:
        """A search of an earlier run that found nothing."""
        name, full = self._named(key)
        header, _ = self._read(name, full, SearchHeader)
        if header is None:
            return None
        if header.examples < 1:
            self._damaged(name, Damaged("no examples"))
            return None
        return Search(header.examples, header.when, header.where)

    def keep_search(self, key: EntryKey, search: Search, files: Collection[Path] = ()) -> None:
        """Keep a search that found nothing."""
        name, full = self._named(key)
        header = SearchHeader(
            key=full, examples=search.examples, when=search.when, where=search.where
        )
        self._write(name, encoded(header, {}), files)

    def _named(self, key: EntryKey) -> tuple[str, EntryKey]:
        full = {**self._surroundings, **key}
        return digest_of_key(full), full

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.npz"

    def _read(self, name: str, key: EntryKey, kind: type[H]) -> tuple[H | None, Arrays]:
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
            header, arrays = decoded(data, kind, key)
        except Exception as error:  # of an untrusted file, anything may come
            self._damaged(name, error)
            return None, {}
        with suppress(OSError):
            path.touch()  # the most recently used is dropped last
        return header, arrays

    def _write(self, name: str, data: bytes, files: Collection[Path]) -> None:
        if not self._writable or not self._steady(files):
            return
        try:
            write_whole(self._path(name), data)
        except Unwritable as error:
            self._writable = False
            self._noted(f"measurements are not kept for later runs: {error}")

    def _damaged(self, name: str, error: Exception) -> None:
        reason = single_spaced(str(error)) or type(error).__name__
        self._noted(f"{self._path(name)}: cannot be reused ({reason}): measured again")


def digest_of_key(key: EntryKey) -> str:
    """The digest of a key: forty characters."""
    text = msgspec.json.encode(key, order="deterministic")
    return hashlib.sha256(text).hexdigest()[:40]


def prune(folder: Path, most: int = MOST_BYTES) -> None:
    """Drop the entries not used for longest beyond ``most`` bytes, and unfinished ones."""
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
            if left <= most:
                break
            path.unlink(missing_ok=True)
            left -= size
    except OSError:
        return  # another run is pruning at the same time
