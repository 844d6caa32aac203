"""Refute turns the claims of answer keys into experiments and fact-checks the keys."""

from refute.claim import Refuted, claim, control, no, reading, refuted_by, some

__all__ = ["Refuted", "claim", "control", "no", "reading", "refuted_by", "some"]
