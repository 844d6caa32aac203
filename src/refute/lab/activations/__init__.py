"""Activation functions: their values and slopes, and the units that use them."""
