"""Refute: claims of answer keys as experiments, and answer keys handed back fact-checked."""

from refute.claim import Refuted, claim, control, no, reading, refuted_by, some

__all__ = ["Refuted", "claim", "control", "no", "reading", "refuted_by", "some"]
