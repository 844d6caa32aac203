"""Initializers have the moments that their names promise."""

from math import sqrt

import numpy as np
import pytest

from refute.lab.bench.initializers import (
    GLOROT_NORMAL,
    GLOROT_UNIFORM,
    HE_NORMAL,
    HE_UNIFORM,
    LECUN_NORMAL,
    Constant,
    FanInUniform,
    Initializer,
    Normal,
    Nudged,
    OneValue,
    Orthogonal,
    Shifted,
    Sparse,
    VarianceScaling,
)

FAN_IN, FAN_OUT = 300, 200


def drawn(initializer: Initializer, seed: int = 0) -> np.ndarray:
    return initializer.draw(np.random.default_rng(seed), FAN_IN, FAN_OUT)


@pytest.mark.parametrize(
    ("initializer", "variance"),
    [
        (HE_NORMAL, 2 / FAN_IN),
        (HE_UNIFORM, 2 / FAN_IN),
        (VarianceScaling(2.0, "in", "truncated"), 2 / FAN_IN),
        (VarianceScaling(2.0, "in", "coin"), 2 / FAN_IN),
        (GLOROT_NORMAL, 2 / (FAN_IN + FAN_OUT)),
        (GLOROT_UNIFORM, 2 / (FAN_IN + FAN_OUT)),
        (LECUN_NORMAL, 1 / FAN_IN),
        (FanInUniform(), 1 / (3 * FAN_IN)),
        (Normal(0.05), 0.05**2),
    ],
    ids=repr,
)
def test_variance_is_the_published_one(initializer: Initializer, variance: float) -> None:
    weights = drawn(initializer)
    assert weights.shape == (FAN_IN, FAN_OUT)
    assert weights.dtype == np.float32
    # 60,000 draws: six standard errors of a variance, and of a mean.
    assert weights.var() == pytest.approx(variance, rel=6 * sqrt(2 / weights.size))
    assert abs(weights.mean()) < 6 * sqrt(variance / weights.size)


def test_laws_have_their_support() -> None:
    assert np.abs(drawn(HE_UNIFORM)).max() <= sqrt(6 / FAN_IN) * (1 + 1e-6)
    cut = VarianceScaling(2.0, "in", "truncated")
    assert np.abs(drawn(cut)).max() <= 2 * sqrt(2 / FAN_IN) / 0.8796 * (1 + 1e-6)
    assert np.abs(drawn(HE_NORMAL)).max() > 3 * sqrt(2 / FAN_IN)
    assert len(np.unique(drawn(VarianceScaling(law="coin")))) == 2


def test_a_laplace_law_has_its_variance_and_its_kurtosis_of_6() -> None:
    weights = drawn(VarianceScaling(2.0, "in", "laplace")) / sqrt(2 / FAN_IN)
    assert weights.var() == pytest.approx(1, rel=6 * sqrt(5 / weights.size))
    assert (weights**4).mean() == pytest.approx(6, rel=0.2)


def test_a_nudge_changes_one_weight() -> None:
    changed = drawn(Nudged(HE_NORMAL, 0.5)) - drawn(HE_NORMAL)
    assert changed[0, 0] == pytest.approx(0.5)
    assert np.count_nonzero(changed) == 1


def test_arms_of_another_scale_draw_the_same_numbers() -> None:
    np.testing.assert_allclose(drawn(HE_NORMAL), sqrt(2) * drawn(LECUN_NORMAL), rtol=1e-6)


@pytest.mark.parametrize("shape", [(30, 20), (20, 30), (20, 20)])
def test_orthogonal_matrices_keep_lengths(shape: tuple[int, int]) -> None:
    weights = Orthogonal(gain=2.0).draw(np.random.default_rng(0), *shape)
    small = weights.T @ weights if shape[0] >= shape[1] else weights @ weights.T
    np.testing.assert_allclose(small, 4 * np.eye(min(shape)), atol=1e-5)


def test_one_value_is_shared_by_all_weights_and_differs_between_draws() -> None:
    weights = drawn(OneValue(HE_NORMAL))
    assert (weights == weights[0, 0]).all()
    assert weights[0, 0] not in (0, drawn(OneValue(HE_NORMAL), seed=1)[0, 0])


def test_shifting_moves_the_mean_alone() -> None:
    np.testing.assert_array_equal(
        drawn(Shifted(HE_NORMAL, 0.5)), drawn(HE_NORMAL) + np.float32(0.5)
    )


def test_sparse_weights_are_mostly_exact_zeros() -> None:
    zeros = (drawn(Sparse(HE_NORMAL, density=0.1)) == 0).mean()
    assert zeros == pytest.approx(0.9, abs=6 * sqrt(0.09 / (FAN_IN * FAN_OUT)))


@pytest.mark.parametrize(
    ("initializer", "words"),
    [
        (HE_NORMAL, "He normal"),
        (GLOROT_UNIFORM, "Glorot uniform"),
        (VarianceScaling(1.5), "variance 1.5 / fan_in normal"),
        (Constant(0), "zero"),
        (Constant(0.1), "constant 0.1"),
        (OneValue(), "one He normal value for all"),
        (Sparse(), "He normal, 10% dense"),
    ],
    ids=repr,
)
def test_initializers_are_named_in_words(initializer: Initializer, words: str) -> None:
    assert initializer.words == words


@pytest.mark.parametrize("initializer", [HE_NORMAL, Sparse(OneValue(Shifted(Normal(1), 2)), 0.5)])
def test_the_repr_is_code(initializer: Initializer) -> None:
    assert eval(repr(initializer)) == initializer
