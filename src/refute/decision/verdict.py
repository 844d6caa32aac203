"""Readings make the verdict of a claim; claims make the verdict of a statement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from refute.decision.outcome import Outcome  # and no more of decisions: grading needs no numpy


class Verdict(StrEnum):
    """What the experiments say of a claim."""

    SUPPORTED = "SUPPORTED"
    REFUTED = "REFUTED"
    DEPENDS = "DEPENDS"
    UNDECIDED = "UNDECIDED"
    NONE = "NO VERDICT"

    def denied(self) -> Verdict:
        """The verdict of the logical negation."""
        turned = {Verdict.SUPPORTED: Verdict.REFUTED, Verdict.REFUTED: Verdict.SUPPORTED}
        return turned.get(self, self)


WORST_FIRST = (
    Verdict.NONE,
    Verdict.REFUTED,
    Verdict.DEPENDS,
    Verdict.UNDECIDED,
    Verdict.SUPPORTED,
)


@dataclass(frozen=True)
class Judged:
    """The outcome of one reading or control; ``None`` where it broke."""

    name: str
    check: str
    outcome: Outcome | None


def control_flips(control: Outcome, readings: Iterable[Outcome | None]) -> bool:
    """Whether a control came out opposite to a reading of its check."""
    return any(control.opposes(reading) for reading in readings if reading is not None)


def verdict_of_claim(readings: Sequence[Judged], controls: Sequence[Judged]) -> tuple[Verdict, str]:
    """The verdict and, in one sentence, why.

    A crash anywhere, no reading at all, or a decided control that is not opposite to any reading
    of its check, leaves no verdict.  A control proves nothing while it, or every reading of its
    check, is undecided.
    """
    broken = [one.name for one in (*readings, *controls) if one.outcome is None]
    if broken:
        return Verdict.NONE, f"broke: {_names(broken)}."
    if not readings:
        return Verdict.NONE, "no reading was taken."
    by_check: dict[str, list[Outcome | None]] = {}
    for one in readings:
        by_check.setdefault(one.check, []).append(one.outcome)
    undecided_controls = []
    for control in controls:
        assert control.outcome is not None
        siblings = by_check.get(control.check, [])
        decided = [outcome for outcome in siblings if outcome is not Outcome.UNDECIDED]
        if control.outcome is Outcome.UNDECIDED or not decided:
            undecided_controls.append(control.name)
        elif not control_flips(control.outcome, siblings):
            return Verdict.NONE, (
                f"the control “{control.name}” came out like the reading it should flip "
                f"({control.outcome}): the check proves nothing."
            )
    holding = [one.name for one in readings if one.outcome is Outcome.HOLDS]
    failing = [one.name for one in readings if one.outcome is Outcome.FAILS]
    open_ = [one.name for one in readings if one.outcome is Outcome.UNDECIDED]
    if undecided_controls:
        return Verdict.UNDECIDED, f"undecided control: {_names(undecided_controls)}."
    if holding and failing:
        return Verdict.DEPENDS, f"holds for {_names(holding)}; fails for {_names(failing)}."
    if open_:
        return Verdict.UNDECIDED, f"undecided: {_names(open_)}."
    if holding:
        return Verdict.SUPPORTED, f"holds for {_names(holding)}."
    return Verdict.REFUTED, f"fails for {_names(failing)}."


def _names(names: Sequence[str]) -> str:
    return "; ".join(f"“{name}”" for name in names)


@dataclass(frozen=True)
class Link:
    """A statement's tie to a claim: it asserts the claim, or denies it."""

    claim: str
    asserts: bool = True


@dataclass(frozen=True)
class StatementVerdict:
    """The verdict of a statement; ``partly`` where it also makes claims not encoded yet."""

    verdict: Verdict
    decisive: str | None
    partly: bool = False


def verdict_of_statement(
    links: Sequence[Link], verdicts: Mapping[str, Verdict], unencoded: int = 0
) -> StatementVerdict | None:
    """The worst verdict of the claims linked to; ``None`` where no claim is encoded.

    ``decisive`` names the claim that decided it.  A claim missing from ``verdicts`` has none.
    """
    if not links:
        return None
    judged = [(_stanced(link, verdicts), link.claim) for link in links]
    verdict, claim = min(judged, key=lambda one: WORST_FIRST.index(one[0]))
    return StatementVerdict(verdict, claim, partly=unencoded > 0)


def _stanced(link: Link, verdicts: Mapping[str, Verdict]) -> Verdict:
    verdict = verdicts.get(link.claim, Verdict.NONE)
    return verdict if link.asserts else verdict.denied()
