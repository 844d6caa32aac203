"""Which files a claim rests on, and that none of them changes unseen."""

import os
import subprocess
import sys
import time

import pytest

from refute.plugin.reusing import RUNS_CHUNKS, SEARCHES
from refute.reuse.digests import ChangedMeanwhile, Sources
from refute.reuse.imports import REFUTE


def test_a_digest_is_of_content_and_names(tmp_path):
    first, second = tmp_path / "one.py", tmp_path / "other.py"
    first.write_text("x = 1\n")
    second.write_text("x = 2\n")
    both = Sources().together([first, second])
    assert both == Sources().together([second, first])
    first.write_text("x = 2\n")
    second.write_text("x = 1\n")
    assert Sources().together([first, second]) != both


def test_a_file_newer_than_the_run_is_refused(tmp_path):
    path = tmp_path / "new.py"
    sources = Sources(started=time.time_ns() - 10**9)
    path.write_text("x = 1\n")
    with pytest.raises(ChangedMeanwhile, match=r"new\.py"):
        sources.together([path])


@pytest.mark.parametrize("change", ["touched", "longer", "gone"])
def test_a_file_that_changes_after_it_was_read_is_seen(tmp_path, change):
    path = tmp_path / "source.py"
    path.write_text("x = 1\n")
    at = path.stat().st_mtime_ns
    sources = Sources()
    sources.together([path])
    assert sources.check([path])
    if change == "gone":
        path.unlink()
    elif change == "longer":
        path.write_text("x = 12\n")
        os.utime(path, ns=(at, at))
    else:
        os.utime(path, ns=(at, at + 1))
    with pytest.raises(ChangedMeanwhile):
        sources.check([path])


def test_only_the_files_that_are_asked_about_are_looked_at_again(tmp_path):
    own, another = tmp_path / "own.py", tmp_path / "another.py"
    for path in (own, another):
        path.write_text("x = 1\n")
    sources = Sources()
    sources.together([own, another])
    another.unlink()
    assert sources.check([own])
    with pytest.raises(ChangedMeanwhile, match=r"another\.py"):
        sources.check([own, another])


@pytest.fixture
def importable(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        del sys.modules[name]


def test_imports_are_followed_wherever_they_stand_and_nothing_is_imported(importable):
    package = importable / "reused_pack"
    package.mkdir()
    for name, text in {
        "__init__.py": "raise RuntimeError('imported')",
        "direct.py": "import numpy\nfrom .relative import x\n",
        "relative.py": "from .. import nowhere\nimport os.path\n",
        "inside.py": "",
        "stranger.py": "",
    }.items():
        (package / name).write_text(text)
    claim = importable / "claim.py"
    claim.write_text(
        "import reused_pack.direct\nimport missing_module\n"
        "def f():\n    from reused_pack import inside, no_module\n"
    )
    found = {path.name for path in Sources().imported([claim])}
    assert found == {"__init__.py", "direct.py", "relative.py", "inside.py"}
    assert "reused_pack" not in sys.modules


def test_a_library_beyond_the_known_makes_all_that_is_installed_count(importable):
    claim = importable / "claim.py"
    claim.write_text("import numpy, torch, json, refute.wording\n")
    assert Sources().libraries([claim]) == ""
    claim.write_text("import joblib\n")
    assert Sources().libraries([claim]) != ""
    assert Sources().imported([claim]) == set()


def test_a_file_that_is_no_python_counts_by_its_content_alone(tmp_path):
    path = tmp_path / "template.py"
    path.write_text("{{ not python }} at all(")
    assert Sources().imported([path]) == set()
    assert Sources().together([path])


def test_a_claim_is_read_in_the_encoding_that_it_names(tmp_path):
    path = tmp_path / "test_latin.py"
    path.write_bytes('# -*- coding: latin-1 -*-\nX = "é"\n'.encode("latin-1"))
    assert 'X = "é"' in Sources().text(path)


def reached(*files: str) -> set[str]:
    found = Sources().of_refute([REFUTE / file for file in files])
    return {path.relative_to(REFUTE).as_posix() for path in found}


EXPERIMENTS = [
    "lab/bench/training.py",
    "lab/bench/signals.py",
    "lab/sparsity/retraining.py",
    "lab/momentum/settling.py",
    "lab/self_normalization/moments.py",
]


@pytest.mark.parametrize("file", EXPERIMENTS)
def test_all_that_an_experiment_loads_of_refute_is_reached(file):
    module = f"refute.{file.removesuffix('.py').replace('/', '.')}"
    code = (
        f"import sys, {module}\n"
        "print(*(m.__file__ for n, m in sys.modules.items() if n.split('.')[0] == 'refute'"
        " and getattr(m, '__file__', None)))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    files = {os.path.relpath(path, REFUTE) for path in loaded.stdout.split()}
    assert file in files
    assert files <= reached(file)


@pytest.mark.parametrize("file", EXPERIMENTS)
def test_no_experiment_reaches_what_only_tells_of_it(file):
    rooms = {path.partition("/")[0] for path in reached(file, *map(str, RUNS_CHUNKS))}
    assert not rooms & {"report", "export", "prose", "plugin", "keys", "difference", "cli", "reuse"}
    assert "wording.py" not in rooms
    assert "decision/counts.py" not in reached(file)  # outcomes are decided again


def test_training_is_reached_by_what_trains_and_not_by_what_does_not():
    assert "lab/bench/training.py" in reached("lab/sparsity/retraining.py")
    assert "lab/bench/training.py" not in reached("lab/bench/activations.py")


def test_what_runs_chunks_and_searches_is_reached_by_everything():
    assert {"experiment.py", "decision/samples.py", "engine/state.py"} <= reached(
        *map(str, RUNS_CHUNKS)
    )
    assert [path.name for path in SEARCHES if path.is_file()] == ["searching.py"]


def test_imports_by_name_and_within_functions_are_followed_and_those_for_a_type_checker_not(
    importable,
):
    for name in ("lazily", "by_name", "for_types"):
        (importable / f"reused_{name}.py").write_text("")
    claim = importable / "claim.py"
    claim.write_text(
        "import importlib\nfrom typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    import reused_for_types\n"
        "def f():\n    import reused_lazily\n    importlib.import_module('reused_by_name')\n"
    )
    found = {path.name for path in Sources().imported([claim])}
    assert found == {"reused_lazily.py", "reused_by_name.py"}
