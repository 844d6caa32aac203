"""Rules that look for faults in the code of keys."""
