"""The code of a key, read but never run: its values and models, and the rules about them."""
