"""Weights by formula."""

import numpy as np
import pytest

from refute.lab.bench.fixed_weights import Cosines, Sines


@pytest.mark.parametrize("law", [Sines(), Cosines()])
@pytest.mark.parametrize("shape", [(61, 100), (100, 100), (100, 10)])
def test_no_random_number_is_drawn_and_the_variance_is_hes(law, shape):
    generator = np.random.default_rng(0)
    before = generator.bit_generator.state
    weights = law.draw(generator, *shape)
    assert generator.bit_generator.state == before
    assert weights.shape == shape
    assert weights.dtype == np.float32
    assert np.square(weights).mean() == pytest.approx(2 / shape[0], rel=0.05)
    assert np.array_equal(weights, law.draw(np.random.default_rng(1), *shape))


@pytest.mark.parametrize("law", [Sines(), Cosines()])
def test_units_differ(law):
    weights = law.draw(np.random.default_rng(0), 61, 100)
    assert len(np.unique(weights, axis=1).T) == 100


def test_square_cosines_are_orthogonal():
    weights = Cosines().draw(np.random.default_rng(0), 50, 50)
    np.testing.assert_allclose(weights @ weights.T, 2 * np.eye(50), atol=1e-5)
