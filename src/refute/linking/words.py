"""The words of a sentence, as the models of links compare them."""

from __future__ import annotations

import re
from collections.abc import Iterable

_NOT = re.compile(r"n['’]t\b|(?<=can)not\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_WORD_OR_NUMBER = re.compile(r"[^\W_]+")

_BEGINNING = 5
"""The letters that identify a word: "sparse" and "sparsity" are the same."""


def words_in(text: str) -> set[str]:
    """Return the lower-case words of a text, without its numbers."""
    return set(_WORD.findall(text.lower()))


def words_and_numbers_in(text: str) -> set[str]:
    """Return the words and numbers of a text in lower case."""
    return set(_WORD_OR_NUMBER.findall(text.lower()))


def expand_not(text: str) -> str:
    """Return a text with the contraction "n't" expanded into a separate "not"."""
    return _NOT.sub(" not", text)


def beginnings(words: Iterable[str]) -> set[str]:
    """Return the beginnings of words, by which words of one family are the same."""
    return {word[:_BEGINNING] for word in words}
