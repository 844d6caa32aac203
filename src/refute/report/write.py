"""Writes the page of a run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from refute.difference.earlier import Earlier, kept
from refute.files import Unwritable, write_whole
from refute.grading.folder import Material
from refute.prose.changes import Since, since
from refute.report.page import render

PAGE = "index.html"


class ReportError(Exception):
    """A report that cannot be made; the message says what, where and what to do."""


@dataclass(frozen=True)
class Written:
    """A page that was written, the faults of keys and of the earlier ledger, and what changed."""

    page: Path
    faults: dict[Path, str]
    since: Since


def write_report(material: Material, out: Path, earlier: Earlier | None = None) -> Written:
    """Write the page, whole or not at all.

    A key with a fault does not stop the report: the page names the fault at the top and, if the
    key can be read, shows it ungraded.

    Args:
        material: a run, and the keys graded against it.
        out: the folder of the page; created if it is missing.
        earlier: the run to compare with; by default the one kept beside the ledger.

    Raises:
        ReportError: the folder cannot be written.
    """
    earlier = earlier or kept(material.ledger_path)
    found = since(earlier, material.ledger, material.keys)
    page = render(material.ledger, material.keys, material.faults, found)
    try:
        write_whole(out / PAGE, page.encode())
    except Unwritable as error:
        raise ReportError(str(error)) from None
    faults = dict(material.faults)
    if earlier.asked and found.reason is not None:
        faults[earlier.path] = found.reason
    return Written(out / PAGE, faults, found)
