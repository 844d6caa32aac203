"""Reports: a ledger and keys become pages.  Nothing here runs an experiment."""
