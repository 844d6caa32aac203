"""Ledgers of version 1 as ledgers of version 2: names taken apart, conditions read.

Version 1 kept a quantity as its name and a condition as its repr.  What they were made of is
guessed here, from how the lab named quantities then, and nowhere else.  Everything here is plain
JSON: whoever reads a ledger turns it into records.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from typing import Any

VERSION = 2
"""The version that ledgers are converted to."""

LONGEST, LARGEST = 1000, 1e300
"""Characters of a condition that are read, and numbers that a ledger can hold."""

NEAR = 3
"""Words by which a preposition may precede a difference to stay with it."""

_PREPOSITIONS = ("with", "without", "in")
_LOOSE_ENDS = re.compile(r"(?:[\s,:(|]|\b(?:with|without|in|of|on|at|by|for|the|and|a|an))+$")
_SETTING = re.compile(r",? with | in the usual |, \d|: |, in settings ")
_SHARE = re.compile(r"share of replicates whose (.*) is (.*)")
_ARM = re.compile(r"\b(?:with|without|in the usual|in evaluation|in training|of|on)\b.*")


def converted(data: Any) -> Any:
    """The ledger in the shape of version 2; what is not as version 1 has it stays as it is."""
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
                _set_apart([one for one in _list(evidence, "series") if _is_named(one)])
    return data


def _is_named(series: dict[str, Any]) -> bool:
    return isinstance(series.get("arm"), str) and bool(series["arm"])


def _set_apart(series: list[dict[str, Any]]) -> None:
    """Say of each arm what sets it apart from the others that were drawn with it."""
    names = list(dict.fromkeys(one["arm"] for one in series))
    settings = dict(zip(names, distinctive(names), strict=True))
    for one in series:
        one["setting"] = settings[one["arm"]]


def _list(data: Any, name: str) -> list[dict[str, Any]]:
    """The records in a list of a record, as far as they are any."""
    found = data.get(name) if isinstance(data, dict) else None
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


# --- quantities ----------------------------------------------------------------------------


def quantity(name: str, *, timed: bool = False) -> dict[str, Any]:
    """What a name says.  One that does not begin alike on both sides of its sign is a value: the
    sign may belong to an arm's own description ("variance 0.5 / fan_in").
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
    """The words with which both begin, without their setting."""
    words = []
    for one, other in zip(first.split(), second.split(), strict=False):
        if one.rstrip(",") != other.rstrip(","):
            break
        words.append(one)
        if one != other:  # one goes on after a comma, the other does not
            break
    return _SETTING.split(_LOOSE_ENDS.sub("", " ".join(words)), maxsplit=1)[0].strip("|")


def _setting(arm: str, what: str) -> str:
    """What follows on what is measured, from a preposition on."""
    found = _ARM.search(arm, len(what) if arm.startswith(what) else 0)
    return found[0] if found else ""


def distinctive(names: Sequence[str]) -> list[str]:
    """Names without the words with which all begin.

    A preposition before the difference stays: "with dropout 0.5" and "in the usual setting".
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
    """Where to begin, so that a preposition shortly before a difference stays with it."""
    left = [each[begin] for each in words if len(each) > begin]
    nothing_left = len(left) < len(words)
    if not nothing_left and all(one in _PREPOSITIONS for one in left):
        return begin
    for at in range(begin - 1, -1, -1):
        if words[0][at] in _PREPOSITIONS:
            return at if nothing_left or begin - at <= NEAR else begin
    return 0 if nothing_left or begin == 1 else begin  # one word alone is half of a name


# --- conditions ----------------------------------------------------------------------------


def condition(text: str) -> dict[str, Any]:
    """What a repr says: a number, a text, or code."""
    try:
        x = ast.literal_eval(text) if len(text) <= LONGEST else None
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        x = None
    if isinstance(x, str):
        return {"code": text, "value": x}
    if isinstance(x, bool) or not isinstance(x, int | float) or x != x or abs(x) > LARGEST:
        return {"code": text}
    return {"code": text, "value": float(x)}
