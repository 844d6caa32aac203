"""The distributions of this repository, built from a copy of it, without a network."""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

ROOT = Path(__file__).parents[1]

_MADE = {".venv", "__pycache__", ".hypothesis", ".pytest_cache", ".mypy_cache", ".ruff_cache"}
_BUILD = "import sys; from setuptools import build_meta; build_meta.{}(sys.argv[1])"


def files() -> list[str]:
    """The repository's own files: what git tracks, or all that is there in an unpacked sdist."""
    if not (ROOT / ".git").exists():
        everything = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
        return [str(path) for path in everything if not _MADE & {*path.parts}]
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    return [name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def build(kind: str, folder: Path) -> Path:
    """A "wheel" or an "sdist", made in ``folder``; the repository itself is left as it is."""
    source, made = folder / "source", folder / "made"
    for name in files():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, source / name)
    command = [sys.executable, "-c", _BUILD.format(f"build_{kind}"), str(made)]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    (distribution,) = made.iterdir()
    return distribution


def environment(folder: Path, wheel: Path) -> Path:
    """A virtual environment with that wheel; all that the wheel needs is found where we have it.

    Returns its folder of programs.  The path to our packages stands in a ``.pth`` file, whose own
    ``.pth`` files (that of an editable Refute) are not followed: what is imported is the wheel.
    """
    venv.create(folder, with_pip=False, symlinks=True)
    programs = folder / "bin"
    python = str(programs / "python")
    install = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps"]
    subprocess.run([*install, "--no-index", str(wheel)], check=True, env=clean())
    purelib = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True, text=True, check=True, env=clean(),
    ).stdout.strip()  # fmt: skip
    (Path(purelib) / "ours.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return programs


def clean() -> dict[str, str]:
    """The environment's variables, without those by which our own sources would be found."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
