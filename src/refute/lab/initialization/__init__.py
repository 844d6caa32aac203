"""Initialization: the scales of signals and gradients before training."""
