"""Dropout: its effect on single steps, predictions and trained networks."""
