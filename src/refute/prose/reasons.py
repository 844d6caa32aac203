"""Why a claim has its verdict.

Every reason continues "The claim ...": "holds for “a”; fails for “b”."
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from refute.decision.published import Standing
from refute.decision.verdict import ClaimVerdict, Fault, Link, Verdict
from refute.ledger import ClaimRecord
from refute.prose.text import quoted

BY_SOURCES = {
    Verdict.SUPPORTED: "agrees with its sources: cited, not measured.",
    Verdict.REFUTED: "contradicts its sources: cited, not measured.",
}
"""Why a documentary claim has its verdict."""


def why_of_claim(claim: ClaimRecord, found: ClaimVerdict) -> str:
    """Why a claim has its verdict; if it depends, in the author's words, where they fit."""
    if found.verdict is Verdict.DEPENDS and (depends := on_what_it_depends(claim)) is not None:
        return f"{depends}.{_left_open(claim)}"
    if found.fault is not None:
        return _why_none(found.fault)
    match found.verdict:
        case Verdict.DEPENDS:
            return f"holds for {quoted(found.holding)}; fails for {quoted(found.failing)}."
        case Verdict.UNDECIDED if found.open_controls:
            controls = "control" if len(found.open_controls) == 1 else "controls"
            return f"is left undecided by the {controls} {quoted(found.open_controls)}."
        case Verdict.UNDECIDED if found.open_readings:
            return f"is undecided for {quoted(found.open_readings)}."
        case Verdict.UNDECIDED:
            return f"has no reading on this machine that {quoted(found.idle_controls)} could flip."
        case Verdict.REFUTED:
            return f"fails for {quoted(found.failing)}."
    holds = f"holds for {quoted(found.holding)}."
    return f"{holds} {strictly(claim)}" if found.strictly else holds


def why_not_run(names: Sequence[str]) -> str:
    """Why a claim has no verdict yet: some of its readings or controls were not run."""
    return f"was not run for {quoted(names)}."


def why_rejected(mistakes: str) -> str:
    """Why a claim that is written incorrectly has no verdict."""
    return f"is written incorrectly: {mistakes}."


def why_skipped(reason: str) -> str:
    """Why a claim of a file that skips itself has no verdict."""
    return f"was not run, because its file is skipped: {reason}."


def _why_none(fault: Fault) -> str:
    if fault.broken:
        return f"broke in {quoted(fault.broken)}."
    if fault.control is None:
        return "has no reading."
    return (
        f"has a check that proves nothing: the control “{fault.control.name}” came out like the "
        f"reading it should flip ({fault.control.outcome})."
    )


def on_what_it_depends(claim: ClaimRecord) -> str | None:
    """The author's words for what a claim depends on, without a full stop.

    ``None`` if there are none, or if this run found other outcomes than the published ones, for
    which they were written.  A reading that this run left open speaks neither for nor against them.
    """
    fits = {Standing.AS_PUBLISHED, Standing.LEFT_OPEN, None}
    if claim.depends is None or any(reading.standing not in fits for reading in claim.of_sense):
        return None
    return claim.depends.rstrip(".")


def _left_open(claim: ClaimRecord) -> str:
    """Which readings of the sense this run has not decided, after the author's words."""
    names = [reading.name for reading in claim.of_sense if reading.outcome == "undecided"]
    return f" This run leaves {quoted(names)} undecided." if names else ""


def strictly(claim: ClaimRecord, *, asserts: bool = True) -> str:
    """The readings of the letter that speak against a claim, or against its denial."""
    against: Literal["fails", "holds"] = "fails" if asserts else "holds"
    return f"Strictly speaking, it {against} for {quoted(by_letter(claim, against))}."


def by_letter(claim: ClaimRecord, outcome: Literal["fails", "holds"]) -> list[str]:
    """The names of the readings of the letter with an outcome."""
    return [
        reading.name
        for reading in claim.role("reading")
        if reading.of == "letter" and reading.outcome == outcome
    ]


def exceptions_of_denial(link: Link, verdict: Verdict | None, claim: ClaimRecord) -> list[str]:
    """The readings of the letter by which a claim fails, if its denial is refuted.

    The sentence may speak of just that case: "orthogonal weights depend on one another".
    """
    if link.asserts or link.readings or link.force == "always" or verdict is not Verdict.REFUTED:
        return []
    return by_letter(claim, "fails")


def about_claim(why: str) -> str:
    """A claim's reason as a complete sentence, where the claim has just been named."""
    return f"It {why}"
