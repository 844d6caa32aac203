"""Silent units are counted over all hidden layers, and images."""

from refute.experiment import Replicates
from refute.lab.bench.data import Digits
from refute.lab.bench.initializers import Constant
from refute.lab.bench.networks import Network
from refute.lab.initialization.silent_units import SilentUnits, active_pairs, silent_units

TWO = Replicates(0, 2, 1)


def counted(**settings):
    return (
        SilentUnits(Network(hidden=(20, 10), **settings), count=50).run(TWO).samples["silent units"]
    )


def test_units_of_torchs_own_network_that_are_zero_on_every_image():
    network = Network(hidden=(20, 10), biases=Constant(-4.0))
    units = counted(biases=Constant(-4.0))
    assert units.per == 30
    samples = Digits().draw(TWO)
    for k in TWO:
        module = network.module(TWO, k)
        images, _ = samples.take(samples.train[k, :50])
        first = module[:2](images)
        second = module[2:4](first)
        silent = int((first == 0).all(0).sum() + (second == 0).all(0).sum())
        assert units.lower[k] == silent > 0


def test_all_units_may_be_silent_or_none():
    assert (counted(biases=Constant(-1000.0)).lower == 30).all()
    assert (counted(biases=Constant(1000.0)).lower[:] < 30).all()
    assert (counted(activation="tanh").lower == 0).all()


def test_pairs_of_torchs_own_network_in_which_a_unit_is_active():
    network = Network(hidden=(20, 10), biases=Constant(-0.5))
    pairs = SilentUnits(network, count=50).run(TWO).samples["active pairs"]
    assert pairs.per == 30 * 50
    samples = Digits().draw(TWO)
    for k in TWO:
        module = network.module(TWO, k)
        first = module[:2](samples.take(samples.train[k, :50])[0])
        second = module[2:4](first)
        assert pairs.lower[k] == int((first > 0).sum() + (second > 0).sum()) > 0


def test_the_quantity_names_the_biases():
    assert silent_units(biases=Constant(0.1)).name == (
        "share of units silent on all images at the start with constant 0.1 biases"
    )
    assert active_pairs(biases=Constant(0.1)).name == (
        "share of pairs of a unit and an image in which it is active at the start "
        "with constant 0.1 biases"
    )
