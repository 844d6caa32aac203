"""What an experiment says of a reading: the one word that decisions, verdicts and grading share."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """What an experiment says of a reading."""

    HOLDS = "holds"
    FAILS = "fails"
    UNDECIDED = "undecided"

    def opposes(self, other: Outcome) -> bool:
        """Whether both are decided and differ."""
        return {self, other} == {Outcome.HOLDS, Outcome.FAILS}
