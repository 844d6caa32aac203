"""The description of the machine has what numbers may depend on, and torch is never imported."""

import subprocess
import sys
from importlib import metadata

from refute.reuse import surroundings


def test_every_required_library_counts_and_tools_that_compute_nothing_do_not():
    libraries = surroundings.surroundings("cpu")["libraries"]
    assert libraries["numpy"] == metadata.version("numpy")
    assert {"torch", "scipy", "scikit-learn", "joblib", "hypothesis"} <= libraries.keys()
    assert not {"ruff", "mypy", "refute"} & libraries.keys()


def test_variables_that_choose_arithmetic_or_threads_are_told_and_no_others():
    environ = {"OMP_NUM_THREADS": "2", "MKL_CBWR": "AVX2", "HOME": "/", "TOKEN": "secret"}
    assert surroundings.variables(environ) == {"MKL_CBWR": "AVX2", "OMP_NUM_THREADS": "2"}


def test_torch_is_asked_only_where_it_is_loaded():
    code = (
        "import sys\n"
        "from refute.reuse.surroundings import surroundings\n"
        "assert surroundings('cpu')['torch'] == {'threads': 'not loaded'}\n"
        "assert 'torch' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_threads_of_torch_are_told():
    import torch

    found = surroundings.surroundings("cpu")["torch"]
    assert found["threads"] == str(torch.get_num_threads())


def test_a_reader_is_told_versions_and_machine():
    found = surroundings.environment()
    assert {"python", "refute", "torch", "numpy", "platform", "cpu"} <= found.keys()
    assert surroundings.machine() == f"{found['cpu']}, {found['platform']}"
