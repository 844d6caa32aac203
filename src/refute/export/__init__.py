"""A ledger and graded keys in the formats of other tools; nothing is run."""
