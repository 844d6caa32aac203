"""CI's lowest versions are those that pyproject.toml names."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions

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


def normalized(requirement: str) -> str:
    """The name of a distribution without its version, in the one spelling that they all share."""
    return re.sub(r"[-_.]+", "-", re.split(r"[<>=!~\[ ;]", requirement)[0]).lower()


def imported() -> Iterator[tuple[str, str]]:
    """Each file of the package, with each module of others that it imports."""
    package = packaging.ROOT / "src" / "refute"
    for path in sorted(package.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [str(node.module)]
            for root in {name.partition(".")[0] for name in names}:
                if root not in sys.stdlib_module_names and root != "refute":
                    yield path.relative_to(package).as_posix(), root


def test_what_the_package_imports_is_what_it_requires():
    project = tomllib.loads((packaging.ROOT / "pyproject.toml").read_text())["project"]
    required = {normalized(line) for line in project["dependencies"]}
    with_dask = {normalized(line) for line in project["optional-dependencies"]["dask"]}
    distributions = packages_distributions()

    undeclared = []
    for file, module in imported():
        allowed = required | with_dask if file.startswith("engine/dask/") else required
        if not {normalized(name) for name in distributions[module]} & allowed:
            undeclared.append((file, module))

    # A package that only another package requires vanishes when that one no longer needs it.
    assert undeclared == []
