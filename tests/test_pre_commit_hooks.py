"""The hook that other repositories use: its manifest is valid, and its entry checks their files.

``pre-commit try-repo`` would install Refute and all that it needs from the network.
"""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from identify.identify import tags_from_filename
from pre_commit.clientlib import load_manifest

MANIFEST = Path(__file__).parents[1] / ".pre-commit-hooks.yaml"
FAULTY = "import keras\n\nkeras.layers.Dropout(50)\n"
FINE = FAULTY.replace("50", "0.5")


@pytest.fixture(scope="module")
def hook() -> dict[str, Any]:
    """The only hook, with pre-commit's defaults; anything malformed is an error."""
    (only,) = load_manifest(str(MANIFEST))
    return only


def test_the_hook_takes_notebooks_markdown_and_python_and_no_other_files(
    hook: dict[str, Any],
) -> None:
    assert hook["id"] == "refute-code"
    taken = {
        name
        for name in ("a.py", "b.md", "c.ipynb", "d.toml", "e.html", "f.txt", "g.pyi")
        if tags_from_filename(name) & set(hook["types_or"])
    }
    assert taken == {"a.py", "b.md", "c.ipynb"}
    assert (hook["pass_filenames"], hook["language"]) == (True, "python")


def write(folder: Path, code: str) -> list[str]:
    """Code in a file of each type that the hook takes."""
    (folder / "a.py").write_text(code)
    (folder / "b.md").write_text(f"# Key\n\n```python\n{code}```\n")
    cells = [nbformat.v4.new_code_cell(code)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "c.ipynb")
    return ["a.py", "b.md", "c.ipynb"]


def run(hook: dict[str, Any], folder: Path, *files: str) -> subprocess.CompletedProcess[str]:
    """What pre-commit does once Refute is installed."""
    command, *arguments = shlex.split(hook["entry"])
    script = shutil.which(command, path=str(Path(sys.executable).parent))
    assert script is not None, f"{command} is no script of this environment"
    return subprocess.run(
        [script, *arguments, *hook["args"], *files],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_entry_fails_on_faults_and_names_each_file_with_its_line(
    hook: dict[str, Any], tmp_path: Path
) -> None:
    told = run(hook, tmp_path, *write(tmp_path, FAULTY))
    assert told.returncode == 1
    for place in ("a.py:3:1: error: ", "b.md:6:1: error: ", "c.ipynb:cell 1:3:1: error: "):
        assert f"\n{place}" in f"\n{told.stdout}"


def test_the_entry_passes_fine_code_and_files_of_other_kinds_of_python(
    hook: dict[str, Any], tmp_path: Path
) -> None:
    files = write(tmp_path, FINE)
    (tmp_path / "other.py").write_text("import sys\n\nsys.exit(3)\n")
    (tmp_path / "README.md").write_text("# Nothing\n\n```\npip install x\n```\n")
    told = run(hook, tmp_path, *files, "other.py", "README.md")
    assert (told.returncode, told.stdout.count("Traceback"), told.stderr.count("\n")) == (0, 0, 1)
    assert told.stderr.startswith("Measured by the run that comes with Refute")
    assert not (tmp_path / "reports").exists()
