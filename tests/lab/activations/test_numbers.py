"""Activations at single numbers: the formats' edges, known values and derivatives."""

from math import exp, expm1, log, log1p

import pytest
import torch
from hypothesis import Phase, given, seed, settings
from hypothesis import strategies as st

from refute.lab.activations.numbers import (
    DTYPES,
    Block,
    Gaussian,
    Mirrored,
    Number,
    Scores,
    blocks,
    derivative,
    gaussians,
    mean_output,
    numbers,
    numbers_above_underflow,
    numbers_short_of_rounding,
    outputs,
    probabilities,
    rounding_of_a_sum,
    scores,
    value,
)

SCALE, ALPHA = 1.0507009873554805, 1.6732632423543772
DRAWN_DTYPES = st.sampled_from(sorted(DTYPES))


@given(DRAWN_DTYPES.flatmap(numbers))
@settings(deadline=None)
def test_numbers_are_finite_and_exact_in_their_format(number):
    held = number.tensor()
    assert held.dtype == DTYPES[number.dtype]
    assert held.isfinite().all()
    assert float(held) == number.value


@pytest.mark.parametrize("root", range(5))
@pytest.mark.parametrize("dtype", sorted(DTYPES))
def test_a_search_draws_both_ends_of_a_format_in_any_version_of_hypothesis(dtype, root):
    seen = set()

    @seed(root)
    @settings(database=None, deadline=None, phases=[Phase.generate])
    @given(numbers(dtype))
    def search(number):
        seen.add(number.value)

    search()
    limits = torch.finfo(DTYPES[dtype])
    assert {limits.min, limits.max} <= seen


@given(DRAWN_DTYPES.flatmap(lambda dtype: numbers(dtype, -9.7, 8.3)))
@settings(deadline=None)
def test_bounds_that_a_format_cannot_represent_are_rounded_inwards(number):
    assert -9.7 <= number.value <= 8.3


@given(DRAWN_DTYPES.flatmap(lambda dtype: numbers(dtype, high=0, zero=False)))
@settings(deadline=None)
def test_zero_can_be_left_out(number):
    assert number.value < 0


@given(DRAWN_DTYPES.flatmap(numbers_above_underflow))
@settings(deadline=None)
def test_above_underflow_the_exponential_is_a_normal_number(number):
    assert exp(min(number.value, 0)) >= torch.finfo(DTYPES[number.dtype]).tiny


@given(
    st.sampled_from(("float32", "float64")).flatmap(lambda d: numbers_short_of_rounding("tanh", d))
)
@settings(deadline=None)
def test_short_of_rounding_tanh_is_not_one(number):
    furthest = log(2 / torch.finfo(DTYPES[number.dtype]).eps) / 2
    assert abs(number.value) <= furthest
    assert abs(value("tanh", number)) < 1


@pytest.mark.parametrize(
    ("activation", "at", "expected", "slope"),
    [
        ("selu", 2.0, 2 * SCALE, SCALE),
        ("selu", -1.0, SCALE * ALPHA * expm1(-1), SCALE * ALPHA * exp(-1)),
        ("leaky relu", -3.0, -0.03, 0.01),
        ("softplus", -1.0, log1p(exp(-1)), 1 / (1 + exp(1))),
        ("relu", -1.0, 0.0, 0.0),
    ],
)
def test_values_and_derivatives_follow_their_formulas(activation, at, expected, slope):
    number = Number(at, "float64")
    assert value(activation, number) == pytest.approx(expected, rel=1e-7)
    assert derivative(activation, number) == pytest.approx(slope, rel=1e-7)


def test_in_place_selu_takes_its_derivative_from_the_saturated_output():
    assert derivative("selu", Number(-20.0)) > 0
    assert derivative("selu in place", Number(-20.0)) == 0
    assert derivative("selu in place", Number(-5.0)) == pytest.approx(
        derivative("selu", Number(-5.0)), rel=1e-5
    )


def test_glu_halves_a_block_and_refuses_odd_widths():
    assert outputs("glu", Block(3, 8, 0)).shape == (3, 4)
    assert outputs("gelu", Block(3, 8, 0)).shape == (3, 8)
    with pytest.raises(RuntimeError, match="even"):
        outputs("glu", Block(3, 7, 0))


@given(blocks(even=True))
@settings(max_examples=20, deadline=None)
def test_even_blocks_are_even(block):
    assert block.units % 2 == 0
    assert block.tensor().shape == (block.samples, block.units)


def test_mean_output_of_an_odd_function_is_exactly_zero_around_zero_only():
    assert mean_output("tanh", Mirrored(0.0, (0.3, 1.7))) == 0
    assert mean_output("tanh", Mirrored(0.5, (0.3, 1.7))) > 0
    assert mean_output("identity", Mirrored(0.5, (0.25, 1.5))) == 0.5


@given(scores(classes=10, largest=50))
@settings(deadline=None)
def test_probabilities_are_the_softmax_over_classes(scored):
    shares = probabilities("softmax", scored)
    weights = [exp(score - max(scored.values)) for score in scored.values]
    assert shares == pytest.approx([weight / sum(weights) for weight in weights], abs=1e-6)
    assert abs(sum(shares) - 1) <= rounding_of_a_sum(len(shares))


def test_other_output_activations_work_class_by_class():
    assert probabilities("sigmoid", Scores((0.0, 0.0, 0.0))) == [0.5, 0.5, 0.5]


def test_a_leaky_slope_can_be_chosen():
    assert derivative("leaky relu", Number(-2.0), -0.1) == pytest.approx(-0.1)


@pytest.mark.parametrize(
    ("activation", "expected"), [("relu", 0.3989), ("elu", 0.1605), ("identity", 0.0), ("selu", 0)]
)
def test_mean_outputs_for_a_standard_normal_are_the_integrals(activation, expected):
    assert mean_output(activation, Gaussian(0.0, 1.0)) == pytest.approx(expected, abs=1e-3)


@given(gaussians(-3, -1))
@settings(deadline=None, max_examples=20)
def test_a_gaussian_has_the_mean_and_deviation_that_it_says(law):
    drawn = law.tensor()
    assert -3.001 <= law.mean / law.deviation <= -0.999
    assert float(drawn.mean()) == pytest.approx(law.mean, abs=1e-6)
    assert float(drawn.std()) == pytest.approx(law.deviation, rel=0.01)
