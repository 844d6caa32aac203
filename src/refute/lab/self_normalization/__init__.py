"""Self-normalization: do activations keep mean 0 and variance 1?"""
