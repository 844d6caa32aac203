"""The one reading that best shows why a claim, or a statement of it, has its verdict."""

from __future__ import annotations

from collections.abc import Collection

from refute.decision.outcome import Outcome
from refute.decision.verdict import Judged, Link, Results, Verdict, verdict_of_link

_TURNED = {Verdict.SUPPORTED: Verdict.REFUTED, Verdict.REFUTED: Verdict.SUPPORTED}


def deciding(results: Results, verdict: Verdict, counting: Collection[str] = ()) -> Judged | None:
    """The reading or control that a claim's verdict rests on.

    ========== =======================================================================
    NO VERDICT what broke, or else the control that does not flip
    UNDECIDED  an undecided control, or else an undecided reading, or else one that differs here
    REFUTED    a reading that fails, and so for DEPENDS
    SUPPORTED  of the readings that hold, the one that came closest to failing
    ========== =======================================================================

    Args:
        results: those of the claim, which has reported in full.
        verdict: of the claim.
        counting: names of the readings that count; without them, those of the sense.

    Returns:
        the first such case, or else the first case; ``None`` if there are no cases.
    """
    readings = [
        reading
        for reading in results.readings
        if (reading.name in counting if counting else reading.of == "sense")
    ]
    checks = {reading.check for reading in readings}
    controls = [control for control in results.controls if control.check in checks]
    match verdict:
        case Verdict.NONE:
            cases = (*results.readings, *results.controls)
            found = [case for case in cases if case.outcome is None]
            found += [control for control in results.controls if results.flips(control) is False]
        case Verdict.UNDECIDED:
            found = _came_out(controls, Outcome.UNDECIDED) + _came_out(readings, Outcome.UNDECIDED)
            found += [reading for reading in readings if reading.differs]
        case Verdict.REFUTED | Verdict.DEPENDS:
            found = _came_out(readings, Outcome.FAILS)
        case Verdict.SUPPORTED:
            found = _came_out(readings, Outcome.HOLDS)
            found.sort(key=lambda reading: -reading.closeness)
    return next(iter([*found, *readings, *results.readings, *results.controls]), None)


def deciding_of_link(link: Link, results: Results) -> Judged | None:
    """The reading or control of a claim that a statement's verdict rests on.

    If the same readings count, it is the claim's own: a denial reverses the outcome, not the
    reason.
    """
    found = verdict_of_link(link, results)
    verdict = found.verdict if link.asserts else _TURNED.get(found.verdict, found.verdict)
    return deciding(results, verdict, found.readings)


def _came_out(cases: list[Judged], outcome: Outcome) -> list[Judged]:
    return [case for case in cases if case.outcome is outcome]
