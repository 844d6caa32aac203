"""Small trainings that the tests of symmetry have in common."""

from refute.lab.bench.initializers import Constant, VarianceScaling
from refute.lab.bench.networks import Network
from refute.lab.bench.optimizers import SGD
from refute.lab.bench.small_networks import SmallNetwork
from refute.lab.symmetry.small_training import SmallTraining

FAST = SGD(0.1, momentum=0.0)


def training(hidden=(5,), weights=Constant(0.3), seed=1, **settings):  # noqa: B008
    """A training of 3 inputs and 2 outputs with tanh; settings of the network and its own."""
    of_network = {
        key: settings.pop(key) for key in ("activation", "biases", "dropout") if key in settings
    }
    network = Network(3, hidden, 2, **{"activation": "tanh", "weights": weights} | of_network)
    return SmallTraining(SmallNetwork(network, seed), **settings)


THREE_VALUES = (Constant(0.3), Constant(0.2), Constant(0.1))
RANDOM = training((5, 4), VarianceScaling(), optimizer=FAST, steps=4)
EQUAL = training((5, 4), THREE_VALUES, steps=4)
