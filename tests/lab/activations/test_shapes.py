"""Levels below zero that activations reach, and what jumps at zero."""

import pytest
from hypothesis import given, settings

from refute.lab.activations.shapes import (
    OTHER_ALPHAS,
    AcrossZero,
    Ascent,
    Depth,
    across_zero,
    ascents,
    depths,
)


@pytest.mark.parametrize(
    ("depth", "reached"),
    [
        (Depth("elu", 0.9), True),
        (Depth("elu", 1.0), False),
        (Depth("elu", 1.9, alpha=2.0), True),
        (Depth("elu", 2.0, alpha=2.0, dtype="float64"), False),
        (Depth("leaky relu", 1e6), True),
        (Depth("relu", 1e-6), False),
        (Depth("selu", 1.7), True),
        (Depth("selu", 1.76), False),
    ],
)
def test_an_activation_reaches_levels_above_its_limit(depth, reached):
    assert depth.reached() is reached


@pytest.mark.parametrize(
    ("activation", "derivative", "alpha", "jumps"),
    [
        ("relu", 0, 1.0, False),
        ("relu", 1, 1.0, True),
        ("relu", 2, 1.0, False),
        ("leaky relu", 1, 1.0, True),
        ("elu", 0, 2.0, False),
        ("elu", 1, 1.0, False),
        ("elu", 1, 0.9, True),
        ("elu", 1, 1.1, True),
        ("elu", 2, 1.0, True),
        ("selu", 1, 1.0, True),
        ("softplus", 1, 1.0, False),
        ("softplus", 2, 1.0, False),
    ],
)
@pytest.mark.parametrize("distance", [1e-6, 1e-3])
def test_kinks_and_jumps_are_found_at_any_distance(activation, derivative, alpha, jumps, distance):
    assert AcrossZero(activation, distance, derivative, alpha).jumps() is jumps


@given(across_zero("elu", 1, OTHER_ALPHAS))
@settings(deadline=None, max_examples=30)
def test_other_alphas_are_not_close_to_1(pair):
    assert abs(pair.alpha - 1) >= 0.1 - 1e-9
    assert "α" in pair.said


@given(depths("elu"))
@settings(deadline=None, max_examples=30)
def test_levels_lie_below_every_alpha(depth):
    assert depth.level > 5
    assert depth.said.startswith("no output below −")


@pytest.mark.parametrize(
    ("activation", "start", "end", "falls"),
    [
        ("gelu", -2.0, -0.76, True),
        ("gelu", -0.75, -0.5, False),
        ("silu", -2.0, -1.28, True),
        ("silu", -1.27, 0.0, False),
        ("silu", -2.0, 5.0, False),
        ("relu", -2.0, -1.0, False),
        ("selu", -5.0, -4.9, False),
    ],
)
def test_gelu_and_silu_fall_up_to_their_minimum(activation, start, end, falls):
    assert Ascent(activation, start, end - start).falls() is falls


@settings(max_examples=30, deadline=None, database=None)
@given(ascents("identity"))
def test_ascents_go_up_and_their_code_makes_them(ascent):
    assert ascent.step > 0
    assert not ascent.falls()
    assert eval(repr(ascent)) == ascent


def test_an_ascent_describes_itself():
    assert Ascent("gelu", -2.0, 1.0).said == "x = −2 and −1"
