"""The claim in docs/writing-a-claim.md that imports all it needs can be copied and run."""

import re
import subprocess
import sys

from tests.packaging import ROOT

PAGE = (ROOT / "docs" / "writing-a-claim.md").read_text(encoding="utf-8")


def test_the_timed_claim_runs_as_it_is_written(tmp_path):
    blocks = re.findall(r"^```python\n(.*?)^```$", PAGE, re.M | re.S)
    (timed,) = [block for block in blocks if "import Contender" in block]
    claims = tmp_path / "claims"
    claims.mkdir()
    (claims / "questions.toml").write_text('sorting = "Sorting"\n')
    (claims / "test_sorting.py").write_text(timed)

    command = [sys.executable, "-m", "pytest", "claims", "--refute-workers", "1"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)

    assert run.returncode == 0, run.stdout
    assert "1 claim: 1 supported" in run.stdout
