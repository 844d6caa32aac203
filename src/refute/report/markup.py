"""Text for the page: escaping, superscripts and anchors.

Jinja escapes all other text, and `refute.characters` shows invisible characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from markupsafe import Markup

_POWER = re.compile(
    r"(?P<times>× )10\^(?P<raised>-?\d+)"
    r"|(?<![\w.])(?P<number>\d+(?:\.\d+)?)e\+?(?P<minus>-?)0*(?P<exponent>\d+)(?!\w|\.\d)"
)
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def code(text: str) -> Markup:
    """Text escaped for the inside of an element, but not for an attribute.

    Quotes are not escaped, which keeps code short.
    """
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return Markup(escaped)


def raised(text: str) -> str:
    """Powers of ten with superscripts.

    ``7.0 × 10^-4`` and ``7.0e-04`` become ``7.0 × 10⁻⁴``; ``1e8`` becomes ``10⁸``.
    """
    return _POWER.sub(_power, text)


def _power(found: re.Match[str]) -> str:
    exponent = found["raised"] or f"{found['minus']}{found['exponent']}"
    power = f"10{exponent.translate(SUPERSCRIPTS)}"
    if found["times"]:
        return f"× {power}"
    return power if found["number"] == "1" else f"{found['number']} × {power}"


def anchor(*parts: str) -> str:
    """The parts joined into an id for links: ``claim-init-same-value``."""
    return "-".join(re.sub(r"[^a-z0-9]+", "-", part.lower()).strip("-") or "x" for part in parts)


def anchors(kind: str, names: Iterable[str]) -> list[str]:
    """A different anchor for each name, in order; names that would share an anchor are numbered.

    No anchor contains two hyphens in a row, so ``--`` and a suffix never make another anchor.
    """
    found: dict[str, None] = {}
    for name in names:
        first = id = anchor(kind, name)
        number = 2
        while id in found:
            id, number = f"{first}-{number}", number + 1
        found[id] = None
    return list(found)
