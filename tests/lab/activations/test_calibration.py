"""A sigmoid fitted to labels of known probability."""

import numpy as np

from refute.experiment import Replicates
from refute.lab.activations.calibration import SigmoidFit, calibration_slope


def slopes(loss):
    return SigmoidFit(loss).run(Replicates(0, 8, 1)).samples["slope"].lower


def test_log_loss_recovers_the_log_odds_and_a_margin_does_not():
    assert np.abs(slopes("log loss") - 1).max() < 0.15
    assert np.abs(slopes("squared hinge loss") - 1).min() > 0.15


def test_the_fit_agrees_with_that_of_scikit_learn():
    import torch
    from sklearn.linear_model import LogisticRegression

    from refute.lab.activations import calibration

    generator = np.random.default_rng(0)
    features = generator.standard_normal((5000, 5))
    labels = (generator.random(5000) < 1 / (1 + np.exp(-features[:, 0]))).astype(float)
    theirs = LogisticRegression(C=1e8, tol=1e-10).fit(features, labels).decision_function(features)
    ours = calibration._fit(
        calibration._log_loss, torch.from_numpy(features), torch.from_numpy(labels)
    )
    assert np.allclose(ours.numpy(), theirs, atol=1e-3)


def test_the_name_says_the_loss():
    assert calibration_slope("log loss").name == "calibration slope of a sigmoid fitted by log loss"
