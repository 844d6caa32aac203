"""Code that runs no experiment starts without torch."""

import subprocess
import sys

import pytest
from benchmarks.checking import write_key, write_ledger

QUESTIONS = 'whole = "About whole numbers"\n'
CLAIM = '''
from refute import claim, control, reading


@claim("whole/positive")
class TestPositive:
    """Whole numbers are positive."""

    @reading("one", x=1)
    @control("minus one", x=-1)
    def test_positive(self, x):
        assert x > 0
'''


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    home = tmp_path_factory.mktemp("repository")
    for folder in ("claims", "answers", "reports"):
        (home / folder).mkdir()
    (home / "claims" / "questions.toml").write_text(QUESTIONS)
    (home / "claims" / "test_whole.py").write_text(CLAIM)
    write_key(home / "answers", "key", 50)
    write_ledger(home / "reports" / "verdicts.json")
    return home


@pytest.mark.parametrize(
    ("arguments", "said", "never"),
    [
        (["check", "answers/key.md"], " statements, ", {"numpy", "scipy", "pytest", "hypothesis"}),
        (["report"], "report: reports/index.html", {"pytest", "hypothesis"}),
        (["list"], "whole/positive: Whole numbers are positive.", set()),
        (["--help"], "Fact-check", {"numpy", "pytest", "msgspec"}),
    ],
)
def test_code_that_runs_no_experiment_does_not_import_torch(repository, arguments, said, never):
    never |= {"torch", "sklearn"}
    code = (
        f"import sys; sys.argv = ['refute', *{arguments}]\n"
        "from refute.cli.commands import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"print('imported:', sorted({never} & set(sys.modules)))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=repository, capture_output=True, text=True
    )

    assert said in result.stdout, result.stderr
    assert result.stdout.splitlines()[-1] == "imported: []"
