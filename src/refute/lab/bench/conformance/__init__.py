"""Checks of the bench and the installed torch against formulas, before anything trains."""
