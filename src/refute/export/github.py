"""Annotations of a GitHub workflow: one line for each statement that calls for attention.

A step that prints them marks the lines of the key in the pull request.  GitHub shows ten errors,
ten warnings and ten notices of a step; SARIF has no such bound.
"""

from __future__ import annotations

from collections.abc import Iterator

from refute.characters import cleaned
from refute.export.sarif import message
from refute.files import from_here
from refute.keys.folder import Material
from refute.keys.grading import GradedKey, Mark
from refute.keys.regions import regions

_COMMANDS = {
    Mark.NO_VERDICT: "error",
    Mark.REFUTED: "error",
    Mark.DEPENDS: "warning",
    Mark.UNDECIDED: "notice",
}


def render(material: Material) -> bytes:
    """The lines, of all keys."""
    lines = [
        f"::error file={_value(from_here(path))}::{_data(fault)}"
        for path, fault in material.faults.items()
    ]
    lines += [line for key in material.keys for line in _lines(key)]
    return "".join(f"{line}\n" for line in lines).encode()


def _lines(key: GradedKey) -> Iterator[str]:
    places = regions(key.key)
    for graded in key.statements:
        if graded.mark not in _COMMANDS or graded.decisive is None:
            continue
        place = places[graded.statement.index]
        where = {"file": from_here(key.key.path), "line": place.line, "endLine": place.end_line}
        if place.line == place.end_line and place.column and place.end_column:
            # GitHub takes columns of a single line only.
            where |= {"col": place.column, "endColumn": place.end_column}
        where["title"] = f"{graded.mark.value}: {graded.decisive.link.claim}"
        properties = ",".join(f"{name}={_value(str(value))}" for name, value in where.items())
        yield f"::{_COMMANDS[graded.mark]} {properties}::{_data(message(graded))}"


def _data(text: str) -> str:
    """Escaped as a command's message is: whatever it holds, it is one line and no command."""
    return cleaned(text).replace("%", "%25").replace("\n", "%0A")


def _value(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
