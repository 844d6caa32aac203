"""Findings about the code of a key, in plain text and Markdown.

They have marks of their own, and are counted apart from the verdicts of statements.
"""

from __future__ import annotations

from refute.export.markdown_text import code_span, escaped
from refute.keys.checked_code import Finding
from refute.keys.tree import Position
from refute.prose.code_faults import FindingInWords, finding_in_words
from refute.prose.marks import shown
from refute.prose.text import capitalized


def with_position(message: str, position: Position, converted: bool) -> str:
    """Begin a message with its position if the key is converted, so its file has no such line."""
    return f"{capitalized(str(position))}: {message}" if converted else message


def message(finding: Finding) -> str:
    """Return what is wrong, on the first line, what that does, and the fix."""
    words = finding_in_words(finding)
    lines = [f"{words.message}."]
    lines += [f"What it does ({claim}): {result}." for claim, result in words.effects]
    return "\n".join([*lines, *_fix(words)])


def mark(finding: Finding) -> str:
    """Return the sign and the word of a finding: ``▲ wrong``."""
    mark = shown(f"code: {finding.kind}")
    return f"{mark.sign} {mark.word}"


def as_markdown(finding: Finding) -> str:
    """Return mark, position, rule and message on one line of Markdown."""
    words = finding_in_words(finding)
    rule = "" if words.rule is None else f", {code_span(words.rule)}"
    sentences = [
        escaped(f"{words.why}."),
        *(f"What it does: {escaped(did)} ({code_span(claim)})." for claim, did in words.effects),
        *map(escaped, _fix(words)),
    ]
    return f"**{mark(finding)}**, {finding.position}{rule}: {' '.join(sentences)}"


def _fix(words: FindingInWords) -> list[str]:
    return [] if words.fix is None else [f"Fix: {words.fix}"]
