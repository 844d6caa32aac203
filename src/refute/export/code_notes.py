"""What is said of the code of a key, in plain text and Markdown: faults, doubts, what is no Python.

Faults have a mark of their own, and are counted apart from the verdicts of statements.
"""

from __future__ import annotations

from collections.abc import Iterator

from refute.export.markdown_text import code_span, escaped
from refute.keys.checked_code import CodeFault, Doubt, Finding, Unparsed
from refute.keys.tree import Position
from refute.prose.code_faults import effects_in_words, reason
from refute.prose.marks import shown
from refute.prose.text import begun


def told_at(position: Position, converted: bool, message: str) -> str:
    """A message about a line of a key; it names the line where the file has no such line itself."""
    return f"{begun(str(position))}: {message}" if converted else message


def message(found: Finding) -> str:
    """What is found, its first line saying most: what is wrong, what that does, the fix."""
    match found:
        case CodeFault():
            lines = [f"Fault in code ({found.severity}): {found.why}."]
            lines += [
                f"What it does ({claim}): {words}." for claim, words in effects_in_words(found)
            ]
            return "\n".join([*lines, f"Fix: {found.rule.fix}"])
        case Doubt():
            return f"Cannot tell: {found.rule.title}? {reason(found.why)}."
        case Unparsed():
            return f"This code cannot be parsed, and was not checked: {found.why}."


def mark(found: Finding) -> str:
    """Sign and word: ``▲ wrong``."""
    mark = shown(f"code: {found.kind}")
    return f"{mark.sign} {mark.word}"


def as_markdown(found: Finding) -> str:
    """Mark, place, rule and message, on one line of Markdown."""
    rule = "" if isinstance(found, Unparsed) else f", {code_span(found.rule.id)}"
    return f"**{mark(found)}**, {found.position}{rule}: {' '.join(_sentences(found))}"


def _sentences(found: Finding) -> Iterator[str]:
    yield escaped(f"{reason(found.why)}.")
    if not isinstance(found, CodeFault):
        return
    for claim, words in effects_in_words(found):
        yield f"What it does: {escaped(words)} ({code_span(claim)})."
    yield escaped(f"Fix: {found.rule.fix}")
