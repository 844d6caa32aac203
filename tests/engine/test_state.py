"""What code of a claim sets globally is put back after it."""

import decimal
import os
import random
import subprocess
import sys
import warnings

import numpy as np
import pytest

from refute.engine.state import own_state

torch = pytest.importorskip("torch")


def test_what_is_set_inside_is_as_it_was_afterwards():
    before = state()
    with own_state():
        torch.set_default_dtype(torch.float64)
        torch.set_num_threads(torch.get_num_threads() + 1)
        torch.set_flush_denormal(True)
        torch.set_grad_enabled(False)
        torch.set_float32_matmul_precision("medium")
        torch.set_default_device("meta")
        decimal.getcontext().prec = 3
        torch.manual_seed(5)
        random.seed(5)
        np.random.seed(5)
        np.seterr(all="raise")
        os.environ["SET_BY_A_CLAIM"] = "1"
        os.environ.pop("PATH")
        os.chdir("/")
        sys.path.clear()
        sys.argv.append("set by a claim")
        sys.setrecursionlimit(5000)
        warnings.simplefilter("error")
        assert state() != before
    assert state() == before


def test_it_is_put_back_after_an_error_too():
    before = state()

    def fail():
        with own_state():
            torch.set_default_dtype(torch.float64)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert state() == before


def test_a_seed_seeds_every_global_generator():
    def drawn(seed):
        with own_state(seed):
            return random.random(), np.random.rand(), torch.rand(1).item()

    assert drawn(1) == drawn(1)
    assert all(a != b for a, b in zip(drawn(1), drawn(2), strict=True))


LATE = """
import sys

from refute.engine.state import own_state


def drawn(seed):
    with own_state(seed):
        import torch

        return torch.rand(1).item()


assert "torch" not in sys.modules
finders = list(sys.meta_path)
first = drawn(1)
assert sys.meta_path == finders
print(first == drawn(1), first == drawn(2))
"""


def test_so_it_does_torchs_where_the_enclosed_code_is_the_first_to_load_it():
    done = subprocess.run([sys.executable, "-c", LATE], capture_output=True, text=True, check=True)

    assert done.stdout == "True False\n"


def state():
    return (
        torch.get_default_dtype(),
        torch.get_num_threads(),
        torch.get_float32_matmul_precision(),
        torch.get_default_device(),
        decimal.getcontext().prec,
        sys.float_info.min / 2 == 0,
        torch.is_grad_enabled(),
        torch.get_rng_state().tolist(),
        random.getstate(),
        np.random.get_state()[1].tolist(),
        np.geterr(),
        dict(os.environ),
        os.getcwd(),
        [*sys.path],
        [*sys.argv],
        sys.getrecursionlimit(),
        list(warnings.filters),
    )
