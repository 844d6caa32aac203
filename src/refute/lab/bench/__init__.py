"""What all experiments share: networks, data, optimizers, training, signals, timing."""
