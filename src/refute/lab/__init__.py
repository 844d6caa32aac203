"""The lab: the experiments' bench.  Networks, initializers, data, training, signals."""
