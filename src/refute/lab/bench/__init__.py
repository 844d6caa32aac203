"""What every experiment is built on: networks, data, optimizers, training, signals, timing."""
