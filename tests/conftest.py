"""For every test: a ledger that it writes, or can read, fits the published schema."""

import pytest

from refute import ledger


@pytest.fixture(autouse=True)
def _ledgers_fit_their_schema(monkeypatch):
    from tests import ledger_schema  # here: `pytest --help` must work without the extra "dev"

    write, read = ledger.write, ledger.read

    def checked_write(whole, path):
        write(whole, path)
        ledger_schema.check(path)

    def checked_read(path):
        whole = read(path)
        ledger_schema.check(path)  # another process may have written it
        return whole

    monkeypatch.setattr(ledger, "write", checked_write)
    monkeypatch.setattr(ledger, "read", checked_read)
