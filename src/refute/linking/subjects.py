"""Whether a statement is about a claim, by the subjects that it names.

A claim about ReLU is not about a sentence that names only a kind of it, such as leaky ReLU.  "It
makes them sparse" may be about SELU, but "dropout makes them sparse" is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from refute.linking.phrases import Kinds, Phrasebook

_OWNING = r"(?:['’]s)?[\s-]*"


class Subjects:
    """The subjects of claims, and which subjects are kinds of others."""

    def __init__(self, book: Phrasebook) -> None:
        self._subjects = {id: phrases.subjects for id, phrases in book.claims.items()}
        self._aspects = {id: phrases.aspects for id, phrases in book.claims.items()}
        self._things = _things(book)
        self._general = {
            id: tuple(kinds for kinds in book.kinds if _is_general(subjects, kinds))
            for id, subjects in self._subjects.items()
        }

    def named(self, claim: str, statement: str, context: str) -> bool:
        """Whether a statement or its context names a subject of a claim, not only a kind of it.

        An aspect of the claim is enough in a statement that names no other subject.  A claim
        without known subjects may be about any statement.
        """
        subjects, text = self._subjects.get(claim), f"{statement} {context}"
        if not subjects:
            return True
        if not _beginning(subjects).search(text):
            aspects = self._aspects[claim]
            if not aspects or not _beginning(aspects).search(text):
                return False
            if _beginning(self._things).search(statement):
                return False
        return not any(_names_only_kinds(kinds, statement, text) for kinds in self._general[claim])


def _things(book: Phrasebook) -> tuple[str, ...]:
    """The subjects of all claims that tell them from aspects, and the words for kinds."""
    apart = (phrases.subjects for phrases in book.claims.values() if phrases.aspects)
    kinds = ((*kinds.general, *kinds.kinds) for kinds in book.kinds)
    return tuple(sorted({word for words in (*apart, *kinds) for word in words}))


def _is_general(subjects: Iterable[str], kinds: Kinds) -> bool:
    """Whether a claim is about a general subject, and about none of its kinds."""
    named = {subject.lower() for subject in subjects}
    return bool(named & set(kinds.general)) and not named & set(kinds.kinds)


def _names_only_kinds(kinds: Kinds, statement: str, text: str) -> bool:
    """Whether a statement names a kind, and neither it nor its context the general subject."""
    if not _beginning(kinds.kinds).search(statement):
        return False
    # "leaky ReLU" names a kind: the general word directly behind it belongs to it.
    rest = _kind_in_full(kinds.kinds, kinds.general).sub(" ", text)
    return not _beginning(kinds.general).search(rest)


@cache
def _beginning(subjects: tuple[str, ...]) -> re.Pattern[str]:
    """Matches any of the subjects at the beginning of a word."""
    return re.compile(rf"(?<![^\W_]){_any(subjects)}", re.IGNORECASE)


@cache
def _kind_in_full(kinds: tuple[str, ...], general: tuple[str, ...]) -> re.Pattern[str]:
    """Matches any of the kinds to the end of its word, and the general word directly behind it."""
    return re.compile(
        rf"(?<![^\W_]){_any(kinds)}\w*(?:{_OWNING}{_any(general)}\w*)?", re.IGNORECASE
    )


def _any(words: Iterable[str]) -> str:
    longest_first = sorted(words, key=len, reverse=True)
    return f"(?:{'|'.join(map(re.escape, longest_first))})"
