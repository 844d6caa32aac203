"""The phrases of a claims folder: sentences that assert a claim or contradict it.

``claims/phrases/sparse.toml`` has a table for each claim of the question ``sparse``::

    [dropout-yields-sparse-network]
    subjects = ["dropout"]
    asserts = ["Dropout prunes the network for good.", ...]
    denies = ["Dropout removes no weights.", ...]

``subjects`` are beginnings of words: a statement is about the claim only if it or its context has
one of them.  ``aspects``, which may be left out, are beginnings of words for what is said of the
subject ("sparse"): they count too in a statement that names no other subject.
``claims/phrases/others.toml`` has a list ``phrases`` of sentences that make none of
the claims, and ``claims/phrases/kinds.toml`` says which subjects are kinds of a general one::

    [[kinds]]
    general = ["relu"]
    kinds = ["leaky", "selu"]
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import msgspec

from refute.files import Unreadable, read_file
from refute.keys.source import AnswerKeyError
from refute.suite import PHRASES, claims_files

OTHERS = "others.toml"
KINDS = "kinds.toml"

_MAX_BYTES = 1 << 21

T = TypeVar("T")


class PhrasesError(AnswerKeyError):
    """The phrases cannot be read, so keys with open statements cannot be graded.

    The message says what is wrong, where, and what to do.
    """


def no_phrases(claims: Path, consequence: str) -> str:
    """Say in one line that a claims folder has no phrases, what follows, and what to do."""
    return (
        f"{claims / PHRASES}: no phrases for these claims, so {consequence}: add --claims FOLDER "
        "(a clone of Refute has claims/), or write some (docs/linking.md)"
    )


class ClaimPhrases(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Sentences that assert one claim, and sentences that contradict it."""

    subjects: tuple[str, ...]
    asserts: tuple[str, ...]
    denies: tuple[str, ...] = ()
    aspects: tuple[str, ...] = ()


class Kinds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Beginnings of the words for a general subject, and for its kinds, in lower case."""

    general: tuple[str, ...]
    kinds: tuple[str, ...]


class _AllKinds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    kinds: tuple[Kinds, ...]


class _Others(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    phrases: tuple[str, ...]


@dataclass(frozen=True)
class Phrasebook:
    """The phrases of all claims by id, sentences that make no claim, and kinds of subjects."""

    claims: dict[str, ClaimPhrases]
    others: tuple[str, ...] = ()
    kinds: tuple[Kinds, ...] = ()


def read_phrases(claims: Path, known: Iterable[str]) -> Phrasebook:
    """Read the phrases of a claims folder; the book is empty if it has none.

    ``known`` are the ids of all claims of a run.  Phrases of other claims are left out: the run may
    be older than a claim, or of another suite.

    Raises:
        PhrasesError: a file cannot be read, is malformed, or names a claim that is neither known
            nor written in the claims folder.
    """
    folder, sources = claims / PHRASES, _Sources(claims)
    ids = set(known)
    by_id: dict[str, ClaimPhrases] = {}
    for path in sorted(folder.glob("*.toml")):
        if path.name in (OTHERS, KINDS):
            continue
        for name, phrases in _decoded(path, dict[str, ClaimPhrases]).items():
            id = f"{path.stem}/{name}"
            if id not in ids and id not in sources:
                raise PhrasesError(
                    f"{path}: {name}: there is no claim {id}: fix the name, or delete its phrases"
                )
            if (fault := _fault(phrases)) is not None:
                raise PhrasesError(f"{path}: {name}: {fault}")
            if id in ids:
                by_id[id] = phrases
    others, kinds = folder / OTHERS, folder / KINDS
    return Phrasebook(
        by_id,
        _decoded(others, _Others).phrases if others.exists() else (),
        _kinds(kinds) if kinds.exists() else (),
    )


def _kinds(path: Path) -> tuple[Kinds, ...]:
    found = _decoded(path, _AllKinds).kinds
    for kinds in found:
        words = (*kinds.general, *kinds.kinds)
        if not (kinds.general and kinds.kinds and all(words)):
            raise PhrasesError(
                f"{path}: general or kinds has no words, or an empty one: name words for both"
            )
        if upper := next((word for word in words if word != word.lower()), None):
            raise PhrasesError(f"{path}: {upper!r}: write it in lower case")
    return found


def _fault(phrases: ClaimPhrases) -> str | None:
    if not phrases.subjects:
        return "subjects is empty: name words that show that a sentence is about the claim"
    if not phrases.asserts:
        return "asserts is empty: write some sentences that assert the claim"
    return None


class _Sources:
    """The modules of a claims folder, which are searched for ids and not imported."""

    def __init__(self, claims: Path) -> None:
        self._claims = claims

    def __contains__(self, id: str) -> bool:
        return any(f'"{id}"' in text or f"'{id}'" in text for text in self._texts)

    @cached_property
    def _texts(self) -> list[str]:
        texts = list[str]()
        for path in claims_files(self._claims):
            with suppress(Unreadable):
                texts.append(read_file(path, _MAX_BYTES).decode("utf-8", "replace"))
        return texts


def _decoded(path: Path, form: type[T]) -> T:
    try:
        return msgspec.toml.decode(read_file(path, _MAX_BYTES), type=form)
    except Unreadable as error:
        raise PhrasesError(f"{path}: {error}") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise PhrasesError(f"{path}: {error}: fix it") from None
