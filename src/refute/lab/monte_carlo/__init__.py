"""Monte Carlo dropout: the average of several passes."""
