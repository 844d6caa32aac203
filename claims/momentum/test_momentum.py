"""What happens when SGD's momentum is set too close to 1."""

from hypothesis import strategies as st

from refute import claim, control, reading
from refute.lab.bench.goals import Goal
from refute.lab.bench.optimizers import SGD
from refute.lab.bench.quantities import arrival, rise_after_minimum
from refute.lab.momentum.bowls import bowls, carried_past_minimum
from refute.lab.momentum.settling import (
    crossings_before_settling,
    steps_to_settle,
    steps_to_settle_at_best,
)
from refute.lab.momentum.sgd_step import stable_limit
from refute.lab.momentum.shaking import variance_under_noise
from refute.wording import many, much_longer, much_more

TOO_CLOSE_TO_ONE = 0.99999

SMALLER = (0.0, 0.5, 0.9, 0.99, 0.999, 0.9999)
"""None, the values in common use (Goodfellow et al. 2016, 8.3.2), and slightly smaller ones."""


@claim("momentum/overshoots", "goh2017, Dynamics of Momentum", "sutskever2013, 2")
class TestCarriedPastTheMinimum:
    """With momentum too close to 1, SGD is carried right past the minimum."""

    @reading("quadratics, along every axis", bowl=bowls(), momentum=TOO_CLOSE_TO_ONE)
    @control("no momentum", bowl=bowls(), momentum=0.0)
    def test_comes_out_on_the_far_side(self, bowl, momentum):
        assert carried_past_minimum(bowl, momentum=momentum)

    @reading("digits", momentum=TOO_CLOSE_TO_ONE)
    @control("digits, momentum 0.9", momentum=0.9)
    def test_training_loss_climbs_again(self, measure, momentum):
        measure(rise_after_minimum(optimizer=SGD(momentum=momentum)), claimed=much_more())


@claim(
    "momentum/repeated-oscillation",
    "geron2019, chapter 11",
    "goh2017, Dynamics of Momentum",
    "odonoghue2015",
)
class TestPassesTheMinimumManyTimes:
    """With momentum too close to 1, SGD comes back and overshoots again, many times, before it
    converges."""

    @reading("condition number up to 1e4", momentum=TOO_CLOSE_TO_ONE, condition=(1, 1e4))
    @reading("condition number 1e8", momentum=TOO_CLOSE_TO_ONE, condition=(1e8, 1e8))
    @control("no momentum", momentum=0.0, condition=(1, 1e4))
    def test_swings_across_the_minimum(self, measure, momentum, condition):
        measure(crossings_before_settling(momentum=momentum, condition=condition), claimed=many())


@claim(
    "momentum/slower-than-smaller",
    "polyak1964",
    "goh2017, Dynamics of Momentum",
    correction=(
        "On quadratics with condition numbers up to 10⁴, momentum 0.99999 takes {condition number "
        "up to 1e4, the best smaller value:range} times as many steps as the best smaller value "
        "and {condition number up to 1e4, 0.9999} times as many as 0.9999; at 10⁸ it still takes "
        "{condition number 1e8, the best smaller value} times as many as the best. Strictly "
        "speaking, any momentum below 1 is the best for some quadratic (Polyak 1964). For 0.99999 "
        "that quadratic has a condition number of about 10¹¹, and there it takes {condition number "
        "1e11, the best smaller value} times as many steps as the best smaller value."
    ),
)
class TestTakesMuchLonger:
    """Momentum too close to 1 takes much longer to converge than a smaller or slightly smaller
    value."""

    @reading(
        "condition number up to 1e4, the best smaller value",
        momentum=TOO_CLOSE_TO_ONE, smaller=SMALLER, condition=(1, 1e4),
    )  # fmt: skip
    @reading(
        "condition number up to 1e4, 0.9999",
        momentum=TOO_CLOSE_TO_ONE, smaller=(0.9999,), condition=(1, 1e4),
    )  # fmt: skip
    @reading(
        "condition number 1e8, the best smaller value",
        momentum=TOO_CLOSE_TO_ONE, smaller=SMALLER, condition=(1e8, 1e8),
    )  # fmt: skip
    @reading(
        "condition number 1e11, the best smaller value", of="letter",
        momentum=TOO_CLOSE_TO_ONE, smaller=SMALLER, condition=(1e11, 1e11), published="fails",
    )  # fmt: skip
    @control(
        "0.9 in its place, condition number 100 to 1000",
        momentum=0.9, smaller=(0.0, 0.5), condition=(100, 1000),
    )  # fmt: skip
    def test_steps_to_settle(self, measure, momentum, smaller, condition):
        measure(
            steps_to_settle(momentum=momentum, condition=condition)
            / steps_to_settle_at_best(smaller, condition=condition),
            claimed=much_longer(),
        )

    @reading("digits, against 0.9", momentum=TOO_CLOSE_TO_ONE)
    @control("digits, 0.95 in its place", momentum=0.95)
    def test_steps_to_stay_at_a_low_loss(self, measure, momentum):
        loss = Goal(0.1)
        measure(
            arrival(loss, staying=True, optimizer=SGD(momentum=momentum))
            / arrival(loss, staying=True, optimizer=SGD(momentum=0.9)),
            claimed=much_longer(),
        )


