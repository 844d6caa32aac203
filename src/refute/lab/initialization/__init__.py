"""Initialization: the scales of signals and gradients, at the start and in training."""
