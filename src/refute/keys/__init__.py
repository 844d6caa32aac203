"""Answer keys: read into statements, linked to claims, graded against a ledger."""