@claim(
    "momentum/slightly-smaller-is-much-faster",
    "goh2017, Dynamics of Momentum",
    correction=(
        "With momentum 0.99999, SGD takes {condition number up to 1e4} times as many steps to "
        "settle as with 0.9999. Strictly speaking, at a condition number of 10¹¹ it takes fewer: "
        "{condition number 1e11} times as many (Polyak 1964)."
    ),
)
class TestSlightlySmallerIsMuchFaster:
    """Even a slightly smaller momentum would converge much sooner."""

    @reading(
        "condition number up to 1e4",
        momentum=TOO_CLOSE_TO_ONE, slightly_smaller=0.9999, condition=(1, 1e4),
    )  # fmt: skip
    @reading(
        "condition number 1e8",
        momentum=TOO_CLOSE_TO_ONE, slightly_smaller=0.9999, condition=(1e8, 1e8),
    )  # fmt: skip
    @reading(
        "condition number 1e11", of="letter",
        momentum=TOO_CLOSE_TO_ONE, slightly_smaller=0.9999, condition=(1e11, 1e11),
        published="fails",
    )  # fmt: skip
    @control(
        "0.9 and 0.89 in their places, condition number 100 to 1000",
        momentum=0.9, slightly_smaller=0.89, condition=(100, 1000),
    )  # fmt: skip
    def test_steps_to_settle(self, measure, momentum, slightly_smaller, condition):
        measure(
            steps_to_settle(momentum=momentum, condition=condition)
            / steps_to_settle(momentum=slightly_smaller, condition=condition),
            claimed=much_longer(),
        )


@claim(
    "momentum/instability",
    "goh2017, Dynamics of Momentum",
    "mandt2017",
    correction=(
        "On digits the training loss climbs back to {digits:range} times its minimum, and gradient "
        "noise gives the parameters {gradient noise} times the variance that they have with "
        "momentum 0.9. Strictly speaking, training does not diverge sooner: on a quadratic it "
        "converges at more learning rates than with a smaller momentum, not at fewer (Goh 2017)."
    ),
)
class TestMakesTrainingUnstable:
    """Momentum too close to 1 makes training unstable."""

    @reading(
        "fewer stable learning rates", of="letter",
        smaller=st.floats(0.01, 0.99), nesterov=False, published="fails",
    )  # fmt: skip
    @control("Nesterov's gradient ahead", smaller=st.floats(0.01, 0.99), nesterov=True)
    def test_diverges_at_lower_learning_rates(self, smaller, nesterov):
        assert stable_limit(TOO_CLOSE_TO_ONE, nesterov=nesterov) < stable_limit(
            smaller, nesterov=nesterov
        )

    @reading("gradient noise", slowed=False)
    @control("learning rates lowered in proportion", slowed=True)
    def test_gradient_noise_moves_the_parameters_more(self, measure, slowed):
        measure(
            variance_under_noise(momentum=TOO_CLOSE_TO_ONE, slowed=slowed)
            / variance_under_noise(momentum=0.9, slowed=slowed),
            claimed=much_more(),
        )

    @reading("digits", momentum=TOO_CLOSE_TO_ONE)
    @control("digits, momentum 0.9", momentum=0.9)
    def test_training_loss_rebounds(self, measure, momentum):
        measure(rise_after_minimum(optimizer=SGD(momentum=momentum)), claimed=much_more())
