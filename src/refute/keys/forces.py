"""The words of a sentence that set its force: "can" or "always"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from refute.decision.verdict import Force, Link
from refute.wording import FORCES

_DENIED = r"(?!\s*(?:not\b|n[o']t\b|['’]t\b))"
_SPELLED = {
    "can": rf"(?<!as it )(?<!as )can{_DENIED}(?! only\b)",
    "may": r"may(?! not\b)(?! never\b)",
    "might": r"might(?! as well\b)(?! never\b)",
    "is able to": r"(?:is|are) able to",
    "is likely to": r"(?:is|are) likely to",
    "always": r"(?<!not )always",
    "only": r"(?<!not )(?<!if )only(?! if\b)",
    "guarantees": r"guarantee[sd]?|guaranteed",
}
"""Patterns for words of the table that do not match a sentence literally."""

_PATTERNS = {
    force: re.compile("|".join(rf"\b(?:{_SPELLED.get(word, word)})\b" for word in words), re.I)
    for force, words in FORCES.items()
}


def words_of_force(text: str) -> dict[Force, str]:
    """Return the first word of a sentence that sets each force, as written.

    "Cannot" and "not always" set no force, as they deny it; nor do "as near as it can" and
    "might as well".
    """
    matches = ((force, pattern.search(text)) for force, pattern in _PATTERNS.items())
    return {force: match[0] for force, match in matches if match is not None}


def other_force(text: str, links: Sequence[Link], claims: Sequence[str]) -> Force | None:
    """Return the force that the words of a sentence set, if none of its links has it.

    ``None`` if they agree, or if it is unclear: no word sets a force (the context may), the words
    set both, or the linked claim contains such a word ("ReLU units can die").
    """
    words, forces = words_of_force(text), {link.force for link in links}
    in_claims = {force for claim in claims for force in words_of_force(claim)}
    if len(words) != 1 or words.keys() & (forces | in_claims):
        return None
    return next(iter(words))
