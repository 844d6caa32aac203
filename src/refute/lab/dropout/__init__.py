"""Dropout: what it does to one step and to one network."""
