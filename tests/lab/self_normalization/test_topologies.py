"""Mean and variance of networks with skip connections."""

import numpy as np
import pytest

from refute.experiment import Replicates
from refute.lab.self_normalization.bounds import at_the_start
from refute.lab.self_normalization.topologies import SkippingSignals

REPLICATES = Replicates(0, 4, seed=7)


def variances(topology, depth):
    samples = SkippingSignals(topology, depth).run(REPLICATES).samples
    return np.array(
        [np.median(samples[f"variance at layer {at + 1}"].lower) for at in range(depth)]
    )


def test_a_plain_stack_agrees_with_the_bench():
    ours = SkippingSignals("a plain stack", 3).run(REPLICATES).samples
    bench = at_the_start("variance", depth=3, data=None, biases=None).experiment
    theirs = bench.run(REPLICATES).samples
    for at in (1, 2, 3):
        for statistic in ("mean", "variance"):
            key = f"{statistic} at layer {at}"
            assert ours[key].lower == pytest.approx(theirs[key].lower, rel=1e-4, abs=1e-6)


def test_sums_agree_with_the_skip_connections_of_the_bench():
    ours = SkippingSignals("sums", 3).run(REPLICATES).samples
    bench = at_the_start("variance", depth=3, data=None, biases=None, skip=True).experiment
    theirs = bench.run(REPLICATES).samples["variance at layer 3"].lower
    assert ours["variance at layer 3"].lower == pytest.approx(theirs, rel=1e-4)


def test_only_sums_add_variances():
    assert variances("sums", 2)[0] == pytest.approx(2, rel=0.1)
    assert variances("sums", 8)[-1] > 20
    for topology in ("scaled sums", "concatenation"):
        assert variances(topology, 8)[0] == pytest.approx(1, rel=0.1)
        assert variances(topology, 8)[-1] < 3


def test_concatenation_passes_on_twice_as_many_signals():
    signals = SkippingSignals("concatenation", 2, width=10)
    assert len(list(signals._moments(REPLICATES, 0))) == 2
