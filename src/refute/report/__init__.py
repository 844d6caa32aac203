"""Reports: a ledger and keys become pages.  Nothing here runs an experiment."""

from refute.report.page import render
from refute.report.write import ReportError, Written, write_report

__all__ = ["ReportError", "Written", "render", "write_report"]
