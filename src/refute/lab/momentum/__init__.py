"""Momentum: where SGD goes on quadratic bowls, when it settles, and how noise shakes it."""
