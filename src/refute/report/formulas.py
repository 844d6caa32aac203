"""Formulas of a key, typeset as MathML if that is safe, otherwise left as written.

The library that converts them lets a formula contain links and styles.  So its result is accepted
only if it contains nothing but plain mathematics.
"""

from __future__ import annotations

import re
from functools import lru_cache
from xml.etree import ElementTree

LONGEST = 300
"""The most characters of a formula that is typeset; the work grows faster than its length."""

_FORMULA = re.compile(r"(\$\$?)(.+)\1", re.DOTALL)
_NAMESPACE = "{http://www.w3.org/1998/Math/MathML}"
_PLAIN = {
    "math", "mrow", "mi", "mn", "mo", "ms", "mtext", "mspace", "msub", "msup", "msubsup", "mfrac",
    "msqrt", "mroot", "mover", "munder", "munderover", "mtable", "mtr", "mtd", "mpadded",
}  # fmt: skip
_KEPT = {"accent", "columnalign", "display", "fence", "linethickness", "mathvariant", "stretchy"}


@lru_cache(maxsize=1000)
def typeset_formula(text: str) -> str | None:
    """A formula between dollar signs as MathML; ``None`` if it stays as written."""
    if not (found := _FORMULA.fullmatch(text)):
        return None  # a part of a formula
    source = found[2]
    if len(source) > LONGEST:
        return None
    from latex2mathml.converter import convert  # imported late: only keys with formulas need it

    try:
        tree = ElementTree.fromstring(convert(source))
        return _rebuilt(tree)
    except Exception:  # any error of the converter leaves the formula as text
        return None


def _rebuilt(tree: ElementTree.Element) -> str | None:
    """The tree as HTML, if it contains only mathematics."""
    for element in tree.iter():
        element.tag = element.tag.removeprefix(_NAMESPACE)
        texts = (element.text or "") + (element.tail or "")
        if element.tag not in _PLAIN or "\\" in texts:  # a command that the converter does not know
            return None
        element.attrib = {name: text for name, text in element.attrib.items() if name in _KEPT}
    return ElementTree.tostring(tree, encoding="unicode", short_empty_elements=False)
