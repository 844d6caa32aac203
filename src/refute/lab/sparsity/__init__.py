"""Sparse models: what is zero in the end, and why."""
