"""What was measured before, and whether it still counts."""
