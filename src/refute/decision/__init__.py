"""Counts against edges, outcomes, and the verdicts that they make: pure functions of numbers."""
