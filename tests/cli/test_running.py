"""``refute run`` ends as pytest does, however it is interrupted."""

import os
import signal
import subprocess
import sys
import time

import pytest

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals are POSIX")

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

INTERRUPTED_AT_ONCE = """
import os

os.killpg(os.getpgid(0), 2)
"""


@pytest.fixture
def repository(tmp_path):
    claims = tmp_path / "claims"
    claims.mkdir()
    (claims / "questions.toml").write_text('whole = "About whole numbers"\n')
    (claims / "test_whole.py").write_text(CLAIM)
    return tmp_path


def started(where):
    """``refute run`` as a terminal starts it: in a group of processes that it interrupts."""
    return subprocess.Popen(
        [sys.executable, "-m", "refute", "run"],
        cwd=where,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def test_pytest_has_the_time_that_it_needs_to_end(repository):
    (repository / "claims" / "conftest.py").write_text(SLOW_TO_END)
    process = started(repository)
    try:
        wait_for(repository / "begun")
        os.killpg(process.pid, signal.SIGINT)
        output, errors = process.communicate(timeout=60)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)

    assert process.returncode == pytest.ExitCode.INTERRUPTED
    assert (repository / "ended").exists()
    assert "! KeyboardInterrupt !" in output
    assert "Traceback" not in output + errors


def test_an_interrupt_before_pytest_listens_is_one_line(repository):
    (repository / "claims" / "conftest.py").write_text(INTERRUPTED_AT_ONCE)
    output, errors = started(repository).communicate(timeout=60)

    assert (output, errors) == ("", "refute: interrupted\n")


def wait_for(path):
    deadline = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
