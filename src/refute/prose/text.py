"""Other people's text on its way into the page: shown as it is, and never active.

Escaping is left to Jinja, and characters that act without being seen to `refute.characters`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from markupsafe import Markup

_POWER = re.compile(r"× 10\^(-?\d+)")
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def code(text: str) -> Markup:
    """Text for the inside of an element. Quotes are not escaped, which halves the length of code.

    It would not be safe in an attribute.
    """
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return Markup(escaped)


def raised(text: str) -> str:
    """Powers of ten as they are typeset: ``7.0 × 10^-4`` becomes ``7.0 × 10⁻⁴``."""
    return _POWER.sub(lambda found: f"× 10{found[1].translate(_RAISED)}", text)


def anchor(*parts: str) -> str:
    """The parts joined into an id that a link can name: ``claim-init-same-value``."""
    return "-".join(re.sub(r"[^a-z0-9]+", "-", part.lower()).strip("-") or "x" for part in parts)


def anchors(kind: str, names: Iterable[str]) -> list[str]:
    """A different anchor for each name, in order; names that would share one are numbered.

    None contains two hyphens in a row, so two hyphens and a suffix never collide with an anchor.
    """
    found: dict[str, None] = {}
    for name in names:
        first = id = anchor(kind, name)
        number = 2
        while id in found:
            id, number = f"{first}-{number}", number + 1
        found[id] = None
    return list(found)


def begun(text: str) -> str:
    """A sentence with a capital at its beginning, unless it begins with a claim's id."""
    return text if "/" in text.partition(" ")[0] else text[:1].upper() + text[1:]


def one_line(text: str) -> str:
    """A text with every run of white space, line breaks included, as one space."""
    return " ".join(text.split())
