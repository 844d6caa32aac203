"""A cluster computes what this machine would, loses nothing, and says clearly what is wrong."""

import os
import signal
import threading
from importlib.util import find_spec
from pathlib import Path

import dask
import numpy as np
import psutil
import pytest

from refute.decision.samples import MeasurementError
from refute.engine.dask.client import Cluster
from refute.engine.engine import Engine
from refute.engine.jobs import RunnerError
from refute.lab.bench.quantities import steps_to_loss
from tests.engine.dask.conftest import kill, until
from tests.engine.dask.experiments import (
    Counted,
    Device,
    Kills,
    OwnError,
    Raises,
    Short,
    Stalls,
    Threads,
    Unsendable,
    Walk,
    Where,
    end,
)

HOME = Path(__file__).parents[3]


@pytest.fixture
def cluster(two_workers):
    cluster = Cluster(two_workers.address, HOME)
    until(lambda: len(cluster._client.scheduler_info()["workers"]) == 2)
    yield cluster
    cluster.close()


@pytest.fixture
def engine(cluster):
    return Engine(runner=cluster)


def test_the_workers_can_import_nothing_of_these_tests(cluster):
    found = cluster._client.run(find_spec, "tests")
    assert list(found.values()) == [None, None]


def test_a_worker_of_dask_is_no_scheduler(cluster):
    worker = next(iter(cluster._client.scheduler_info()["workers"]))
    with pytest.raises(RunnerError, match="no Dask scheduler answers there within 5 s"):
        Cluster(worker, HOME)


def test_estimates_and_series_are_those_of_this_machine(engine):
    quantity = end(Walk()) - end(Walk(stream=1))
    here = Engine()
    assert np.array_equal(
        engine.measure(quantity, 64).sample.lower, here.measure(quantity, 64).sample.lower
    )
    over_there, ours = engine.measure(quantity, 64).series, here.measure(quantity, 64).series
    for theirs, mine in zip(over_there, ours, strict=True):
        assert theirs.values.tobytes() == mine.values.tobytes()


def test_trained_networks_are_those_of_this_machine_to_round_off(engine):
    quantity = steps_to_loss(0.8, hidden=(20,), dropout=0.5, chunk=8)
    over_there, here = engine.measure(quantity, 32).sample, Engine().measure(quantity, 32).sample
    np.testing.assert_allclose(over_there.lower, here.lower, rtol=1e-6)
    np.testing.assert_allclose(over_there.upper, here.upper, rtol=1e-6)
    losses, ours = engine.measure(quantity, 32).series[0], Engine()
    ours.measure(quantity, 32)
    np.testing.assert_allclose(
        losses.values, ours.measure(quantity, 32).series[0].values, rtol=1e-5
    )


def test_chunks_are_spread_over_the_workers_and_none_is_run_here(engine, tmp_path):
    engine.measure(end(Where(folder=tmp_path)), 512)
    processes = {path.name for path in tmp_path.iterdir()}
    assert len(processes) == 2
    assert str(os.getpid()) not in processes


def test_another_look_runs_only_what_is_new(engine):
    calls = []
    few = engine.measure(end(Walk()), 32).sample.lower
    many = engine.measure(end(Walk()), 96, lambda done, of: calls.append((done, of))).sample.lower
    assert np.array_equal(many[:32], few)
    assert calls[-2:] == [(1, 2), (2, 2)]


def test_what_was_begun_is_not_run_again(engine, tmp_path):
    quantity = end(Counted(folder=tmp_path))
    engine.begin(quantity, 32)
    engine.begin(quantity - end(Walk()), 32)
    runs = 2 + 1  # two chunks, and the first of them again, to compare
    until(lambda: len(list(tmp_path.iterdir())) == runs)  # nobody has asked for it yet
    assert np.array_equal(
        engine.measure(quantity, 48).sample.lower, Engine().measure(end(Walk()), 48).sample.lower
    )
    assert len(list(tmp_path.iterdir())) == runs


def test_every_chunk_is_computed_by_one_thread_even_on_workers_that_have_more(loopback):
    # Started like this, a worker runs two chunks at once and leaves libraries three threads each.
    loopback.workers(1, "--no-nanny", "--nthreads", "2", OMP_NUM_THREADS="3")
    engine = Engine(runner=Cluster(loopback.address, HOME))
    try:
        assert set(engine.measure(end(Threads()), 96).sample.lower) == {1}
    finally:
        engine.close()


def test_the_cluster_is_described_for_the_ledger(cluster):
    assert cluster.workers == 2
    assert cluster.description.startswith(f"2 Dask workers of {cluster._address}: 2 of ")


# --- errors of experiments ----------------------------------------------------------------


def test_replicates_left_out_are_the_same_error_as_here(engine):
    with pytest.raises(MeasurementError, match="recorded 23 of 24 replicates"):
        engine.measure(end(Short()), 96)


def test_an_error_of_the_claims_own_class_comes_back_as_raised_and_where(engine):
    with pytest.raises(OwnError, match="in chunk two") as caught:
        engine.measure(end(Raises()), 96)
    assert caught.traceback[-1].path.name == "experiments.py"
    assert len(engine.measure(end(Walk()), 96).sample) == 96  # and the cluster works on


