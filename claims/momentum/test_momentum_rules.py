"""Rules about momentum of the usual size: how long steps become, and what they carry SGD over."""

from hypothesis import strategies as st

from refute import claim, control, reading
from refute.lab.momentum.speed import steps_grow_to_the_limit

SLOPES = st.floats(1e-3, 1e3)
USUAL_MOMENTA = st.floats(0.1, 0.95)


@claim("momentum/constant-gradient-multiplies-step", "goodfellow2016, 8.3.2", "geron2019, 11")
class TestConstantGradientMultipliesTheStep:
    """While the gradient stays the same, momentum makes steps 1 / (1 - momentum) times as long:
    ten times with 0.9."""

    @reading("momentum 0.9", slope=SLOPES, momentum=0.9, reversing=False)
    @reading("any momentum up to 0.95", slope=SLOPES, momentum=USUAL_MOMENTA, reversing=False)
    @control("a gradient that reverses at every step", slope=SLOPES, momentum=0.9, reversing=True)
    def test_steps_grow(self, slope, momentum, reversing):
        assert steps_grow_to_the_limit(slope, momentum=momentum, reversing=reversing)
