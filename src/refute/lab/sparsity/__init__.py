"""Sparse models: which weights end up zero, and why."""