def test_what_cannot_be_sent_is_named(engine):
    with pytest.raises(TypeError, match=r"Unsendable\(.*\) cannot be sent to a worker: cannot"):
        engine.measure(end(Unsendable(held=threading.Lock())), 32)


# --- errors of the cluster ------------------------------------------------------------------


def test_a_worker_killed_in_mid_experiment_loses_nothing(engine, cluster, tmp_path):
    quantity = end(Stalls(folder=tmp_path))
    found = []
    run = threading.Thread(target=lambda: found.append(engine.measure(quantity, 240).sample))
    run.start()
    begun = tmp_path / "begun"
    until(lambda: begun.exists() and begun.read_text().endswith("\n"))
    until(lambda: len(list(tmp_path.glob("done *"))) > 2)  # the other worker is at work as well
    victim = int(begun.read_text())
    assert psutil.pid_exists(victim)
    assert victim != os.getpid()
    os.kill(victim, signal.SIGKILL)
    run.join(60)

    assert np.array_equal(found[0].lower, Engine().measure(end(Walk()), 240).sample.lower)
    third = [path.name for path in tmp_path.glob("done 48 *")]
    assert len(third) == 1  # it was run to its end once,
    assert f"done 48 {victim}" not in third  # and by another


@pytest.fixture
def one_failure_allowed(monkeypatch):
    """A scheduler that gives up when two workers died: each takes seconds to start."""
    assert dask.config.get("distributed.scheduler.allowed-failures") == 3  # docs/scaling.md says so
    monkeypatch.setenv("DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES", "1")


@pytest.mark.usefixtures("one_failure_allowed")  # before the scheduler starts
def test_a_chunk_that_kills_whoever_runs_it_ends_the_run(loopback):
    for _ in range(3):  # its first run and the second one, which compares, may kill in turn
        loopback.workers(1, "--no-nanny")  # nobody starts it again
    cluster = Cluster(loopback.address, HOME)
    try:
        until(lambda: len(cluster._client.scheduler_info()["workers"]) == 3)
        with pytest.raises(RunnerError, match="2 workers died one after another with the same"):
            Engine(runner=cluster).measure(end(Kills()), 24)
    finally:
        cluster.close()


def test_the_workers_are_told_the_device(cluster):
    engine = Engine(device="cuda", runner=cluster)
    assert engine.measure(end(Device()), 24).sample.lower.tolist() == [1] * 24


def test_a_worker_with_another_source_is_refused_by_name(loopback, other_source):
    loopback.workers(1, source=other_source)
    with pytest.raises(
        RunnerError, match=r"worker tcp://\S+ has another source of refute: its numbers"
    ):
        Cluster(loopback.address, HOME)


def test_a_worker_with_another_source_that_joins_in_mid_run_is_refused(
    engine, two_workers, other_source
):
    late = two_workers.workers(1, source=other_source)
    client = engine._runner._client
    try:
        until(lambda: len(client.scheduler_info()["workers"]) == 3)
        with pytest.raises(RunnerError, match="joined during the run has another source of refute"):
            engine.measure(end(Walk()), 512)
    finally:
        kill(late)
        until(lambda: len(client.scheduler_info()["workers"]) == 2)


WRONG = r"has a bench that is wrong \(activation SELU, .*: .* instead of .*, and \d+ more\)"


def test_a_worker_whose_torch_is_wrong_is_refused_by_name_where_the_bench_is_used(
    loopback, broken_torch
):
    loopback.workers(1, *broken_torch)
    Cluster(loopback.address, HOME).close()
    with pytest.raises(RunnerError, match=rf"worker tcp://\S+ {WRONG}: its numbers would prove"):
        Cluster(loopback.address, HOME, bench=True)


def test_a_worker_whose_torch_is_wrong_that_joins_in_mid_run_is_refused(two_workers, broken_torch):
    cluster = Cluster(two_workers.address, HOME, bench=True)
    engine = Engine(runner=cluster)
    assert len(engine.measure(end(Walk()), 24).sample) == 24
    late = two_workers.workers(1, *broken_torch)
    try:
        until(lambda: len(cluster._client.scheduler_info()["workers"]) == 3)
        with pytest.raises(RunnerError, match=rf"a worker that joined during the run {WRONG}$"):
            engine.measure(end(Walk()), 512)
    finally:
        kill(late)
        until(lambda: len(cluster._client.scheduler_info()["workers"]) == 2)
        cluster.close()


def test_a_device_that_the_workers_lack_is_refused(two_workers):
    with pytest.raises(RunnerError, match="says device cuda: torch finds no CUDA device here"):
        Cluster(two_workers.address, HOME, "cuda")


def test_a_cluster_without_workers_is_refused_after_a_while(loopback):
    with pytest.raises(RunnerError, match=r"has no workers after 0\.2 s: start some with `dask"):
        Cluster(loopback.address, HOME, patience=0.2)


def test_a_scheduler_that_does_not_answer_is_refused_after_a_while():
    with pytest.raises(RunnerError, match=r"no Dask scheduler answers there within 0\.2 s"):
        Cluster("tcp://127.0.0.1:1", HOME, connect=0.2)
