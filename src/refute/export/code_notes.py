"""Findings about the code of a key, in plain text and Markdown.

They have marks of their own, and are counted apart from the verdicts of statements.
"""

from __future__ import annotations

from collections.abc import Iterator

from refute.export.markdown_text import code_span, escaped
from refute.keys.checked_code import CannotTell, CodeFault, Finding, Unparsed
from refute.keys.tree import Position
from refute.prose.code_faults import effects_in_words, reason
from refute.prose.marks import shown
from refute.prose.text import capitalized


def with_position(message: str, position: Position, converted: bool) -> str:
    """Begin a message with its position if the key is converted, so its file has no such line."""
    return f"{capitalized(str(position))}: {message}" if converted else message


def message(finding: Finding) -> str:
    """Return what is wrong, on the first line, what that does, and the fix."""
    match finding:
        case CodeFault():
            lines = [f"Fault in code ({finding.severity}): {finding.why}."]
            lines += [
                f"What it does ({claim}): {words}." for claim, words in effects_in_words(finding)
            ]
            return "\n".join([*lines, f"Fix: {finding.rule.fix}"])
        case CannotTell():
            return f"Cannot tell: {finding.rule.title}? {reason(finding.why)}."
        case Unparsed():
            return f"This code cannot be parsed, and was not checked: {finding.why}."


def mark(finding: Finding) -> str:
    """Return the sign and the word of a finding: ``▲ wrong``."""
    mark = shown(f"code: {finding.kind}")
    return f"{mark.sign} {mark.word}"


def as_markdown(finding: Finding) -> str:
    """Return mark, position, rule and message on one line of Markdown."""
    rule = "" if isinstance(finding, Unparsed) else f", {code_span(finding.rule.id)}"
    return f"**{mark(finding)}**, {finding.position}{rule}: {' '.join(_sentences(finding))}"


def _sentences(finding: Finding) -> Iterator[str]:
    yield escaped(f"{reason(finding.why)}.")
    if not isinstance(finding, CodeFault):
        return
    for claim, words in effects_in_words(finding):
        yield f"What it does: {escaped(words)} ({code_span(claim)})."
    yield escaped(f"Fix: {finding.rule.fix}")
