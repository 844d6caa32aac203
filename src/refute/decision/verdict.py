"""Readings make the verdict of a claim; claims make the verdict of a statement.

A reading is of the claim's *sense*, what the sentence means, or of its *letter*, what its words say
although nobody means it.  The sense decides the claim.  A statement is tied to a claim by a link:
it asserts or denies it, with a force ("can", "always", "not always", or plain), and may name the
readings whose conditions it states.  How a link is read, in this order:

1. The readings that count: those that it names; else for "always" and "not always" all of them;
   else the sense.
2. A denial reverses each of their outcomes.
3. The force makes one verdict of them: see `verdict_by_force`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Literal

from refute.decision.outcome import Outcome  # and no more of decisions: grading needs no numpy

Of = Literal["sense", "letter"]
Force = Literal["plain", "always", "not always", "can"]


class Verdict(StrEnum):
    """What the experiments say about a claim."""

    SUPPORTED = "SUPPORTED"
    REFUTED = "REFUTED"
    DEPENDS = "DEPENDS"
    UNDECIDED = "UNDECIDED"
    NONE = "NO VERDICT"


WORST_FIRST = (
    Verdict.NONE,
    Verdict.REFUTED,
    Verdict.DEPENDS,
    Verdict.UNDECIDED,
    Verdict.SUPPORTED,
)


@dataclass(frozen=True)
class Judged:
    """The outcome of one reading or control; ``None`` where it broke.

    ``closeness`` says how close a reading that holds came to failing: the share of replicates that
    may lie beyond its closest edge. A searched reading has the smallest. ``of`` has no meaning for
    a control. ``differs``: a reading that was timed as the opposite of what is published.
    """

    name: str
    check: str
    outcome: Outcome | None
    of: Of = "sense"
    closeness: float = -1.0
    differs: bool = False


@dataclass(frozen=True)
class Fault:
    """What leaves a claim without a verdict.

    Cases that broke, or a control that came out like the reading it should flip; with neither, no
    reading of the sense was taken.
    """

    broken: tuple[str, ...] = ()
    control: Judged | None = None


@dataclass(frozen=True)
class Results:
    """The outcomes of all readings and controls of a claim."""

    readings: tuple[Judged, ...]
    controls: tuple[Judged, ...] = ()

    def fault(self) -> Fault | None:
        """What leaves the claim without a verdict; ``None`` where nothing does."""
        broken = [case.name for case in (*self.readings, *self.controls) if case.outcome is None]
        if broken or not any(reading.of == "sense" for reading in self.readings):
            return Fault(tuple(broken))
        for control in self.controls:
            if self.flips(control) is False:
                return Fault(control=control)
        return None

    def has(self, names: Iterable[str]) -> bool:
        """Whether there is a reading with each of these names."""
        return set(names) <= {reading.name for reading in self.readings}

    def shown(self) -> list[Judged]:
        """The readings; those whose controls are undecided count as undecided."""
        unproven = {control.check for control in self.controls if self.flips(control) is None}
        return [
            replace(reading, outcome=Outcome.UNDECIDED) if reading.check in unproven else reading
            for reading in self.readings
        ]

    def flips(self, control: Judged) -> bool | None:
        """Whether a control came out opposite to a reading of its check: see `control_flips`."""
        readings = [reading for reading in self.readings if reading.check == control.check]
        return control_flips(
            control.outcome,
            [reading.outcome for reading in readings],
            differs=any(reading.differs for reading in readings),
        )


def control_flips(
    control: Outcome | None, readings: Iterable[Outcome | None], *, differs: bool = False
) -> bool | None:
    """Whether a control came out opposite to a reading, of either kind, of its check.

    ``None`` if that is still open: the control is undecided, or it is opposite to no decided
    reading, and another reading is undecided or differs on this machine from what is published
    (``differs``). Elsewhere, the control may flip that reading.
    """
    outcomes = list(readings)
    if control is None or control is Outcome.UNDECIDED:
        return None
    if any(reading is not None and control.opposes(reading) for reading in outcomes):
        return True
    return False if outcomes and {*outcomes} == {control} and not differs else None


@dataclass(frozen=True)
class ClaimVerdict:
    """The verdict of a claim, and the names of the cases that it rests on.

    ``holding`` and ``failing`` are readings of the sense.  ``open_controls`` keep an undecided
    claim undecided; where there is none, ``open_readings`` do, and else ``idle_controls``: those
    that flip nothing on this machine.  ``strictly``: the claim is supported, though a reading of
    the letter fails.
    """

    verdict: Verdict
    fault: Fault | None = None
    holding: tuple[str, ...] = ()
    failing: tuple[str, ...] = ()
    open_controls: tuple[str, ...] = ()
    open_readings: tuple[str, ...] = ()
    idle_controls: tuple[str, ...] = ()
    strictly: bool = False


def verdict_of_claim(results: Results) -> ClaimVerdict:
    """The verdict by the readings of the sense.

    There is no verdict if any case crashed, if there is no reading of the sense, or if a decided
    control is opposite to no reading of its check. Readings count as undecided while a control of
    their check is open (see `control_flips`).
    """
    fault = results.fault()
    if fault is not None:
        return ClaimVerdict(Verdict.NONE, fault)
    shown = results.shown()
    sense = [reading for reading in shown if reading.of == "sense"]
    letter = [reading for reading in shown if reading.of == "letter"]
    verdict = verdict_by_force("plain", [_decided(reading) for reading in sense])
    checks = {reading.check for reading in sense}
    controls = [control for control in results.controls if control.check in checks]
    return ClaimVerdict(
        verdict,
        holding=_named(sense, Outcome.HOLDS),
        failing=_named(sense, Outcome.FAILS),
        open_controls=_named(controls, Outcome.UNDECIDED),
        open_readings=_open_readings(checks, results),
        idle_controls=tuple(
            control.name
            for control in controls
            if control.outcome is not Outcome.UNDECIDED and results.flips(control) is None
        ),
        strictly=verdict is Verdict.SUPPORTED and bool(_named(letter, Outcome.FAILS)),
    )


def verdict_by_force(force: Force, outcomes: Sequence[Outcome]) -> Verdict:
    """The verdict of the readings that count, one at least.

    ===============  ======================================================
    plain            some hold and some fail: DEPENDS
    always           one that fails: REFUTED
    not always, can  one that holds: SUPPORTED
    each             else any undecided: UNDECIDED; else as all of them say
    ===============  ======================================================
    """
    holds, fails = Outcome.HOLDS in outcomes, Outcome.FAILS in outcomes
    if force == "plain" and holds and fails:
        return Verdict.DEPENDS
    if force == "always" and fails:
        return Verdict.REFUTED
    if force in ("not always", "can") and holds:
        return Verdict.SUPPORTED
    if Outcome.UNDECIDED in outcomes:
        return Verdict.UNDECIDED
    return Verdict.SUPPORTED if holds else Verdict.REFUTED


def _open_readings(checks: Collection[str], results: Results) -> tuple[str, ...]:
    """The readings that are undecided, of the checks that the sense rests on."""
    taken = [reading for reading in results.readings if reading.check in checks]
    own = [reading for reading in taken if reading.of == "sense"]
    # Readings of the letter only where no other is open: a control has yet to flip one of them.
    return _named(own, Outcome.UNDECIDED) or _named(taken, Outcome.UNDECIDED)


def _named(cases: Iterable[Judged], outcome: Outcome) -> tuple[str, ...]:
    return tuple(case.name for case in cases if case.outcome is outcome)


# --- statements ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Link:
    """What ties a statement to a claim: it asserts the claim or denies it.

    ``readings`` names those whose conditions the statement states, if any, and ``stated`` are the
    words that state them.  ``chosen``: its force was chosen, whatever the words of the statement.
    """

    claim: str
    asserts: bool = True
    force: Force = "plain"
    readings: tuple[str, ...] = ()
    stated: str = ""
    chosen: bool = field(default=False, compare=False)

    @property
    def stance(self) -> str:
        """Its name in links files and for readers."""
        return "asserts" if self.asserts else "denies"


@dataclass(frozen=True)
class LinkVerdict:
    """The verdict that a claim gives a statement, and the names of the readings that count.

    ``strictly``: it is supported, though a reading of the letter says otherwise.
    """

    verdict: Verdict
    readings: tuple[str, ...] = ()
    strictly: bool = False


def verdict_of_link(link: Link, results: Results | None) -> LinkVerdict:
    """The verdict that one claim gives a statement; ``results`` is ``None`` if it has none."""
    if results is None or results.fault() is not None:
        return LinkVerdict(Verdict.NONE)
    if not results.has(link.readings):
        return LinkVerdict(Verdict.NONE)
    shown = [_stanced(reading, link) for reading in results.shown()]
    counting = [reading for reading in shown if _counts(reading, link)]
    verdict = verdict_by_force(link.force, [_decided(reading) for reading in counting])
    strictly = (
        verdict is Verdict.SUPPORTED
        and link.force == "plain"
        and not link.readings
        and any(reading.of == "letter" and reading.outcome is Outcome.FAILS for reading in shown)
    )
    return LinkVerdict(verdict, tuple(reading.name for reading in counting), strictly)


def _counts(reading: Judged, link: Link) -> bool:
    if link.readings:
        return reading.name in link.readings
    return link.force in ("always", "not always") or reading.of == "sense"


def _stanced(reading: Judged, link: Link) -> Judged:
    if link.asserts:
        return reading
    return replace(reading, outcome=_decided(reading).turned())


def _decided(reading: Judged) -> Outcome:
    assert reading.outcome is not None, "what broke is a fault of the whole claim"
    return reading.outcome


@dataclass(frozen=True)
class StatementVerdict:
    """The verdict of a statement; ``partly`` where it also makes claims not encoded yet."""

    verdict: Verdict
    decisive: Link
    partly: bool = False


def verdict_of_statement(
    links: Sequence[Link], results: Mapping[str, Results | None], unencoded: int = 0
) -> StatementVerdict | None:
    """The worst verdict of the claims linked to; ``None`` where no claim is encoded.

    ``decisive`` is the link that decided it.  A claim missing from ``results`` has no verdict.
    """
    if not links:
        return None
    judged = [(verdict_of_link(link, results.get(link.claim)).verdict, link) for link in links]
    verdict, decisive = min(judged, key=lambda pair: WORST_FIRST.index(pair[0]))
    return StatementVerdict(verdict, decisive, partly=unencoded > 0)
