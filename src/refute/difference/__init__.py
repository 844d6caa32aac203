"""Compares two runs: what changed between their ledgers, and how to say so."""
