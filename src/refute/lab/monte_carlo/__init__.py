"""Monte Carlo dropout: predictions averaged over several forward passes."""
