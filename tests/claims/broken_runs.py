"""A process that runs claims while what they rest on is broken.

It reads names of breaks, one a line, and answers each with a line of JSON.  Torch and the lab take
seconds to import: they are imported once, and every break is run in a fork of this process.  There
it is made before the claims file is imported, and it is gone with the fork.  Replicates are run in
the fork as well: worker processes would start with nothing broken.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import sys
import traceback
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from refute.decision.table import ALLOWED, Table
from refute.engine.local import InProcess
from refute.plugin import conforming, session
from refute.plugin.collecting import case_of, claim_of
from refute.plugin.reusing import Reusing
from refute.plugin.settings import TABLE_BY_EFFORT
from refute.suite import suite_of
from tests.claims.breaks import Break, table

CLAIMS = Path(__file__).parents[2] / "claims"

NEEDED = (
    *("_hypothesis_pytestplugin", "pdb", "pytest_benchmark.plugin", "refute.plugin.judging"),
    *("refute.plugin.searching", "scipy.stats", "sklearn.datasets", "xdist.looponfail"),
    "xml.etree.ElementTree",
)
"""What a run of claims imports, beside the lab."""

OPTIONS = (
    *("--refute-effort", "quick", "--refute-seed", "0", "--refute-fresh", "--benchmark-skip"),
    *("-p", "no:cacheprovider", "-p", "no:refute-reporting"),
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),  # of what is imported here already
)


class Selected:
    """The readings and controls that a break must change: no others are run, and all are heard."""

    def __init__(self, broken: Break) -> None:
        self._broken = broken
        self.found: dict[str, dict[str, Any]] = {}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = filter(self._meant, items)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        payload = getattr(report, "refute", None)
        if payload is not None:
            reading = payload["reading"]
            self.found[reading["name"]] = {"outcome": reading["outcome"], "failed": report.failed}

    def _meant(self, item: pytest.Item) -> bool:
        claim, case = claim_of(item), case_of(item)
        if claim is None or case is None:
            return False
        return claim.info.id == self._broken.claim and case.name in self._broken.outcomes


def main() -> None:
    """Answer until there is nothing to read any more."""
    breaks = table()
    for name in NEEDED:
        importlib.import_module(name)
    suite_of(CLAIMS / "any")  # it is kept, and takes a second
    _search()
    torch.optim.SGD([torch.zeros(1)], lr=1.0)  # the first optimizer imports a good deal more
    always = pytest.MonkeyPatch()
    always.setattr(conforming, "bench_of", lambda claims: None)  # it would find what is broken
    always.setattr(Reusing, "archive", lambda self, claim: None)  # nothing is to be kept
    # What a break changes may need more looks than a quick run has.
    always.setitem(TABLE_BY_EFFORT, "quick", Table.of({16: 0, 32: ALLOWED[32], 64: ALLOWED[64]}))
    always.setattr(session, "WorkerProcesses", lambda workers, limit: InProcess())
    gc.freeze()
    for line in sys.stdin:
        print(answer(breaks[line.strip()]), flush=True)


@settings(max_examples=500, database=None, derandomize=True)
@given(st.integers())
def _search(number: int) -> None:
    """Have Hypothesis look for constants in all modules, which takes half a second, now."""


def answer(broken: Break) -> str:
    """What came of the readings in a fork, and what pytest said there, as one line of JSON."""
    with TemporaryDirectory() as folder:
        said, found = Path(folder, "said"), Path(folder, "found")
        child = os.fork()
        if not child:
            try:
                _in_the_fork(broken, said, found)
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        readings = json.loads(found.read_text()) if found.exists() else {}
        return json.dumps({"readings": readings, "said": said.read_text()})


def _in_the_fork(broken: Break, said: Path, found: Path) -> None:
    with said.open("w") as output:
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)
    selected = Selected(broken)
    broken.how(pytest.MonkeyPatch())
    reports = ("--refute-reports", str(said.parent))
    pytest.main([*files_of(broken.claim), *OPTIONS, *reports], plugins=[selected])
    sys.stdout.flush()
    found.write_text(json.dumps(selected.found))


def files_of(claim: str) -> list[str]:
    """The files of the claim's question that name it."""
    files = sorted((CLAIMS / claim.partition("/")[0]).glob("test_*.py"))
    return [str(file) for file in files if f'"{claim}"' in file.read_text()]


if __name__ == "__main__":
    main()
