"""Words in sentences and rows, and the names of sources."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from refute.spacing import single_spaced

_CITED = re.compile(r"(?:^|(?<=; ))[^\s;,]+")
_AUTHOR_AND_YEAR = re.compile(r"([a-z]+)(\d{4}[a-z]?)")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


def capitalized(text: str) -> str:
    """A sentence with a capital first letter, unless it begins with a claim's id."""
    return text if "/" in text.partition(" ")[0] else text[:1].upper() + text[1:]


def listed(words: Sequence[str]) -> str:
    """Words in a row: ``a``, ``a and b``, ``a, b and c``; empty if there are none."""
    first, last = ", ".join(words[:-1]), "".join(words[-1:])
    return f"{first} and {last}" if first else last


def quoted(names: Sequence[str]) -> str:
    """Names in a row, in quotation marks: ``“a” and “b”``."""
    return listed([f"“{name}”" for name in names])


def begin_alike(words: Sequence[Sequence[str]]) -> int:
    """How many words all of these lists begin with."""
    for at, column in enumerate(zip(*words, strict=False)):
        if len(set(column)) > 1:
            return at
    return min(map(len, words))


def source_label(key: str, source: str = "") -> str:
    """A source's short name: ``lecun1998`` as ``LeCun 1998``, ``keras_faq`` as ``Keras FAQ``.

    The words of the key are spelled as in ``source``, its full text.  A surname that the text lacks
    is capitalized; a key of another form that it lacks is left unchanged.
    """
    author = _AUTHOR_AND_YEAR.fullmatch(key)
    spelled = {_folded(word): word for word in reversed(_WORD.findall(source))}
    if author:
        return f"{spelled.get(author[1], author[1].capitalize())} {author[2]}"
    words = [spelled.get(word) for word in key.split("_")]
    return " ".join(word for word in words if word) if all(words) else key


def sources_in_words(cited: str, sources: Mapping[str, str] | None = None) -> str:
    """Citations with labels for keys: ``he2015, 2.2; xu2015`` as ``He 2015, 2.2; Xu 2015``.

    ``sources`` are the full texts by key, for the spelling of names.
    """
    texts = sources or {}
    return _CITED.sub(
        lambda found: source_label(found[0], texts.get(found[0], "")), single_spaced(cited)
    )


def _folded(word: str) -> str:
    """A word in lower case, without accents and apostrophes, as in keys."""
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in decomposed if letter.isalnum())
