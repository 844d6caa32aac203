"""Activations are drawn as torch computes them, around the points that were looked at."""

import math

import numpy as np
import pytest
import torch

from refute.lab.activations.numbers import Mirrored, Number, derivative, mean_output, value
from refute.lab.activations.units import Unit, stuck
from refute.lab.bench.curves import activation_curve
from refute.sketch import sketches


def test_a_curve_is_the_function_and_its_mark_lies_on_it() -> None:
    series = activation_curve("relu", [-5.0])
    (curve,) = series.values
    assert np.array_equal(curve, np.maximum(series.x.astype(np.float32), 0))
    assert series.marks == ((-5.0, 0.0),)
    assert (series.name, series.x_label, series.y_label, series.log_y) == (
        "ReLU",
        "input (float32)",
        "output",
        False,
    )


def test_a_curve_reaches_beyond_its_marks_and_shows_where_activations_bend() -> None:
    far, near = activation_curve("tanh", [40.0]), activation_curve("tanh", [0.5])
    assert (far.x[0], far.x[-1]) == pytest.approx((-3, 46))
    assert (near.x[0], near.x[-1]) == pytest.approx((-3, 3))


def test_what_rounds_in_a_format_rounds_in_its_picture() -> None:
    half = activation_curve("softplus", [-20.0], dtype=torch.float16)
    double = activation_curve("softplus", [-20.0], dtype=torch.float64)
    assert half.marks[0][1] == 0
    assert double.marks[0][1] == pytest.approx(math.exp(-20), rel=1e-6)


def test_positive_values_over_many_decades_are_drawn_on_a_logarithmic_axis() -> None:
    assert activation_curve("softplus", [-104.0]).log_y
    assert not activation_curve("sigmoid", [0.5]).log_y
    assert not activation_curve("selu", [-104.0]).log_y  # negative outputs


def test_a_derivative_is_that_of_back_propagation() -> None:
    series = activation_curve("leaky relu", [-2.0, 2.0], of="derivative", slope=0.25)
    assert series.marks == ((-2.0, 0.25), (2.0, 1.0))
    assert set(series.values[0]) == {0.25, 1.0}
    assert series.name == "derivative of leaky ReLU of slope 0.25"


@pytest.mark.parametrize("at", [3.4e38, -3.4e38])
def test_the_largest_numbers_of_a_format_have_a_curve(at: float) -> None:
    series = activation_curve("relu", [at])
    assert np.isfinite(series.x).all()
    assert (np.diff(series.x) > 0).all()


def test_checks_of_activations_sketch_what_they_looked_at() -> None:
    with sketches() as book:
        value("relu", Number(-1.5))
        derivative("selu", Number(-2.0, "float64"))
        mean_output("tanh", Mirrored(0.5, (1.0,)))
        stuck(Unit("leaky relu", -3.0, seed=1, slope=0.1))
    assert [series.marks[0][0] for series in book] == [-1.5, -2.0, 1.5, -3.0]
    assert [series.name for series in book] == [
        "ReLU",
        "derivative of SELU",
        "tanh",
        "leaky ReLU of slope 0.1",
    ]
    for x, y in book[2].marks:
        assert y == pytest.approx(math.tanh(x))
