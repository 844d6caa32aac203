"""Rules for the code of keys: thirty faults that reading the code can tell."""
