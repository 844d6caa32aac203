"""Converts ledgers of version 1 to version 2, as plain JSON.

Version 1 recorded a quantity as its name and a condition as its repr.  Their structure is guessed
here, and only here, from the way in which the lab named quantities then.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from typing import Any

VERSION = 2
"""The version that ledgers are converted to."""

LONGEST, LARGEST = 1000, 1e300
"""The longest condition that is parsed, in characters, and the largest number."""

NEAR = 3
"""The most words between a preposition and a difference that it belongs to."""

_PREPOSITIONS = ("with", "without", "in")
_LOOSE_ENDS = re.compile(r"(?:[\s,:(|]|\b(?:with|without|in|of|on|at|by|for|the|and|a|an))+$")
_SETTING = re.compile(r",? with | in the usual |, \d|: |, in settings ")
_SHARE = re.compile(r"share of replicates whose (.*) is (.*)")
_ARM = re.compile(r"\b(?:with|without|in the usual|in evaluation|in training|of|on)\b.*")


def converted(data: Any) -> Any:
    """Return the ledger in the form of version 2; anything unexpected is left unchanged."""
    if isinstance(data, dict):
        data["version"] = VERSION
    for claim in _list(data, "claims"):
        for reading in _list(claim, "readings"):
            conditions, evidence = reading.get("conditions"), reading.get("evidence")
            if isinstance(conditions, dict):
                reading["conditions"] = {
                    name: condition(text) if isinstance(text, str) else text
                    for name, text in conditions.items()
                }
            if isinstance(evidence, dict) and isinstance(evidence.get("quantity"), str):
                timed = evidence.get("timed") is True
                evidence["quantity"] = quantity(evidence["quantity"], timed=timed)
                _add_settings([each for each in _list(evidence, "series") if _is_named(each)])
    return data


def _is_named(series: dict[str, Any]) -> bool:
    return isinstance(series.get("arm"), str) and bool(series["arm"])


def _add_settings(series: list[dict[str, Any]]) -> None:
    """Add to each series the setting that distinguishes its arm from the others."""
    names = list(dict.fromkeys(each["arm"] for each in series))
    settings = dict(zip(names, distinctive(names), strict=True))
    for each in series:
        each["setting"] = settings[each["arm"]]


def _list(data: Any, name: str) -> list[dict[str, Any]]:
    """The objects in a list of an object, if there are any."""
    items = data.get(name) if isinstance(data, dict) else None
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


# --- quantities ----------------------------------------------------------------------------


def quantity(name: str, *, timed: bool = False) -> dict[str, Any]:
    """Parse the name of a quantity.

    If the two sides of its sign do not begin with the same words, it is a value: the sign may
    belong to the description of an arm ("variance 0.5 / fan_in").
    """
    if share := _SHARE.fullmatch(name):
        of = quantity(share[1], timed=timed)
        return {**of, "kind": "share", "of": of, "within": share[2]}
    for kind, sign in (("difference", " − "), ("ratio", " / ")):
        arms = name.split(sign)
        head = _common(*arms) if len(arms) == 2 else ""
        if head:
            return _record(kind, head, _unit(head, timed=timed), arms)
    what = _SETTING.split(name, maxsplit=1)[0]
    unit = _unit(what, timed=timed)
    if not unit and " / " in name and " − " not in name:
        unit = "times"
    return _record("value", what, unit, [name])


def _record(kind: str, what: str, unit: str, arms: Sequence[str]) -> dict[str, Any]:
    named = [{"name": arm, "setting": _setting(arm, what)} for arm in arms]
    return {"kind": kind, "what": what, "unit": unit, "arms": named}


def _unit(head: str, *, timed: bool) -> str:
    if timed or head.split(" ", 1)[0] == "time":
        return "s"
    if "log10" in head:
        return "decades"
    return "steps" if head.startswith("steps") else ""


def _common(first: str, second: str) -> str:
    """The words that both begin with, without their setting."""
    words = []
    for left, right in zip(first.split(), second.split(), strict=False):
        if left.rstrip(",") != right.rstrip(","):
            break
        words.append(left)
        if left != right:  # only one of them has a comma here
            break
    return _SETTING.split(_LOOSE_ENDS.sub("", " ".join(words)), maxsplit=1)[0].strip("|")


def _setting(arm: str, what: str) -> str:
    """The rest of an arm's name after what is measured, from a preposition on."""
    match = _ARM.search(arm, len(what) if arm.startswith(what) else 0)
    return match[0] if match else ""


def distinctive(names: Sequence[str]) -> list[str]:
    """Return names without the words that all begin with.

    A preposition before the difference is kept: "with dropout 0.5", "in the usual setting".
    """
    words = [name.split() for name in names]
    begin = _with_preposition(words, _alike(words)) if len(names) > 1 else 0
    return [" ".join(each[begin:]) for each in words]


def _alike(words: Sequence[Sequence[str]]) -> int:
    for at, each in enumerate(zip(*words, strict=False)):
        if len(set(each)) > 1:
            return at
    return min(map(len, words))


def _with_preposition(words: Sequence[Sequence[str]], begin: int) -> int:
    """The index to begin at, so that a preposition shortly before a difference is kept."""
    first_different = [each[begin] for each in words if len(each) > begin]
    nothing_left = len(first_different) < len(words)
    if not nothing_left and all(word in _PREPOSITIONS for word in first_different):
        return begin
    for at in range(begin - 1, -1, -1):
        if words[0][at] in _PREPOSITIONS:
            return at if nothing_left or begin - at <= NEAR else begin
    return 0 if nothing_left or begin == 1 else begin  # a single word is only half of a name


# --- conditions ----------------------------------------------------------------------------


def condition(text: str) -> dict[str, Any]:
    """Parse a repr: a number, a text, or code."""
    try:
        x = ast.literal_eval(text) if len(text) <= LONGEST else None
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        x = None
    if isinstance(x, str):
        return {"code": text, "value": x}
    if isinstance(x, bool) or not isinstance(x, int | float) or x != x or abs(x) > LARGEST:
        return {"code": text}
    return {"code": text, "value": float(x)}
