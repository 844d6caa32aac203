"""How fast activations are."""

from refute import claim, control, reading
from refute.lab.activations.written_out import written
from refute.lab.bench.timing import operation
from refute.wording import faster, nearly_as_fast

ELEMENTS = 1 << 18


@claim("act/relu-fast", "glorot2011, 3.1")
class TestReluIsFastToCompute:
    """ReLU is fast to compute."""

    @reading("beside tanh", activation="relu", other="tanh")
    @reading("beside GELU", activation="relu", other="gelu")
    @reading("beside SELU", activation="relu", other="selu")
    @control("Mish in its place, beside tanh", activation="mish", other="tanh")
    def test_time_forward_and_backward(self, race, activation, other):
        race(operation(activation, ELEMENTS), operation(other, ELEMENTS), claimed=nearly_as_fast())


@claim("act/relu-optimized-implementations", "onednn, post-ops")
class TestReluHasOptimizedImplementations:
    """Optimized implementations make ReLU faster in some places."""

    # A function of torch that computes its formula, without a kernel, gains nothing.
    @reading("torch's kernel beside the formula written out", function="ReLU")
    @control("softsign, for which torch has no kernel", function="softsign")
    def test_time_forward_and_backward(self, race, function):
        own, formula = (written(function, how, ELEMENTS) for how in ("by torch", "as a formula"))
        race(own, formula, claimed=faster())


@claim("act/leaky-for-max-speed", "maas2013, 2", "klambauer2017, eq. 2", "geron2019, chapter 11")
class TestLeakyReluIsFasterThanSelu:
    """Where speed matters most, a leaky ReLU is faster than SELU."""

    @reading("predicting", activation="leaky relu", training=False)
    @reading("training", activation="leaky relu", training=True)
    @control("ELU, predicting", activation="elu", training=False)
    def test_time_of_the_function(self, race, activation, training):
        leaky, selu = (operation(arm, ELEMENTS, backward=training) for arm in (activation, "selu"))
        race(leaky, selu, claimed=faster())
