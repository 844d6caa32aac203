"""Keys as the page shows them: the whole text, with marked statements and notes beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from refute.keys.checked_code import CheckedCode
from refute.keys.graded import GradedKey, Mark
from refute.prose.marks import Shown
from refute.report.claims import ClaimView, Mention
from refute.report.code_notes import CodeNote, code_notes, counted
from refute.report.markup import anchors
from refute.report.notes import Note, notes_of
from refute.report.typesetting import Beside, typeset


@dataclass(frozen=True)
class KeyView:
    """A key as the page shows it: HTML of its structure, and blocks with notes beside them."""

    id: str
    title: str
    file: str
    fault: str | None
    linked: bool
    graded: GradedKey
    parts: tuple[Markup | Beside, ...]
    notes: tuple[Note, ...]
    code_notes: tuple[CodeNote, ...]
    addresses: tuple[str, ...] = ()

    @property
    def code(self) -> CheckedCode:
        return self.graded.code

    @property
    def code_counts(self) -> list[tuple[Shown, int]]:
        """The kinds of findings about its code, with their counts."""
        return list(counted(self.code_notes))

    @property
    def short(self) -> str:
        """Its file name without the suffix."""
        return Path(self.file).stem

    @property
    def counts(self) -> dict[Mark, int]:
        """The marks that any of its statements have, with their counts."""
        return {mark: count for mark, count in self.graded.counts.items() if count}


def questions_of(keys: Iterable[KeyView]) -> set[str]:
    """The ids of the questions that statements of these keys concern."""
    return {name for key in keys for note in key.notes for name in note.questions}


def key_views(
    keys: Sequence[GradedKey],
    claims: Mapping[str, ClaimView],
    faults: Mapping[Path, str] | None = None,
) -> list[KeyView]:
    """Typeset every key, and add its statements to the claims that they make."""
    ids = anchors("key", (key.key.path.stem for key in keys))
    return [_view(key, id, claims, faults or {}) for key, id in zip(keys, ids, strict=True)]


def _view(
    key: GradedKey, id: str, claims: Mapping[str, ClaimView], faults: Mapping[Path, str]
) -> KeyView:
    notes = {note.graded.statement.index: note for note in notes_of(key, id, claims)}
    for note in notes.values():
        for linked in note.graded.claims:
            if view := claims.get(linked.link.claim):
                view.said.append(
                    Mention(key.key.path.name, note.position, note.id, linked.link.asserts)
                )
    of_code = code_notes(key.code, id, claims)
    parts, addresses = typeset(key, notes, of_code)
    return KeyView(
        id=id,
        title=key.key.title,
        file=key.key.path.name,
        fault=faults.get(key.key.path),
        linked=key.links_path is not None,
        graded=key,
        parts=parts,
        notes=tuple(notes.values()),
        code_notes=tuple(of_code),
        addresses=addresses,
    )
