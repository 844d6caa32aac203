"""Signals at initialization against what theory says of them."""

from math import pi

import numpy as np
import pytest

from refute.experiment import Replicates
from refute.lab.bench.data import Digits
from refute.lab.bench.initializers import LECUN_NORMAL, Orthogonal
from refute.lab.bench.networks import Network
from refute.lab.bench.signals import (
    Signals,
    per_layer,
)
from refute.lab.bench.stack.network import stack
from refute.lab.bench.synthetic import Images

EIGHT = Replicates(first=0, count=8, seed=2)


def medians(signals: Signals) -> dict[str, float]:
    return {
        key: float(np.median(sample.lower)) for key, sample in signals.run(EIGHT).samples.items()
    }


def test_statistics_are_those_of_the_layers_outputs() -> None:
    signals = Signals(Network(20, (30, 40), activation="tanh"), count=50)
    found = signals.run(EIGHT).samples
    x = signals._inputs(EIGHT)
    (_, _), (z, h) = stack(signals.network, EIGHT).signals(x)
    last = h[3].detach().double()
    for key, expected in {
        "mean at layer 2": last.mean(),
        "variance at layer 2": ((last - last.mean(0)) ** 2).mean(),
        "pooled variance at layer 2": ((last - last.mean()) ** 2).mean(),
        "second moment at layer 2": (last**2).mean(),
        "pre-activation second moment at layer 2": (z[3].detach().double() ** 2).mean(),
    }.items():
        assert found[key].lower[3] == pytest.approx(expected.item(), rel=1e-5, abs=1e-9), key


def test_he_keeps_the_second_moment_of_relu_layers_and_lecun_halves_it() -> None:
    he = medians(Signals())
    assert he["second moment per layer"] == pytest.approx(1, abs=0.1)
    assert medians(Signals(Network(100, (100,) * 20, weights=LECUN_NORMAL)))[
        "second moment per layer"
    ] == pytest.approx(0.5, abs=0.05)
    # He et al. 2015: the variance of a first ReLU layer on N(0, 1) inputs is 1 - 1/pi.
    assert he["pooled variance at layer 1"] == pytest.approx(1 - 1 / pi, rel=0.1)
    assert he["gradient at layer 20"] == 1


def test_orthogonal_linear_layers_keep_everything() -> None:
    linear = Network(100, (100,) * 5, activation="identity", weights=Orthogonal())
    found = medians(Signals(linear))
    assert found["second moment per layer"] == pytest.approx(1, rel=1e-4)
    assert found["gradient at layer 1"] == pytest.approx(1, rel=1e-4)


def test_selu_layers_stay_near_mean_0_and_standard_deviation_1_and_elu_layers_do_not() -> None:
    settings = {"weights": LECUN_NORMAL, "hidden": (100,) * 20}
    selu = medians(Signals(Network(100, activation="selu", **settings)))
    elu = medians(Signals(Network(100, activation="elu", **settings)))
    assert selu["variance at layer 20"] == pytest.approx(1, abs=0.2)
    assert elu["variance at layer 20"] < 0.2


def test_standard_dropout_inflates_the_variance() -> None:
    network = Network(100, (100,), activation="selu", weights=LECUN_NORMAL, dropout=0.2)
    off, on = medians(Signals(network)), medians(Signals(network, dropping=True))
    ratio = on["second moment at layer 1"] / off["second moment at layer 1"]
    assert ratio == pytest.approx(1 / 0.8, rel=0.03)


def test_a_dead_layer_has_no_ratio_left() -> None:
    values = np.array([[4.0, 2.0, 1.0], [1.0, 1.0, 0.0], [0.0, 0.0, 0.0]])
    np.testing.assert_allclose(per_layer(values), [0.5, 0, 0])


def test_inputs_can_be_a_data_sets() -> None:
    small = medians(Signals(Network(61, (50,)), Digits(scaling="raw"), count=200))
    usual = medians(Signals(Network(61, (50,)), Digits(), count=200))
    assert small["second moment at layer 1"] < usual["second moment at layer 1"] / 2


def test_series_are_drawn_by_depth() -> None:
    series = Signals(Network(100, (20,) * 3)).run(EIGHT).series
    assert {recorded.kind for recorded in series} == {"layers"}
    assert all(
        recorded.x.tolist() == [1, 2, 3] and recorded.values.shape == (8, 3) for recorded in series
    )


def test_squares_are_drawn_as_their_roots() -> None:
    record = Signals(Network(100, (20,) * 3)).run(EIGHT)
    drawn = {recorded.name: recorded.values for recorded in record.series}
    variance = record.samples["variance at layer 2"].lower
    roots = drawn["standard deviation of a unit's output"]
    assert roots[:, 1] == pytest.approx(np.sqrt(variance))
    gradient = record.samples["gradient at layer 1"].lower
    first = drawn["gradient norm relative to the last hidden layer"][:, 0]
    assert first == pytest.approx(gradient)


def test_the_setting_says_depth_and_what_differs() -> None:
    assert Signals().setting == "in 20 hidden layers of 100"
    selu = Network(3072, (100,) * 20, activation="selu", weights=LECUN_NORMAL)
    assert Signals(selu, Images("standardised")).setting == (
        "in 20 hidden layers of 100 with SELU, LeCun normal weights and "
        "CIFAR-10-shaped images (standardised)"
    )
    assert Signals(Network(100, (50,) * 3)).setting == "with 3 hidden layers of 50"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"network": Network(hidden=())}, "no signals"),
        ({"data": Digits()}, "100 inputs cannot take 61"),
    ],
    ids=str,
)
def test_signals_that_cannot_be_are_refused(settings: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Signals(**settings)
