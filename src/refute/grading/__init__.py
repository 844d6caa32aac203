"""Grades keys against a ledger: the mark of every statement, and why."""
