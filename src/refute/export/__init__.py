"""Exports: a ledger and graded keys in the formats of other tools, without running anything."""
