"""Batch normalization: what it cancels, what it changes in training, and why."""
