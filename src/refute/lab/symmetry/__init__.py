"""Symmetry: whether units that start alike stay alike."""
