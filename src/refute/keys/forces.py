"""The words of a sentence that set its force: "can" or "always"."""

from __future__ import annotations

import re

from refute.decision.verdict import Force
from refute.wording import FORCES

_DENIED = r"(?!\s*(?:not\b|n[o']t\b|['’]t\b))"
_SPELLED = {
    "can": rf"can{_DENIED}(?! only\b)",
    "is able to": r"(?:is|are) able to",
    "is likely to": r"(?:is|are) likely to",
    "always": r"(?<!not )always",
    "only": r"(?<!not )(?<!if )only(?! if\b)",
    "guarantees": r"guarantee[sd]?|guaranteed",
}
"""How a word of the table may stand in a sentence, where it is not as it is."""

_PATTERNS = {
    force: re.compile("|".join(rf"\b(?:{_SPELLED.get(word, word)})\b" for word in words), re.I)
    for force, words in FORCES.items()
}


def words_of_force(text: str) -> dict[Force, str]:
    """The first word of a sentence that sets each force, as it stands there.

    "Cannot" and "not always" set neither "can" nor "always": they deny them.
    """
    found = ((force, pattern.search(text)) for force, pattern in _PATTERNS.items())
    return {force: match[0] for force, match in found if match is not None}
