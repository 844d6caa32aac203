"""Training practice: early stopping, model selection, scaling of inputs, loss curves."""
