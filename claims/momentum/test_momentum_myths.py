"""Sayings about momentum: that it never converges, that it traps, and that it has two forms."""

from hypothesis import strategies as st

from refute import claim, control, reading
from refute.lab.momentum.averaging import averaging_equals_summing, descents
from refute.lab.momentum.escaping import steps_to_escape
from refute.lab.momentum.lasting import never_converges, swings
from refute.wording import slower

TOO_CLOSE_TO_ONE = 0.99999


@claim(
    "momentum/never-converges",
    "goh2017, Dynamics of Momentum",
    "polyak1964",
    "geron2019, chapter 11",
    correction=(
        "It does converge at every stable learning rate, only slowly: its oscillations shrink by a "
        "factor of √0.99999 per step (Goh 2017) and need more than a million steps to shrink to a "
        "thousandth. (Goh says that a spring with too little friction swings forever; by his "
        "formulas that takes no friction at all, momentum 1.) With noisy gradients, SGD does not "
        "settle at a constant learning rate, with or without momentum."
    ),
)
class TestNeverConverges:
    """With momentum 0.99999, gradient descent never converges: it oscillates forever."""

    @reading(
        "quadratics, learning rates that are stable",
        swing=swings(TOO_CLOSE_TO_ONE), momentum=TOO_CLOSE_TO_ONE, published="fails",
    )  # fmt: skip
    @control("momentum 1", swing=swings(TOO_CLOSE_TO_ONE), momentum=1.0)
    @control(
        "learning rates beyond what is stable",
        swing=swings(TOO_CLOSE_TO_ONE, beyond_stable=True), momentum=TOO_CLOSE_TO_ONE,
    )  # fmt: skip
    def test_is_still_on_its_way_after_a_hundred_million_steps(self, swing, momentum):
        assert never_converges(swing, momentum=momentum)


@claim(
    "momentum/traps-in-local-minima",
    "geron2019, chapter 11",
    correction=(
        "The opposite is true: shaken by gradient noise, SGD leaves a local minimum in {shaken by "
        "gradient noise, 0.99 against 0.9:range} times as many steps with momentum 0.99 as with "
        "0.9. The speed that it has gathered carries it over barriers, and can carry it out of a "
        "good minimum too."
    ),
)
class TestTrapsInLocalMinima:
    """High momentum makes it hard to get out of local minima."""

    @reading(
        "shaken by gradient noise, 0.99 against 0.9",
        released="its bottom", momentum=0.99, smaller=0.9, published="fails",
    )  # fmt: skip
    @reading(
        "shaken by gradient noise, 0.99999 against 0.9",
        released="its bottom", momentum=TOO_CLOSE_TO_ONE, smaller=0.9, published="fails",
    )  # fmt: skip
    @control(
        "shaken by gradient noise, none against 0.9",
        released="its bottom", momentum=0.0, smaller=0.9,
    )  # fmt: skip
    @reading(
        "rolling in, 0.99999 against none",
        released="its wall", momentum=TOO_CLOSE_TO_ONE, smaller=0.0, published="fails",
    )  # fmt: skip
    @control("rolling in, none against 0.99", released="its wall", momentum=0.0, smaller=0.99)
    def test_takes_longer_to_leave(self, measure, released, momentum, smaller):
        measure(
            steps_to_escape(momentum=momentum, released=released)
            / steps_to_escape(momentum=smaller, released=released),
            claimed=slower(),
        )


@claim(
    "momentum/ema-form-same",
    "sutskever2013, 2",
    "pytorch_sgd, dampening",
    depends="holds if the learning rate is raised to compensate, not at the same learning rate",
    correction=(
        "At the same learning rate, the steps of the averaging form are 1 − momentum times as "
        "long: a tenth at 0.9. The two take the same path if the learning rate of the averaging "
        "form is 1 / (1 − momentum) times as large: ten times at 0.9."
    ),
)
class TestAveragingIsTheSame:
    """It makes no difference whether momentum sums the gradients, v ← m v + g, or averages them,
    v ← m v + (1 − m) g."""

    @reading(
        "the same learning rate, momentum from 0.5 on",
        descent=descents(st.floats(0.5, 0.999)), divided=False, published="fails",
    )  # fmt: skip
    @reading(
        "a learning rate 1 / (1 - momentum) times as large",
        descent=descents(st.floats(0.5, 0.999)), divided=True,
    )  # fmt: skip
    @control("the same learning rate, no momentum", descent=descents(st.just(0.0)), divided=False)
    def test_takes_the_same_way(self, descent, divided):
        factor = 1 / (1 - descent.momentum) if divided else 1.0
        assert averaging_equals_summing(descent, factor=factor)
