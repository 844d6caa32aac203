"""The file of a run in progress, which gets every claim as soon as it is complete."""

from __future__ import annotations

import os
from pathlib import Path

from refute.files import Unwritable, write_whole
from refute.ledger.file import LedgerError
from refute.ledger.lines import head, line
from refute.ledger.records import ClaimRecord, Ledger


class Growing:
    """A ledger on disk to which claims are added.

    If the run is cut short, :func:`refute.ledger.read` finds all claims added so far.  The file
    stays open, so that another run that starts with the same path does not get these claims.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: int | None = None

    @property
    def begun(self) -> bool:
        """Whether claims can be added."""
        return self._file is not None

    def begin(self, ledger: Ledger) -> None:
        """Write the file, replacing any earlier one, with everything known so far.

        Raises:
            LedgerError: the file cannot be written.
            ValueError: a float was not encoded with ``number``.
        """
        self.close()
        lines = head(ledger) + b"".join(map(line, ledger.claims))
        try:
            write_whole(self.path, lines)
            self._file = os.open(self.path, os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0))
        except Unwritable as error:
            raise LedgerError(str(error)) from None
        except OSError as error:
            raise LedgerError(str(Unwritable(self.path, error))) from None

    def add(self, claim: ClaimRecord) -> None:
        """Add a claim.

        Raises:
            LedgerError: the file cannot be written; it keeps the claims added before.
            ValueError: a float was not encoded with ``number``.
        """
        assert self._file is not None
        left = memoryview(line(claim))
        size = os.fstat(self._file).st_size
        try:
            while left:
                left = left[os.write(self._file, left) :]
        except OSError as error:
            os.ftruncate(self._file, size)  # half a line would damage the next one
            raise LedgerError(str(Unwritable(self.path, error))) from None

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
