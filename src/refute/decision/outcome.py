"""What an experiment says about a reading, as decisions, verdicts and grading share it."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """What an experiment says of a reading."""

    HOLDS = "holds"
    FAILS = "fails"
    UNDECIDED = "undecided"

    def opposes(self, other: Outcome) -> bool:
        """Whether both are decided and they differ."""
        return {self, other} == {Outcome.HOLDS, Outcome.FAILS}

    def turned(self) -> Outcome:
        """The outcome of the logical negation."""
        turned = {Outcome.HOLDS: Outcome.FAILS, Outcome.FAILS: Outcome.HOLDS}
        return turned.get(self, self)
