"""Two runs compared: what changed between their ledgers, and how that is said."""
