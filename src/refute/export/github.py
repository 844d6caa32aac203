"""Annotations of a GitHub workflow: a line for each statement and finding that needs attention.

A step that prints them marks the lines of the key in the pull request.  GitHub shows at most ten
errors, ten warnings and ten notices per step; SARIF has no such limit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from refute.characters import cleaned
from refute.export.code_notes import message as code_message
from refute.export.code_notes import with_position
from refute.export.sarif import message
from refute.files import from_here
from refute.grading.folder import Material
from refute.keys.checked_code import Finding
from refute.keys.extents import Extent, extents
from refute.keys.graded import GradedKey, Mark
from refute.keys.tree import Position
from refute.prose.code_faults import finding_in_words

_COMMANDS = {
    Mark.NO_VERDICT: "error",
    Mark.REFUTED: "error",
    Mark.DEPENDS: "warning",
    Mark.UNDECIDED: "notice",
}

_OF_CODE = {"error": "error", "wrong": "error", "weak": "warning"}


def render(material: Material) -> bytes:
    """The lines for all keys."""
    lines = [
        f"::error file={_value(from_here(path))}::{_data(fault)}"
        for path, fault in material.faults.items()
    ]
    lines += [line for key in material.keys for line in _lines(key)]
    return "".join(f"{line}\n" for line in lines).encode()


def _lines(key: GradedKey) -> Iterator[str]:
    places = extents(key.key)
    for graded in key.statements:
        if graded.mark not in _COMMANDS or graded.decisive is None:
            continue
        position = key.key.position(graded.statement.line)
        title = f"{graded.mark.value}: {graded.decisive.link.claim}"
        yield _command(
            _COMMANDS[graded.mark],
            _where(key, places[graded.statement.index]) | {"title": title},
            with_position(message(graded), position, key.key.converted),
        )
    for finding in key.code.findings:
        position = finding.position
        yield _command(
            _OF_CODE.get(finding.kind, "notice"),
            _where(key, _extent(position)) | {"title": _title(finding)},
            with_position(code_message(finding), position, key.key.converted),
        )


def _extent(position: Position) -> Extent:
    end_line, end_column = position.end or (position.line, None)
    return Extent(position.line, end_line, position.column, end_column)


def _title(finding: Finding) -> str:
    rule = finding_in_words(finding).rule
    return finding.kind if rule is None else f"{finding.kind}: {rule}"


def _where(key: GradedKey, place: Extent) -> dict[str, str | int]:
    """The file, and the lines and columns if they are those of the file."""
    where: dict[str, str | int] = {"file": from_here(key.key.path)}
    if key.key.converted:
        return where
    where |= {"line": place.line, "endLine": place.end_line}
    if place.line == place.end_line:  # GitHub accepts columns only within a single line.
        columns = {"col": place.column, "endColumn": place.end_column}
        where |= {name: column for name, column in columns.items() if column}
    return where


def _command(name: str, where: Mapping[str, str | int], message: str) -> str:
    properties = ",".join(f"{name}={_value(str(value))}" for name, value in where.items())
    return f"::{name} {properties}::{_data(message)}"


def _data(text: str) -> str:
    """Escaped like a command's message, so that it is one line and never a command."""
    return cleaned(text).replace("%", "%25").replace("\n", "%0A")


def _value(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
