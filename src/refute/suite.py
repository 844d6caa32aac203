"""A claims folder: its questions, its sources, and its claim classes.

It is the folder with ``questions.toml``, next to ``answers/`` and ``reports/``.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from refute.characters import is_of_the_web
from refute.files import Unreadable, read_file
from refute.ledger import CLAIM_ID, Citation, Question, Source, question_of
from refute.spacing import single_spaced

_MAX_BYTES = 1 << 19
"""The largest file that is read, in bytes: the parser of BibTeX takes quadratic time."""

QUESTIONS, SOURCES, PHRASES = "questions.toml", "sources.bib", "phrases"


class SuiteError(Exception):
    """A claims folder cannot be read; the message says what, where and what to do."""


@dataclass(frozen=True)
class Suite:
    """A claims folder."""

    folder: Path
    questions: dict[str, Question]
    sources: dict[str, Source]

    @property
    def reports(self) -> Path:
        return self.folder.parent / "reports"

    @property
    def answers(self) -> Path:
        return self.folder.parent / "answers"

    def can_have(self, id: object) -> bool:
        """Whether an id is well-formed and of one of the questions."""
        return (
            isinstance(id, str)
            and CLAIM_ID.fullmatch(id) is not None
            and question_of(id) in self.questions
        )


def suite_of(path: Path) -> Suite:
    """Return the claims folder of a claims file.

    Raises:
        SuiteError: there is none, or its questions or sources cannot be read.
    """
    folder = folder_of(path)
    if folder is None:
        raise SuiteError(
            f"{path.parent}: no {QUESTIONS} here or above: create one with a line "
            '`question = "Its title"` for each question of the claims'
        )
    return _suite(folder)


def folder_of(path: Path) -> Path | None:
    """Return the nearest folder around a file that has ``questions.toml``, if any."""
    return next((folder for folder in path.parents if (folder / QUESTIONS).is_file()), None)


@lru_cache
def _suite(folder: Path) -> Suite:
    """Read a claims folder once for all its files: formatting the sources takes a second."""
    return Suite(folder, _questions(folder / QUESTIONS), _sources(folder / SOURCES))


def is_claims_file(path: Path) -> bool:
    """Whether pytest would look for claims in a file, judging by its name."""
    is_test = path.name.startswith("test_") or path.stem.endswith("_test")
    return path.suffix == ".py" and is_test


def claims_files(folder: Path) -> list[Path]:
    """Return the files of a claims folder that may have claims."""
    return sorted(filter(is_claims_file, folder.rglob("*.py")))


def classes_of(folder: Path) -> set[str]:
    """Return every claim class in a folder as ``path::Class``, without importing anything."""
    return {
        f"{path.resolve()}::{written.name}"
        for path in claims_files(folder)
        for written in written_claims(path)
    }


@dataclass(frozen=True)
class WrittenClaim:
    """A claim class as it stands in its file; ``id`` is empty if it is not written out."""

    name: str
    line: int
    id: str
    statement: str


def written_claims(path: Path) -> list[WrittenClaim]:
    """Return the claim classes of a file, without importing it."""
    try:
        tree = ast.parse(path.read_bytes())
    except (OSError, SyntaxError):
        return []  # pytest reports a file that it cannot import
    return [
        WrittenClaim(node.name, node.lineno, _id_in(decorator), _statement_of(node))
        for node in tree.body
        if isinstance(node, ast.ClassDef)
        for decorator in filter(is_claim, node.decorator_list)
    ]


def citation(source: str) -> Citation:
    """Split ``"he2015, 2.2"`` into a key and a place."""
    key, _, where = source.partition(",")
    return Citation(key.strip(), where.strip() or None)


def is_claim(decorator: ast.expr) -> bool:
    """Whether a decorator, as written, turns a class into a claim."""
    if not isinstance(decorator, ast.Call):
        return False
    name = decorator.func
    return (isinstance(name, ast.Name) and name.id == "claim") or (
        isinstance(name, ast.Attribute) and name.attr == "claim"
    )


def _statement_of(node: ast.ClassDef) -> str:
    return single_spaced(ast.get_docstring(node) or "")


def _id_in(decorator: ast.expr) -> str:
    """Return the id that a claim is given, if it is written out."""
    match decorator:
        case ast.Call(args=[ast.Constant(value=str(id)), *_]):
            return id
    return ""


def _questions(path: Path) -> dict[str, Question]:
    try:
        titles = tomllib.loads(read_file(path, _MAX_BYTES).decode())
    except Unreadable as error:
        raise SuiteError(f"{path}: {error}") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise SuiteError(f"{path}: is not valid TOML ({error}): fix it") from None
    for id, title in titles.items():
        if not isinstance(title, str):
            raise SuiteError(f'{path}: question {id!r} has no title: write `{id} = "Its title"`')
    return {id: Question(id, title) for id, title in titles.items()}


def _sources(path: Path) -> dict[str, Source]:
    if not path.exists():
        return {}
    from pybtex.exceptions import PybtexError
    from pybtex.style.template import FieldIsMissing

    try:
        entries = _bibliography(read_file(path, _MAX_BYTES).decode())
        texts = list(_formatted(entries.values()))
    except Unreadable as error:
        raise SuiteError(f"{path}: {error}") from None
    except FieldIsMissing as error:
        raise SuiteError(f"{path}: {error}: add it, or write the entry as @misc") from None
    except (PybtexError, UnicodeDecodeError, RecursionError) as error:
        raise SuiteError(f"{path}: is not valid BibTeX ({error}): fix it") from None
    return {
        key: Source(key, text, _url(entry))
        for (key, entry), text in zip(entries.items(), texts, strict=True)
    }


def _bibliography(text: str) -> Any:
    """Parse BibTeX; in all, its ``@string`` names may expand to as much text as a file may have."""
    from pybtex.database.input.bibtex import Parser
    from pybtex.exceptions import PybtexError
    from pybtex.utils import CaseInsensitiveDict

    class Strings(CaseInsensitiveDict):  # type: ignore[misc]
        left = _MAX_BYTES

        def __getitem__(self, name: str) -> str:
            text: str = super().__getitem__(name)
            self.left -= len(text)
            if self.left < 0:
                raise PybtexError("its @string names expand to too much text")
            return text

    parser = Parser()
    parser.macros = Strings(parser.macros)
    return parser.parse_string(text).entries


def _formatted(entries: Iterable[object]) -> Iterator[str]:
    from pybtex.backends.plaintext import Backend
    from pybtex.style.formatting.plain import Style

    style, backend = Style(), Backend()
    for entry in entries:
        (formatted,) = style.format_entries([entry])
        yield str(formatted.text.render(backend))


def _url(entry: object) -> str | None:
    fields = entry.fields  # type: ignore[attr-defined]
    if "doi" in fields:
        return f"https://doi.org/{fields['doi']}"
    url = str(fields.get("url", ""))
    return url if is_of_the_web(url) else None
