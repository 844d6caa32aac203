"""A counterexample as code to paste and run, and the command for one reading."""

from __future__ import annotations

import ast
import builtins
import shlex
from pathlib import PurePosixPath

from refute.ledger import ClaimRecord, ReadingRecord, Searched

LONGEST = 2000
"""The most characters of an example that somebody would paste."""

NAME = "NAME"
"""The placeholder for a reading's name in the command of its check."""


def program(claim: ClaimRecord, reading: ReadingRecord) -> str | None:
    """A program that repeats what a search found, to be run beside the claims folder.

    It calls the check: a counterexample raises the check's own AssertionError, and a witness raises
    nothing.  ``None`` if nothing was found, if it is too long to read, or if the ledger lacks code
    for an argument of the check.
    """
    evidence = reading.evidence
    if not isinstance(evidence, Searched):
        return None
    found = evidence.found
    drawn = None if found is None or len(found) > LONGEST else _arguments(found)
    if drawn is None or not _imports_only(evidence.imports):
        return None
    given = {name: drawn.get(name, set_to.code) for name, set_to in reading.conditions.items()}
    known = _imported(evidence.imports) | set(dir(builtins))
    if any((names := _names(text)) is None or names - known for text in given.values()):
        return None
    file, test_class = _place(claim)
    if not (
        file.stem.isidentifier() and test_class.isidentifier() and reading.check.isidentifier()
    ):
        return None
    arguments = "".join(f"    {name}={text},\n" for name, text in given.items())
    return (
        "import sys\n\n"
        f"sys.path.insert(0, {str(file.parent)!r})\n"
        + "".join(f"{line}\n" for line in evidence.imports)
        + f"from {file.stem} import {test_class}\n\n"
        + f"{test_class}().{reading.check}(\n{arguments})\n"
    )


def alone(reading: ReadingRecord) -> str | None:
    """What to add to the class's command so that it runs one reading: ``::test_x[NAME]``.

    The reader puts it in double quotes.  ``None`` if a shell would interpret the reading's name, or
    if the node has another name: then its own command must be printed.
    """
    head, bracket, tail = reading.nodeid.partition("[")
    plain = tail == f"{reading.name}]" and not set(tail) & set('"$`\\!')
    plain = plain and bool(bracket) and shlex.quote(head) == head
    return f"::{head.rpartition('::')[2]}[{NAME}]" if plain and "::" in head else None


def _arguments(code: str) -> dict[str, str] | None:
    """The keyword arguments of ``name=value, ...`` as source text."""
    try:
        call = ast.parse(f"f({code})", mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if not isinstance(call, ast.Call) or call.args:
        return None
    return {word.arg: ast.unparse(word.value) for word in call.keywords if word.arg is not None}


def _names(text: str) -> set[str] | None:
    """The names that an expression needs; ``None`` if it is not an expression."""
    try:
        tree = ast.parse(text, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _imported(lines: list[str]) -> set[str]:
    return {
        alias.name
        for line in lines
        for node in ast.parse(line).body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def _imports_only(lines: list[str]) -> bool:
    """Whether the lines are only imports, since the reader is asked to run them."""
    try:
        found = [node for line in lines for node in ast.parse(line).body]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return all(isinstance(node, ast.ImportFrom) for node in found)


def _place(claim: ClaimRecord) -> tuple[PurePosixPath, str]:
    file, _, test_class = claim.nodeid.partition("::")
    return PurePosixPath(file), test_class
