"""How momentum close to 1 makes SGD fast, and how long it remembers gradients."""

from hypothesis import strategies as st

from refute import claim, control, reading
from refute.lab.bench.optimizers import SGD
from refute.lab.bench.quantities import steps_to_loss
from refute.lab.momentum.arriving import steps_to_arrive
from refute.lab.momentum.settling import steps_to_settle
from refute.lab.momentum.speed import influence, speed_gained
from refute.lab.momentum.turning import turns
from refute.wording import many, much_longer, roughly

TOO_CLOSE_TO_ONE = 0.99999
SLOPES = st.floats(1e-3, 1e3)
SMALLER = st.floats(0.0, 0.99)
STEPS_AGO = st.integers(1, 200)

THIRTY_EPOCHS = 1320
"""Budget of runs on digits, in steps; some runs at learning rate 0.1 never arrive."""

ELONGATED, ROUND = (100, 1e4), (1, 1)
"""Condition numbers of bowls: usual ones, and one whose learning rate fits every axis."""


@claim("momentum/picks-up-speed", "goodfellow2016, 8.3.2", "sutskever2013, 2")
class TestBuildsUpSpeed:
    """With momentum close to 1, SGD builds up a great deal of speed."""

    @reading("down a slope", momentum=TOO_CLOSE_TO_ONE, slope=SLOPES)
    @control("down a slope, no momentum", momentum=0.0, slope=SLOPES)
    @control("down a slope, momentum 0.5", momentum=0.5, slope=SLOPES)
    def test_steps_grow_many_times_as_long(self, momentum, slope):
        assert speed_gained(slope, momentum=momentum) >= many().low


@claim("momentum/reaches-minimum-fast", "goh2017, Dynamics of Momentum")
class TestReachesTheMinimumFast:
    """With momentum close to 1, SGD rolls to the minimum very fast, before it shoots past it."""

    @reading("long bowls, against no momentum", momentum=0.0, condition=ELONGATED)
    @reading("long bowls, against momentum 0.9", momentum=0.9, condition=ELONGATED)
    @control("round bowls, against no momentum", momentum=0.0, condition=ROUND)
    def test_takes_much_longer_with_less(self, measure, momentum, condition):
        measure(
            steps_to_arrive(momentum=momentum, condition=condition)
            / steps_to_arrive(momentum=TOO_CLOSE_TO_ONE, condition=condition),
            claimed=much_longer(),
        )


@claim("momentum/slow-to-turn", "sutskever2013, 2.1", "goh2017, Dynamics of Momentum")
class TestSlowToTurn:
    """With momentum close to 1, SGD is slow to react when the gradient changes direction."""

    @reading("a gradient that reverses, momentum 0.99999", turn=turns(), momentum=TOO_CLOSE_TO_ONE)
    @reading("a gradient that reverses, momentum 0.99", turn=turns(), momentum=0.99)
    @control("a gradient that reverses, no momentum", turn=turns(), momentum=0.0)
    @control("a gradient that reverses, momentum 0.5", turn=turns(), momentum=0.5)
    def test_keeps_on_the_old_way_for_many_steps(self, turn, momentum):
        assert turn.steps_in_the_old_direction(momentum=momentum, at_most=20) >= many().low


@claim(
    "momentum/ten-times-faster",
    "goodfellow2016, 8.3.2",
    "geron2019, chapter 11",
    "polyak1964",
    depends="holds at learning rates that are small for the problem, not at one that suits SGD "
    "without momentum",
    correction=(
        "Momentum 0.9 makes training about ten times as fast where the learning rate is small for "
        "the problem: on digits {digits, learning rate 0.01} times at 0.01, but {digits, learning "
        "rate 0.1:range} times at 0.1; on quadratics {condition number 1e4} times at a condition "
        "number of 10⁴, but {condition number 10} times at 10. Ten, which is 1 / (1 − 0.9), is the "
        "factor by which steps grow while the gradient stays the same (Goodfellow et al. 2016, "
        "8.3.2)."
    ),
)
class TestMomentumIsTenTimesAsFast:
    """With momentum 0.9, training is ten times as fast as without."""

    @reading("condition number 1e4", momentum=0.9, condition=(1e4, 1e4))
    @reading("condition number 10", momentum=0.9, condition=(10, 10), published="fails")
    @control("condition number 1e4, momentum 0.5", momentum=0.5, condition=(1e4, 1e4))
    def test_steps_to_settle(self, measure, momentum, condition):
        measure(
            steps_to_settle(momentum=0.0, condition=condition)
            / steps_to_settle(momentum=momentum, condition=condition),
            claimed=roughly(10),
        )

    @reading("digits, learning rate 0.01", rate=0.01, momentum=0.9)
    @reading("digits, learning rate 0.1", rate=0.1, momentum=0.9, published="fails")
    @control("digits, learning rate 0.01, momentum 0.5", rate=0.01, momentum=0.5)
    def test_steps_to_a_loss(self, measure, rate, momentum):
        measure(
            steps_to_loss(optimizer=SGD(rate, momentum=0.0), steps=THIRTY_EPOCHS)
            / steps_to_loss(optimizer=SGD(rate, momentum=momentum), steps=THIRTY_EPOCHS),
            claimed=roughly(10),
        )


@claim("momentum/past-updates-weigh-more", "goodfellow2016, 8.3.2")
class TestEarlierUpdatesWeighMore:
    """The closer momentum is to 1, the more earlier updates influence a step."""

    @reading("any smaller momentum", momentum=TOO_CLOSE_TO_ONE, smaller=SMALLER, age=STEPS_AGO)
    @control("0.5 in its place", momentum=0.5, smaller=SMALLER, age=STEPS_AGO)
    def test_a_gradient_of_some_steps_ago_moves_the_weights_more(self, momentum, smaller, age):
        assert influence(age, momentum=momentum) > influence(age, momentum=smaller)
