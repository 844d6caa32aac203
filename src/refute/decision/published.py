"""The measured outcome against the published one: the one rule that fails a run or heads a page."""

from __future__ import annotations

from enum import StrEnum

from refute.decision.outcome import Outcome


class Standing(StrEnum):
    """How a measured outcome relates to the published one."""

    AS_PUBLISHED = "as published"
    CONTRADICTED = "contradicted"
    """Measured as the opposite: the run fails, and neither is believed."""
    DIFFERS_HERE = "differs here"
    """Timed as the opposite: times depend on the machine, so no verdict has changed."""
    LEFT_OPEN = "left open"
    """Published as decided, and undecided in this run."""
    SETTLED = "settled"
    """Published as undecided, and decided in this run."""


def standing(
    outcome: Outcome | None, published: Outcome | None, *, timed: bool = False
) -> Standing | None:
    """How a reading relates to what is published; ``None`` if nothing is published or measured."""
    if outcome is None or published is None:
        return None
    if outcome is published:
        return Standing.AS_PUBLISHED
    if outcome.opposes(published):
        return Standing.DIFFERS_HERE if timed else Standing.CONTRADICTED
    return Standing.LEFT_OPEN if outcome is Outcome.UNDECIDED else Standing.SETTLED
