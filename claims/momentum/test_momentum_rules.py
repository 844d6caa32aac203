"""Rules about momentum of the usual size: how long steps become, what they carry SGD over, and
whether Nesterov's is faster."""

from hypothesis import strategies as st

from refute import claim, control, reading
from refute.lab.bench.optimizers import SGD
from refute.lab.bench.quantities import steps_to_loss
from refute.lab.momentum.escaping import leaves
from refute.lab.momentum.settling import steps_to_settle
from refute.lab.momentum.speed import steps_grow_to_the_limit
from refute.wording import at_least_one, faster, generally

SLOPES = st.floats(1e-3, 1e3)
USUAL_MOMENTA = st.floats(0.1, 0.95)


@claim(
    "momentum/constant-gradient-multiplies-step", "goodfellow2016, 8.3.2", "geron2019, chapter 11"
)
class TestConstantGradientMultipliesTheStep:
    """While the gradient stays the same, momentum that adds gradients up, as torch's does, makes
    steps 1 / (1 - momentum) times as long: ten times with 0.9."""

    @reading("momentum 0.9", slope=SLOPES, momentum=0.9, reversing=False)
    @reading("any momentum up to 0.95", slope=SLOPES, momentum=USUAL_MOMENTA, reversing=False)
    @control("a gradient that reverses at every step", slope=SLOPES, momentum=0.9, reversing=True)
    def test_steps_grow(self, slope, momentum, reversing):
        assert steps_grow_to_the_limit(slope, momentum=momentum, reversing=reversing)


@claim(
    "momentum/escapes-local-minima",
    "geron2019, chapter 11",
    depends="holds with a momentum of 0.99, not with 0.5",
    correction=(
        "It can. Rolling in from above the barrier, SGD with momentum 0.99 left {rolling in from "
        "above the barrier, 0.99:bare count} local minima behind. With less momentum, friction "
        "stops it more often: with 0.9 it left {rolling in from above the barrier, 0.9:bare "
        "count}, and with 0.5 {rolling in from above the barrier, 0.5:bare count}. (Noise in the "
        "gradients can carry it out as well.)"
    ),
)
class TestEscapesLocalMinima:
    """Momentum carries SGD out of local minima."""

    @reading("rolling in from above the barrier, 0.99", momentum=0.99, released="its wall")
    @reading(
        "rolling in from above the barrier, 0.9",
        momentum=0.9, released="its wall", published="undecided",
    )  # fmt: skip
    @reading(
        "rolling in from above the barrier, 0.5",
        momentum=0.5, released="its wall", published="fails",
    )  # fmt: skip
    @control("rolling in from above the barrier, no momentum", momentum=0.0, released="its wall")
    def test_leaves_for_a_deeper_one(self, measure, momentum, released):
        left = leaves(momentum=momentum, released=released)
        measure(left.within(at_least_one()), claimed=generally())


THIRTY_EPOCHS = 1320
"""Budget of runs on digits, in steps; some runs at learning rate 0.1 never arrive."""


@claim(
    "momentum/nesterov-faster",
    "geron2019, chapter 11",
    "sutskever2013, 2.1",
    depends="holds where learning rates are large for the curvature, so that ordinary momentum "
    "oscillates, not where they are small",
    correction=(
        "On quadratics, at 1 over the largest curvature as learning rate, Nesterov momentum 0.9 "
        "takes {condition number 10, momentum 0.9:range} times as many steps as ordinary momentum "
        "at a condition number of 10, but {condition number 1e4, momentum 0.9} times as many at "
        "10⁴; on digits, {digits, learning rate 0.1:range} times as many at learning rate 0.1, "
        "but {digits, learning rate 0.01:range} times as many at 0.01. It lowers momentum along "
        "directions of large curvature; with small learning rates the two are the same (Sutskever "
        "et al. 2013, 2.1)."
    ),
)
class TestNesterovIsFaster:
    """Nesterov momentum converges faster than ordinary momentum."""

    @reading("condition number 10, momentum 0.9", momentum=0.9, condition=(10, 10))
    @reading(
        "condition number 1e4, momentum 0.9",
        momentum=0.9, condition=(1e4, 1e4), published="fails",
    )  # fmt: skip
    @reading("condition number up to 1e4, momentum 0.99999", momentum=0.99999, condition=(1, 1e4))
    @control("condition number 10, momentum 0.1", momentum=0.1, condition=(10, 10))
    def test_steps_to_settle(self, measure, momentum, condition):
        ahead, ordinary = (
            steps_to_settle(momentum=momentum, condition=condition, nesterov=nesterov)
            for nesterov in (True, False)
        )
        measure(ahead / ordinary, claimed=faster())

    @reading("digits, learning rate 0.01", nesterov=0.01, ordinary=0.01, published="fails")
    @reading("digits, learning rate 0.1", nesterov=0.1, ordinary=0.1)
    @control("digits, Nesterov momentum at twice the rate", nesterov=0.02, ordinary=0.01)
    def test_steps_to_a_loss(self, measure, nesterov, ordinary):
        measure(
            steps_to_loss(optimizer=SGD(nesterov, nesterov=True), steps=THIRTY_EPOCHS)
            / steps_to_loss(optimizer=SGD(ordinary), steps=THIRTY_EPOCHS),
            claimed=faster(),
        )
