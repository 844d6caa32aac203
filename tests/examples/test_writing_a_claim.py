"""The first claim in docs/writing-a-claim.md is one of the claims; the timed one can be run."""

import re
import subprocess
import sys

from refute.timing import Contender
from refute.wording import much_longer
from tests.packaging import ROOT

PAGE = (ROOT / "docs" / "writing-a-claim.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```$", PAGE, re.M | re.S)
(TIMED,) = [block for block in BLOCKS if "import Contender" in block]


def test_the_first_claim_stands_where_the_page_says():
    path = re.search(r"A finished claim looks like this one of\s+\[(\S+)\]", PAGE)[1]
    imports, claim = BLOCKS[0].split("\n\n\n")
    code = (ROOT / path).read_text(encoding="utf-8")

    assert claim in code
    for line in imports.splitlines():
        assert {*re.findall(r"[\w.]+", line)} <= {*re.findall(r"[\w.]+", code)}


def test_it_is_collected_without_a_mistake(tmp_path):
    claims = tmp_path / "claims"
    claims.mkdir()
    (claims / "questions.toml").write_text('sorting = "Sorting"\n')
    (claims / "test_sorting.py").write_text(TIMED)

    command = [sys.executable, "-m", "pytest", "claims", "--benchmark-skip"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)

    assert run.returncode == 0, run.stdout
    assert "1 claim: 1 undecided" in run.stdout  # nothing is timed in a test


def test_it_races_two_contenders_that_do_their_work():
    names: dict[str, type] = {}
    exec(TIMED, names)
    raced = []
    check = names["TestSortingTenTimesAsMany"]().test_time
    check(lambda left, right, claimed: raced.append((left, right, claimed)), count=10_000)

    ((left, right, claimed),) = raced
    assert isinstance(left, Contender)
    assert isinstance(right, Contender)
    assert left.run() == list(range(10_000))
    assert right.run() == list(range(1_000))
    assert claimed == much_longer()
