"""The phrases of a claims folder: sentences that assert a claim or contradict it.

``claims/phrases/sparse.toml`` has a table for each claim of the question ``sparse``::

    [dropout-yields-sparse-network]
    subjects = ["dropout"]
    asserts = ["Dropout prunes the network for good.", ...]
    denies = ["Dropout removes no weights.", ...]

``subjects`` are beginnings of words: a statement is about the claim only if it or its context has
one of them.  ``claims/phrases/others.toml`` has a list ``phrases`` of sentences that make none of
the claims.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec

from refute.files import Unreadable, read_file
from refute.keys.source import AnswerKeyError

FOLDER = "phrases"
OTHERS = "others.toml"

_MAX_BYTES = 1 << 21

T = TypeVar("T")


class PhrasesError(AnswerKeyError):
    """The phrases cannot be read, so keys with open statements cannot be graded.

    The message says what is wrong, where, and what to do.
    """


class ClaimPhrases(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Sentences that assert one claim, and sentences that contradict it."""

    subjects: tuple[str, ...]
    asserts: tuple[str, ...]
    denies: tuple[str, ...] = ()


class _Others(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    phrases: tuple[str, ...]


@dataclass(frozen=True)
class Phrasebook:
    """The phrases of all claims by id, and sentences that make no claim."""

    claims: dict[str, ClaimPhrases]
    others: tuple[str, ...] = ()


def read_phrases(claims: Path, known: Iterable[str]) -> Phrasebook:
    """Read the phrases of a claims folder; the book is empty if it has none.

    ``known`` are the ids of all claims.

    Raises:
        PhrasesError: a file cannot be read, is malformed, or names a claim that is unknown.
    """
    folder, ids = claims / FOLDER, set(known)
    by_id: dict[str, ClaimPhrases] = {}
    for path in sorted(folder.glob("*.toml")):
        if path.name == OTHERS:
            continue
        for name, phrases in _decoded(path, dict[str, ClaimPhrases]).items():
            id = f"{path.stem}/{name}"
            for fault in _faults(id, phrases, ids):
                raise PhrasesError(f"{path}: {name}: {fault}")
            by_id[id] = phrases
    others = folder / OTHERS
    return Phrasebook(by_id, _decoded(others, _Others).phrases if others.exists() else ())


def _faults(id: str, phrases: ClaimPhrases, known: set[str]) -> Iterator[str]:
    if id not in known:
        yield f"there is no claim {id}: fix the name, or delete its phrases"
    if not phrases.subjects:
        yield "subjects is empty: name words that show that a sentence is about the claim"
    if not phrases.asserts:
        yield "asserts is empty: write some sentences that assert the claim"


def _decoded(path: Path, form: type[T]) -> T:
    try:
        return msgspec.toml.decode(read_file(path, _MAX_BYTES), type=form)
    except Unreadable as error:
        raise PhrasesError(f"{path}: {error}") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise PhrasesError(f"{path}: {error}: fix it") from None
