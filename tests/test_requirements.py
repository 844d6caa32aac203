"""CI's lowest versions are those that pyproject.toml names."""

import subprocess
import sys

from tests import packaging

SCRIPT = packaging.ROOT / ".ci" / "requirements.py"


def printed(*arguments: str) -> list[str]:
    command = [sys.executable, str(SCRIPT), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()


def test_every_requirement_names_the_lowest_version_that_passes():
    allowed, lowest = printed(), printed("--lowest")

    # Those of the extra "dev", which no user installs, come last.
    assert [line.replace(">=", "==") for line in allowed][: len(lowest)] == lowest
    assert not [line for line in lowest if line.startswith(("mypy", "ruff"))]
    assert "torch" in {line.partition(">=")[0] for line in allowed}


def test_what_another_python_lacks_is_left_out():
    assert not [line for line in printed("--without", "torch") if line.startswith("torch>")]
