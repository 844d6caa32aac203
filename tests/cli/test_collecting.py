"""A claims folder that cannot be collected is explained in one line, without pytest's traceback."""

import subprocess
import sys

import pytest

from tests.plugin.stranger import QUESTIONS, SEARCHED

BROKEN = {
    "syntax": (
        "test_bad.py",
        "x = 1\ndef f(:\n",
        "claims/test_bad.py:2: cannot be imported (SyntaxError",
    ),
    "import": (
        "test_bad.py",
        "import nothing_here\n",
        "claims/test_bad.py:1: cannot be imported (ModuleNotFoundError: No module named",
    ),
    "exception": (
        "test_bad.py",
        'def f():\n    raise ValueError("so\\nbad" * 100)\n\n\nf()\n',
        "claims/test_bad.py:2: cannot be imported (ValueError: so badso badso",
    ),
    "exit": (
        "test_bad.py",
        "import sys\n\nsys.exit(3)\n",
        "claims/test_bad.py:3: exits Python when it is imported (SystemExit: 3): remove that",
    ),
    "a module beside the claims": (
        "bench.py",
        "def f(:\n",
        "claims/bench.py:1: cannot be imported (SyntaxError: invalid syntax)",
    ),
    "conftest": (
        "conftest.py",
        "import nothing_here\n",
        "claims/conftest.py:1: cannot be imported (ModuleNotFoundError: No module",
    ),
    "conftest of a folder": (
        "deeper/conftest.py",
        "import nothing_here\n",
        "claims/deeper/conftest.py:1: cannot be imported (ModuleNotFoundError: No module",
    ),
    "settings of pytest": ("pytest.ini", "[pytest\n", "claims: cannot be collected (ERROR: "),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_what_cannot_be_imported_is_named_with_its_line_and_its_exception(tmp_path, kind):
    name, text, line = BROKEN[kind]
    folder = tmp_path / "claims"
    (folder / "deeper").mkdir(parents=True)
    (folder / "questions.toml").write_text(QUESTIONS)
    (folder / "test_whole.py").write_text("import bench\n" + SEARCHED)
    (folder / "deeper" / "test_more.py").write_text("x = 1\n")
    (folder / "bench.py").write_text("")
    (folder / name).write_text(text)

    result = subprocess.run(
        [sys.executable, "-m", "refute", "list"], cwd=tmp_path, capture_output=True, text=True
    )

    assert result.returncode == 2
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert lines[0].startswith(f"refute: {line}")
    assert not [line for line in lines if "Traceback" in line or "INTERNALERROR" in line]
    assert max(map(len, lines)) < 500


@pytest.mark.parametrize("text", ["", "def f(:\n"])
def test_nothing_is_left_behind(tmp_path, text):
    claims, here = tmp_path / "claims", tmp_path / "here"
    claims.mkdir()
    here.mkdir()
    (claims / "questions.toml").write_text(QUESTIONS)
    (claims / "test_whole.py").write_text(SEARCHED)
    (claims / "test_more.py").write_text(text)

    result = subprocess.run(
        [sys.executable, "-B", "-m", "refute", "list", str(claims)], cwd=here, capture_output=True
    )

    assert result.returncode == (2 if text else 0)
    assert [*here.iterdir()] == []
    assert {path.name for path in tmp_path.iterdir()} == {"claims", "here"}
    assert {path.name for path in claims.iterdir()} == {
        "questions.toml",
        "test_whole.py",
        "test_more.py",
    }
