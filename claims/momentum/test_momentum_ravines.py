"""What momentum does in a ravine, across it and along it, and how far it overshoots."""

from refute import claim, control, reading
from refute.lab.momentum.arriving import steps_to_arrive
from refute.lab.momentum.overshooting import first_overshoot
from refute.lab.momentum.ravines import distance_across
from refute.wording import faster, noticeably_less

RAVINES, ROUND = (100, 1000), (1, 1)
"""Condition numbers; the first are those of Goh's examples (2017)."""

USUAL_RATES, SMALL_RATES = (0.01, 1.0), (1e-4, 1e-3)
"""Learning rate times curvature: up to the rate of one step to the minimum; and far below it."""


@claim(
    "momentum/damps-oscillations",
    "goodfellow2016, 8.3.2",
    "goh2017, Dynamics of Momentum",
    depends=(
        "holds at learning rates at which SGD without momentum swings across for long, not at "
        "smaller ones, where it is momentum that makes it swing"
    ),
    correction=(
        "At the best learning rate for plain SGD, close to the largest stable one, momentum 0.9 "
        "makes the way that SGD travels across the ravine, back and forth, {at plain SGD's best "
        "rate:range} times as long. At half to nine tenths of the largest stable rate it makes it "
        "{at half to nine tenths of the largest stable rate:range} times as long: there plain SGD "
        "by itself soon stops swinging."
    ),
)
class TestMomentumDampsOscillations:
    """Momentum damps the oscillations across a ravine."""

    # Oscillation is measured as the way travelled across: it counts how often SGD swings, and how
    # far.  Below 1 / L, plain SGD does not swing at all, so there is nothing to damp.
    @reading("at plain SGD's best rate", rate="best", momentum=0.9)
    @reading(
        "at half to nine tenths of the largest stable rate",
        rate=(1.0, 1.8), momentum=0.9, published="fails",
    )  # fmt: skip
    @reading("below 1 / L", of="letter", rate=(0.1, 1.0), momentum=0.9, published="fails")
    @control("momentum 0.999 in its place", rate="best", momentum=0.999)
    def test_way_travelled_across_the_ravine(self, measure, rate, momentum):
        swinging, plain = (
            distance_across(momentum=size, condition=RAVINES, rate=rate) for size in (momentum, 0.0)
        )
        measure(swinging / plain, claimed=noticeably_less())


@claim("momentum/speeds-up-along-ravine", "goodfellow2016, 8.3.2", "sutskever2013, 2")
class TestMomentumSpeedsUpAlongRavine:
    """Momentum speeds up progress along the floor of a ravine, where gradients keep their
    direction."""

    @reading("momentum 0.9", momentum=0.9, condition=RAVINES)
    @reading("momentum 0.5", momentum=0.5, condition=RAVINES)
    @control("round bowls", momentum=0.9, condition=ROUND)
    def test_steps_to_the_minimum_along_the_flattest_axis(self, measure, momentum, condition):
        measure(
            steps_to_arrive(momentum=momentum, condition=condition)
            / steps_to_arrive(momentum=0.0, condition=condition),
            claimed=faster(),
        )


@claim(
    "momentum/nesterov-overshoots-less",
    "sutskever2013, 2.1",
    "geron2019, chapter 11",
    correction=(
        "Looking ahead brakes before the minimum: Nesterov momentum 0.9 overshoots it {momentum "
        "0.9} times as far as ordinary momentum does. Strictly speaking, the two are nearly the "
        "same where the learning rate is small for the curvature ({small learning rates} times as "
        "far; Sutskever et al. 2013, 2.1)."
    ),
)
class TestNesterovOvershootsLess:
    """Nesterov momentum overshoots the minimum less than ordinary momentum."""

    @reading("momentum 0.9", ordinary=0.9, other=0.9, nesterov=True, stiffness=USUAL_RATES)
    @reading("momentum 0.99", ordinary=0.99, other=0.99, nesterov=True, stiffness=USUAL_RATES)
    @reading("small learning rates", of="letter", ordinary=0.99, other=0.99, nesterov=True,
             stiffness=SMALL_RATES, published="fails")  # fmt: skip
    @control("ordinary momentum 0.95 in its place", ordinary=0.9, other=0.95, nesterov=False,
             stiffness=USUAL_RATES)  # fmt: skip
    def test_greatest_distance_beyond_it(self, measure, ordinary, other, nesterov, stiffness):
        measure(
            first_overshoot(momentum=other, nesterov=nesterov, stiffness=stiffness)
            / first_overshoot(momentum=ordinary, stiffness=stiffness),
            claimed=noticeably_less(),
        )
