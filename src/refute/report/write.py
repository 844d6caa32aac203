"""Making the report of a run: its ledger and the keys beside its claims become one page."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from refute import ledger as ledgers
from refute.difference.earlier import Earlier, Since, kept
from refute.keys.folder import grade_folder
from refute.ledger import LedgerError
from refute.report.page import render

PAGE = "index.html"


class ReportError(Exception):
    """A report that cannot be made; the message says what, where and what to do."""


@dataclass(frozen=True)
class Written:
    """A page that was written, the faults of keys and of another ledger, and what changed."""

    page: Path
    faults: dict[Path, str]
    since: Since


def write_report(
    ledger_path: Path, answers: Path, out: Path, against: Earlier | None = None
) -> Written:
    """Grade every key of a folder against a ledger and write the page, whole or not at all.

    A key with a fault does not keep the others from being reported: the page names the fault on
    top, and shows the key ungraded where it can be read.

    Args:
        ledger_path: ``verdicts.json`` of a run.
        answers: the folder of the keys (``*.md``); it need not exist.
        out: the folder of the page; made where it is missing.
        against: an earlier run to say of what changed since; without it, the one that is kept
            beside the ledger.

    Returns:
        The page, and one line of each key, or of the earlier ledger, that is at fault.

    Raises:
        ReportError: the ledger cannot be read, or the folder cannot be written.
    """
    try:
        ledger = ledgers.read(ledger_path)
        keys, faults = grade_folder(answers, ledger)
        since = (against or kept(ledger_path)).since(ledger, keys)
        page = render(ledger, keys, faults, since)
        ledgers.write_whole(out / PAGE, page.encode())
    except LedgerError as error:
        raise ReportError(str(error)) from None
    if against is not None and since.reason is not None:
        faults = {**faults, against.path: since.reason}
    return Written(out / PAGE, faults, since)
