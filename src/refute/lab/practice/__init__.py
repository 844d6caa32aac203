"""Practice: how training is stopped, chosen from, scaled for and watched."""
