"""For every test: a ledger that it writes or reads fits the schema; what it runs is apart."""

import os
import signal
from pathlib import Path

import pytest
from hypothesis import settings

from refute import ledger

# Before anything imports torch: several processes run the tests, each on a core of its own.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# Hypothesis keeps here which constants each file of Refute has.  In the empty folders where tests
# run claims, each run would look for them anew, for a third of a second.
os.environ.setdefault(
    "HYPOTHESIS_STORAGE_DIRECTORY", str(Path(__file__).parents[1] / ".hypothesis")
)

# A shell has what it runs in the background ignore interrupts; some tests send them.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


# An example may take as long as it does: on a busy machine, a pause is no fault.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


@pytest.fixture(autouse=True)
def _runs_of_their_own(monkeypatch):
    """A run that a test starts is no part of this one, on however many processes this one is."""
    for name in ("PYTEST_XDIST_WORKER", "PYTEST_XDIST_WORKER_COUNT"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def _keeps_nothing_at_home(monkeypatch, tmp_path_factory):
    """Models of links that a test learns are kept in no folder of the person who runs it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))


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
