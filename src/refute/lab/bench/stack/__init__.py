"""Many replicates of one network side by side, as one module."""
