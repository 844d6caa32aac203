"""The option that names an earlier ledger; it is read before anything runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from refute.difference.earlier import Earlier, named
from refute.ledger import LedgerError

OPTION = "--refute-against"


def add_option(parser: pytest.Parser) -> None:
    """Register the option."""
    parser.getgroup("refute").addoption(
        OPTION,
        type=Path,
        default=None,
        metavar="LEDGER",
        help="an earlier ledger: the report says what changed since (default: the one of the "
        "complete run before, which is kept as reports/previous.json)",
    )


def read_against(config: pytest.Config) -> Earlier | None:
    """The ledger that the option names.

    It is read at once, because the run may replace it.

    Raises:
        pytest.UsageError: it cannot be read.
    """
    path: Path | None = config.getoption(OPTION)
    if path is None:
        return None
    try:
        return named(path)
    except LedgerError as error:
        raise pytest.UsageError(f"{OPTION} {error}") from None
