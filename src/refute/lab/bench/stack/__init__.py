"""Many replicates of a network, stacked side by side in one module."""
