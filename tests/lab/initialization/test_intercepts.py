"""Linear regression from zero finds the intercept of least squares."""

import numpy as np
import pytest

from refute.experiment import Replicates
from refute.lab.initialization.intercepts import (
    FEATURES,
    NOISE,
    SAMPLES,
    Intercepts,
    bias_over_intercept,
)


def test_the_bias_agrees_with_least_squares():
    replicates = Replicates(0, 3, 2)
    ratios = Intercepts().run(replicates).samples["bias / intercept"].lower
    for k in replicates:
        generator = replicates.generator(k, "data")
        x = generator.standard_normal((SAMPLES, FEATURES))
        slopes = generator.standard_normal(FEATURES)
        intercept = generator.uniform(0.5, 2) * generator.choice((-1, 1))
        y = x @ slopes + intercept + NOISE * generator.standard_normal(SAMPLES)
        fitted, *_ = np.linalg.lstsq(np.column_stack([x, np.ones(SAMPLES)]), y)
        assert ratios[k] == pytest.approx(fitted[-1] / intercept, abs=1e-6)


def test_a_bias_that_is_not_trained_stays_at_zero():
    kept = Intercepts(learned=False).run(Replicates(0, 3, 2)).samples["bias / intercept"].lower
    assert (kept == 0).all()
    assert bias_over_intercept(learned=False).name == (
        "bias / intercept of linear regression from zero, the bias kept there"
    )
