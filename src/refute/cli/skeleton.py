"""``refute new``: the skeleton of a claim, for its author to fill in."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import tomlkit
from tomlkit.exceptions import TOMLKitError

from refute.files import Unreadable, read_file, write_whole
from refute.ledger import CLAIM_ID
from refute.suite import QUESTIONS, claims_files

_HEADER = '''"""Claims of the question {question}."""

from refute import claim, control, reading
'''

_SKELETON = '''

@claim("{id}")
class Test{name}:
    """Write the claim here in one plain sentence, as its author asserts it."""

    @reading("the condition under which it is meant", condition=True)
    @control("the one change that must reverse the outcome", condition=False)
    def test_what_is_done(self, condition):
        # Instead of these lines, assert something exact, or also request ``measure``:
        # measure(quantity(condition), claimed=word()).
        assert condition
        raise NotImplementedError("this is a skeleton: write the check")
'''


_MAX_BYTES = 1 << 24
"""Of a file of claims, which is a few kilobytes."""


class SkeletonError(Exception):
    """The skeleton cannot be written; the message says why and what to do."""


def write_skeleton(id: str, folder: Path) -> tuple[Path, list[str]]:
    """Append the skeleton of a claim to the file of its question.

    Returns:
        The file, and what is left for the author to do.

    Raises:
        SkeletonError: the id is malformed or taken, or a file of the folder cannot be read.
        Unwritable: a file cannot be written.
    """
    if not CLAIM_ID.fullmatch(id):
        raise SkeletonError(f"{id}: malformed id: write QUESTION/NAME, lower case with hyphens")
    question, _, name = id.partition("/")
    path = _file_of(question, name, folder)
    taken = _where_taken(id, folder)
    if taken is not None:
        raise SkeletonError(f"{id}: is already a claim (in {taken}): choose another name")
    todo = _open_question(question, folder)
    text = _text(path) if path.exists() else _HEADER.format(question=question)
    camel = "".join(word.capitalize() for word in name.split("-"))
    text = text.rstrip("\n") + "\n" + _SKELETON.format(id=id, name=camel)
    write_whole(path, text.encode())
    return path, [
        *todo,
        f"{path}: write the sentence, the check, its readings and its control",
        f"{folder / 'sources.bib'}: add the sources that the claim cites, and name them in @claim",
        f"pytest {shlex.quote(str(path))}",
    ]


def _file_of(question: str, name: str, folder: Path) -> Path:
    """The file of the question, or a new file in its folder if it has one."""
    if (folder / question).is_dir():
        return folder / question / f"test_{question}_{name}.py".replace("-", "_")
    return folder / f"test_{question.replace('-', '_')}.py"


def _where_taken(id: str, folder: Path) -> Path | None:
    for path in claims_files(folder):
        if re.search(rf'@claim\(\s*["\']{re.escape(id)}["\']', _text(path)):
            return path
    return None


def _text(path: Path) -> str:
    try:
        return read_file(path, _MAX_BYTES, follow=True).decode("utf-8")
    except Unreadable as error:
        raise SkeletonError(f"{path}: {error}") from None
    except UnicodeDecodeError:
        raise SkeletonError(f"{path}: is not UTF-8: save it as UTF-8") from None


def _open_question(question: str, folder: Path) -> list[str]:
    """Add the question if it is new, with a title for the author to rewrite."""
    path = folder / QUESTIONS
    text = _text(path) if path.exists() else ""
    try:
        titles = tomlkit.parse(text)
    except TOMLKitError as error:
        raise SkeletonError(f"{path}: is not valid TOML ({error}): fix it") from None
    if question in titles:
        return []
    titles[question] = question.replace("-", " ").capitalize()
    write_whole(path, tomlkit.dumps(titles).encode())
    return [f"{path}: give the new question {question} its title"]
