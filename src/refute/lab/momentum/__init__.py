"""Momentum: SGD on quadratics, in a double well, and under gradient noise."""
