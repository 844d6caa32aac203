"""Where experiments compute."""

from dataclasses import dataclass

import numpy as np
import pytest
import torch

from refute.decision.samples import Sample
from refute.experiment import Record, Replicates
from refute.lab.bench.device import TorchExperiment, one_thread, require_device


@dataclass(frozen=True)
class Threads(TorchExperiment):
    chunk: int = 4
    stream: int = 0

    def measure(self, replicates: Replicates) -> Record:
        assert not torch.is_grad_enabled()
        threads = np.full(len(replicates), torch.get_num_threads())
        return Record({"threads": Sample.exactly(threads)})


def test_an_experiment_runs_in_one_thread_and_leaves_torch_as_it_was() -> None:
    before = torch.get_num_threads()
    assert Threads().run(Replicates(0, 4)).samples["threads"].lower.tolist() == [1] * 4
    assert torch.get_num_threads() == before


def test_threads_are_restored_after_an_error() -> None:
    before = torch.get_num_threads()
    with pytest.raises(RuntimeError), one_thread():
        raise RuntimeError
    assert torch.get_num_threads() == before


def test_an_unknown_device_is_refused() -> None:
    with pytest.raises(ValueError, match="device 'tpu' is unknown: choose cpu or cuda"):
        require_device("tpu")


def test_a_missing_accelerator_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(
        ValueError, match=r"^device cuda: torch finds no CUDA device here; use cpu$"
    ):
        Threads().run(Replicates(0, 4, device="cuda"))


def test_a_device_that_is_there_is_returned() -> None:
    assert require_device("cpu") == "cpu"
