"""Code of a key, read and never run: one program, its values, its models, and rules about them."""
