"""The report: a ledger and graded keys become a page; nothing is run."""

from refute.report.page import render
from refute.report.write import ReportError, Written, write_report

__all__ = ["ReportError", "Written", "render", "write_report"]
