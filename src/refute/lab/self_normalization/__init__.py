"""Self-normalization: whether activations keep mean 0 and variance 1."""
