"""Momentum: where a run goes, and when it settles."""
