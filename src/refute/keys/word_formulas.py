"""Writes the equations of Word files in LaTeX, with their characters in reading order.

Source: ECMA-376, part 1, section 22.1 (Office Math Markup Language).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from lxml.etree import QName, _Element

from refute.keys.word_elements import OFF
from refute.spacing import single_spaced

_ESCAPED = str.maketrans(
    {mark: f"\\{mark}" for mark in "{}%#&_$"}
    | {"\\": r"\backslash ", "^": r"\hat{}", "~": r"\sim "}
)
_ACCENTS = {
    "\u0300": "grave", "\u0301": "acute", "\u0302": "hat", "\u0303": "tilde", "\u0304": "bar",
    "\u0305": "overline", "\u0307": "dot", "\u0308": "ddot", "\u030c": "check", "\u20d7": "vec",
    "^": "hat", "~": "tilde", "\u02c6": "hat", "\u02dc": "tilde", "\u2192": "vec", "\u00af": "bar",
}  # fmt: skip
_SUMS = {"∫": r"\int", "∑": r"\sum", "∏": r"\prod"}
_FUNCTIONS = frozenset({
    "arg", "cos", "cosh", "cot", "deg", "det", "dim", "exp", "gcd", "inf", "ker", "lim", "liminf",
    "limsup", "ln", "log", "max", "min", "Pr", "sin", "sinh", "sup", "tan", "tanh",
})  # fmt: skip


def as_latex(equation: _Element) -> str:
    """Return an ``m:oMath`` or any part of one in LaTeX, on one line."""
    return single_spaced(_inside(equation))


def _inside(element: _Element) -> str:
    return "".join(map(_written, element))


def _written(element: _Element) -> str:
    if not isinstance(element.tag, str):  # a comment
        return ""
    name = _name(element)
    if name.endswith("Pr") and name != "sPre":  # properties
        return ""
    return _WRITERS.get(name, _inside)(element)


def _run(element: _Element) -> str:
    texts = (child.text or "" for child in element if _name(child) == "t")
    text = "".join(texts).translate(_ESCAPED)
    normal = _property(element, "nor") is not None
    return rf"\text{{{text}}}" if normal and re.search(r"[^\W\d_]{2}", text) else text


def _fraction(element: _Element) -> str:
    above, below = _part(element, "num"), _part(element, "den")
    match _property(element, "type"):
        case "lin":
            return f"{above}/{below}"
        case "noBar":
            return rf"{{{above} \atop {below}}}"
    return rf"\frac{{{above}}}{{{below}}}"


def _radical(element: _Element) -> str:
    degree = _part(element, "deg")
    return rf"\sqrt{f'[{degree}]' if degree else ''}{{{_part(element, 'e')}}}"


def _scripts(element: _Element) -> str:
    below, above = _limits(element)
    return f"{_grouped(_part(element, 'e'))}{below}{above}"


def _scripts_before(element: _Element) -> str:
    below, above = _limits(element)
    return f"{{}}{below}{above}{_grouped(_part(element, 'e'))}"


def _limits(element: _Element) -> tuple[str, str]:
    below = _part(element, "sub") or _part(element, "lim" if _name(element) == "limLow" else "")
    above = _part(element, "sup") or _part(element, "lim" if _name(element) == "limUpp" else "")
    return (f"_{{{below}}}" if below else ""), (f"^{{{above}}}" if above else "")


def _sum(element: _Element) -> str:
    sign = _property(element, "chr") or "∫"
    below, above = _limits(element)
    return f"{_SUMS.get(sign, sign)}{below}{above} {_part(element, 'e')}"


def _brackets(element: _Element) -> str:
    begin, end, between = (
        default if (sign := _property(element, name)) is None else sign.translate(_ESCAPED)
        for name, default in (("begChr", "("), ("endChr", ")"), ("sepChr", "|"))
    )
    return f"{begin}{between.join(_parts(element, 'e'))}{end}"


def _rows(element: _Element) -> str:
    rows = [" & ".join(_parts(row, "e")) for row in element if _name(row) == "mr"]
    return _matrix(rows)


def _equations(element: _Element) -> str:
    return _matrix(equation.replace(r"\&", "") for equation in _parts(element, "e"))


def _matrix(rows: Iterable[str]) -> str:
    written = r" \\ ".join(rows)
    return rf"\begin{{matrix}}{written}\end{{matrix}}"


def _accent(element: _Element) -> str:
    sign, inner = _property(element, "chr") or "\u0302", _part(element, "e")
    return rf"\{_ACCENTS[sign]}{{{inner}}}" if sign in _ACCENTS else f"{inner}{sign}"


def _bar(element: _Element) -> str:
    mark = "overline" if _property(element, "pos") == "top" else "underline"
    return rf"\{mark}{{{_part(element, 'e')}}}"


def _brace(element: _Element) -> str:
    mark = "overbrace" if _property(element, "pos") == "top" else "underbrace"
    sign = _property(element, "chr") or "\u23df"
    inner = _part(element, "e")
    return rf"\{mark}{{{inner}}}" if sign in "\u23de\u23df" else f"{inner}{sign}"


def _function(element: _Element) -> str:
    name, inner = _part(element, "fName"), _part(element, "e")
    word = re.match(r"\w+", name)
    if word and word[0] in _FUNCTIONS:
        name = f"\\{name}"
    elif word and len(word[0]) > 1 and word[0] == name:
        name = rf"\operatorname{{{name}}}"
    return f"{name} {inner}"


def _phantom(element: _Element) -> str:
    return "" if _property(element, "show") in OFF else _inside(element)


def _grouped(base: str) -> str:
    return base if len(base) == 1 else f"{{{base}}}"


def _part(element: _Element, name: str) -> str:
    return "".join(_parts(element, name)).strip()


def _parts(element: _Element, name: str) -> list[str]:
    return [_inside(child) for child in element if _name(child) == name]


def _property(element: _Element, name: str) -> str | None:
    """The value of a property; empty if the property has none, ``None`` if there is none."""
    for properties in element:
        if _name(properties).endswith("Pr"):
            for child in properties:
                if _name(child) == name:
                    values = (text for key, text in child.attrib.items() if _local(key) == "val")
                    return str(next(values, ""))
    return None


def _name(element: _Element) -> str:
    return _local(element.tag) if isinstance(element.tag, str) else ""


def _local(name: str | bytes) -> str:
    return str(QName(name).localname)


_WRITERS: dict[str, Callable[[_Element], str]] = {
    "r": _run, "f": _fraction, "rad": _radical, "nary": _sum, "d": _brackets, "m": _rows,
    "sSup": _scripts, "sSub": _scripts, "sSubSup": _scripts, "sPre": _scripts_before,
    "limLow": _scripts, "limUpp": _scripts, "func": _function, "acc": _accent, "bar": _bar,
    "groupChr": _brace, "eqArr": _equations, "phant": _phantom,
}  # fmt: skip
