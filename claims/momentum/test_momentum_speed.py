"""How momentum close to 1 makes SGD fast, and what it remembers."""

from hypothesis import strategies as st

from refute import claim, control, reading
from refute.lab.momentum.speed import influence, speed_gained
from refute.wording import many

TOO_CLOSE_TO_ONE = 0.99999
SLOPES = st.floats(1e-3, 1e3)
SMALLER = st.floats(0.0, 0.99)
STEPS_AGO = st.integers(1, 200)


@claim("momentum/picks-up-speed", "goh2017, Dynamics of Momentum", "sutskever2013, 2")
class TestBuildsUpSpeed:
    """With momentum close to 1, SGD builds up a great deal of speed."""

    @reading("down a slope", momentum=TOO_CLOSE_TO_ONE, slope=SLOPES)
    @control("down a slope, no momentum", momentum=0.0, slope=SLOPES)
    @control("down a slope, momentum 0.5", momentum=0.5, slope=SLOPES)
    def test_steps_grow_many_times_as_long(self, momentum, slope):
        assert speed_gained(slope, momentum=momentum) >= many().low


@claim("momentum/past-updates-weigh-more", "goh2017, Dynamics of Momentum")
class TestEarlierUpdatesWeighMore:
    """The closer momentum is to 1, the more earlier updates influence a step."""

    @reading("any smaller momentum", momentum=TOO_CLOSE_TO_ONE, smaller=SMALLER, age=STEPS_AGO)
    @control("0.5 in its place", momentum=0.5, smaller=SMALLER, age=STEPS_AGO)
    def test_a_gradient_of_some_steps_ago_moves_the_weights_more(self, momentum, smaller, age):
        assert influence(age, momentum=momentum) > influence(age, momentum=smaller)
