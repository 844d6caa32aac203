"""``refute run`` runs the claims unless a path is given, and ends as pytest does."""

import os
import subprocess
import sys

import pytest

from tests.interrupting import interrupted

posix = pytest.mark.skipif(os.name != "posix", reason="signals are POSIX")

CLAIM = '''
import time

from hypothesis import strategies as st
from refute import claim, control, reading


@claim("whole/positive")
class TestPositive:
    """Whole numbers are positive."""

    @reading("ones", x=st.just(1))
    @control("minus ones", x=st.just(-1))
    def test_positive(self, x):
        open("begun", "w").close()
        time.sleep(60)
        assert x > 0
'''

SLOW_TO_END = """
import time


def pytest_sessionfinish():
    time.sleep(1)  # as long as grading keys takes
    open("ended", "w").close()
"""

OPTION = """
def pytest_addoption(parser):
    parser.addoption("--own")
"""

INTERRUPTED_AT_ONCE = """
import os

os.killpg(os.getpgid(0), 2)
"""

INTERRUPTED_AGAIN = """
import os


def pytest_keyboard_interrupt():
    os.killpg(os.getpgid(0), 2)
"""


@pytest.fixture
def repository(tmp_path):
    claims = tmp_path / "claims"
    claims.mkdir()
    (claims / "questions.toml").write_text('whole = "About whole numbers"\n')
    (claims / "test_whole.py").write_text(CLAIM)
    return tmp_path


@pytest.mark.parametrize(
    "arguments",
    [
        ["--junitxml", "out.xml"],
        ["-k", "positive"],
        ["--rootdir", "."],
    ],
    ids=" ".join,
)
def test_the_value_of_an_option_is_no_path(repository, arguments):
    (repository / "pytest.ini").write_text("[pytest]\ntestpaths = positive\n")
    (repository / "positive").mkdir()
    (repository / "positive" / "test_other.py").write_text("def test_other(): pass\n")
    (repository / "out.xml").write_text("of an earlier run")

    run = collected(repository, *arguments)

    assert "test_whole.py" in run.stdout
    assert "test_other" not in run.stdout


def test_the_value_of_an_option_of_the_claims_own_is_no_path(repository):
    (repository / "claims" / "conftest.py").write_text(OPTION)

    assert "2 tests collected" in collected(repository, "--own", "value").stdout


@pytest.mark.parametrize("path", ["positive", "positive/test_other.py::test_other"])
def test_a_path_is_run_instead_of_the_claims(repository, path):
    (repository / "positive").mkdir()
    (repository / "positive" / "test_other.py").write_text("def test_other(): pass\n")

    assert "1 test collected" in collected(repository, path).stdout


def collected(repository, *arguments):
    """A run that only collects what it would run."""
    return subprocess.run(
        [sys.executable, "-m", "refute", "run", *arguments, "--collect-only", "-q"],
        cwd=repository,
        capture_output=True,
        text=True,
    )


@posix
def test_pytest_has_the_time_that_it_needs_to_end(repository):
    (repository / "claims" / "conftest.py").write_text(SLOW_TO_END)

    run = interrupted("-m", "refute", "run", where=repository, ready=(repository / "begun").exists)

    assert run.code == pytest.ExitCode.INTERRUPTED
    assert (repository / "ended").exists()
    assert "! KeyboardInterrupt !" in run.output
    assert "Traceback" not in run.output + run.errors


@posix
def test_an_interrupt_before_pytest_listens_is_one_line(repository):
    (repository / "claims" / "conftest.py").write_text(INTERRUPTED_AT_ONCE)
    run = subprocess.run(
        [sys.executable, "-m", "refute", "run"],
        cwd=repository,
        capture_output=True,
        text=True,
        start_new_session=True,
    )

    assert (run.stdout, run.stderr) == ("", "refute: interrupted\n")


@posix
def test_a_second_interrupt_is_one_line_too(repository):
    (repository / "claims" / "conftest.py").write_text(INTERRUPTED_AGAIN)

    run = interrupted("-m", "refute", "run", where=repository, ready=(repository / "begun").exists)

    assert run.code == pytest.ExitCode.INTERRUPTED
    assert run.errors == "refute: interrupted twice: ended at once\n"
    assert "Traceback" not in run.output


@posix
def test_where_the_shell_ignores_interrupts_pytest_does_too(repository):
    (repository / "claims" / "conftest.py").write_text(INTERRUPTED_AT_ONCE)
    command = f"trap '' INT; exec {sys.executable} -m refute run --collect-only -q"
    run = subprocess.run(
        ["sh", "-c", command],
        cwd=repository,
        capture_output=True,
        text=True,
        start_new_session=True,
    )

    assert run.returncode == pytest.ExitCode.OK
    assert "2 tests collected" in run.stdout
