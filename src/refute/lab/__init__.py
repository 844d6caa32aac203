"""The lab: the experiments' bench.

Networks are frozen descriptions (:class:`Network`), as are data (:class:`Digits`), optimizers
(:class:`SGD`, :class:`Adam`) and whole trainings (:class:`Training`).  Everything torch's own
modules and optimizers express is expressed with them; the lab adds replication, pairing, seeds
and recording.  The usual setting is a network of 61-100-100-10 units, ReLU, He normal weights and
zero biases, trained on the digits with batches of 32 and SGD of momentum 0.9 and learning rate
0.01 for 15 epochs; a quantity's name states what differs from it.
"""

from refute.lab.cifar import Cifar10
from refute.lab.data import Data, Digits, Samples
from refute.lab.device import TorchExperiment, one_thread, require_device
from refute.lab.initializers import (
    GLOROT_NORMAL,
    GLOROT_UNIFORM,
    HE_NORMAL,
    HE_UNIFORM,
    LECUN_NORMAL,
    LECUN_UNIFORM,
    ZEROS,
    Constant,
    FanInUniform,
    Initializer,
    Normal,
    OneValue,
    Orthogonal,
    Shifted,
    Sparse,
    VarianceScaling,
)
from refute.lab.masks import Drop, dropout_masks
from refute.lab.networks import Network
from refute.lab.optimizers import SGD, Adam, Optimizer
from refute.lab.quantities import (
    accuracy,
    arrival,
    in_words,
    recorded,
    rise_after_minimum,
    steps_to_accuracy,
    steps_to_loss,
    training_loss,
    training_of,
    weights_below,
    zero_weights,
)
from refute.lab.signals import (
    Signals,
    departure_from_standard,
    signal,
    signal_per_layer,
)
from refute.lab.stacked import StackedNetwork, stack
from refute.lab.stepping import Penalty
from refute.lab.synthetic import Blobs, ExclusiveOr, Images
from refute.lab.training import Goal, Run, Training

__all__ = [
    "GLOROT_NORMAL",
    "GLOROT_UNIFORM",
    "HE_NORMAL",
    "HE_UNIFORM",
    "LECUN_NORMAL",
    "LECUN_UNIFORM",
    "SGD",
    "ZEROS",
    "Adam",
    "Blobs",
    "Cifar10",
    "Constant",
    "Data",
    "Digits",
    "Drop",
    "ExclusiveOr",
    "FanInUniform",
    "Goal",
    "Images",
    "Initializer",
    "Network",
    "Normal",
    "OneValue",
    "Optimizer",
    "Orthogonal",
    "Penalty",
    "Run",
    "Samples",
    "Shifted",
    "Signals",
    "Sparse",
    "StackedNetwork",
    "TorchExperiment",
    "Training",
    "VarianceScaling",
    "accuracy",
    "arrival",
    "departure_from_standard",
    "dropout_masks",
    "in_words",
    "one_thread",
    "recorded",
    "require_device",
    "rise_after_minimum",
    "signal",
    "signal_per_layer",
    "stack",
    "steps_to_accuracy",
    "steps_to_loss",
    "training_loss",
    "training_of",
    "weights_below",
    "zero_weights",
]
