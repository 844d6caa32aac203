"""The outputs of ReLU and leaky ReLU below zero."""

from refute import claim, control, reading
from refute.lab.activations.numbers import derivative, numbers, value


@claim("act/relu-never-negative", "glorot2011, 3.1")
class TestReluIsNeverNegative:
    """ReLU's output is never negative."""

    @reading("any float32", activation="relu", number=numbers("float32"))
    @reading("any float64", activation="relu", number=numbers("float64"))
    @reading("any float16", activation="relu", number=numbers("float16"))
    @reading("any bfloat16", activation="relu", number=numbers("bfloat16"))
    @control("leaky ReLU", activation="leaky relu", number=numbers("float32"))
    @control("SELU", activation="selu", number=numbers("float32"))
    def test_output_is_not_below_zero(self, activation, number):
        assert value(activation, number) >= 0


@claim("act/leaky-small-negative-gradient", "maas2013, 2")
class TestLeakyReluHasSmallGradientBelowZero:
    """Leaky ReLU has a small gradient, not zero, for negative inputs."""

    @reading(
        "float32 inputs below 0",
        activation="leaky relu",
        number=numbers("float32", high=0, zero=False),
    )
    @reading(
        "float64 inputs below 0",
        activation="leaky relu",
        number=numbers("float64", high=0, zero=False),
    )
    @control("ReLU", activation="relu", number=numbers("float32", high=0, zero=False))
    @control("no activation", activation="identity", number=numbers("float32", high=0, zero=False))
    def test_slope_lies_between_zero_and_one(self, activation, number):
        assert 0 < derivative(activation, number) < 1
