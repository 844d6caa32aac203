"""The network that is chosen is the best by the images that it is chosen by."""

from __future__ import annotations

import numpy as np
import pytest

from refute.experiment import Replicates
from refute.lab.bench.tasks import Patients
from refute.lab.practice.choosing import Choosing, inflation, optimism

REPLICATES = Replicates(0, 4)


def test_no_choice_is_better_on_the_test_images_than_the_choice_by_them() -> None:
    samples = Choosing(many=False, images=60).run(REPLICATES).samples
    by_test = samples["test images, chosen by test images"].lower
    assert (by_test >= samples["test images, chosen by validation images"].lower).all()
    assert samples["test images, chosen by test images"].per == 60
    assert samples["fresh images, chosen by test images"].per == 1437 - 320 - 360


def test_the_best_of_many_by_chance_is_better_on_paper_only() -> None:
    samples = Choosing(many=True, images=60, labels="random").run(REPLICATES).samples
    on_paper = samples["test images, chosen by test images"].lower / 60
    fresh = samples["fresh images, chosen by test images"].lower / 757
    assert np.mean(on_paper) > 0.15
    assert abs(np.mean(fresh) - 0.1) < 0.02


def test_more_images_to_choose_by_than_there_are_test_images_are_refused() -> None:
    with pytest.raises(ValueError, match=r"Choosing\(images=361\): give at most 360"):
        Choosing(many=True, images=361)


def test_it_says_what_it_measures() -> None:
    assert inflation(many=True, images=40).name == (
        "accuracy on test images, chosen by test images, of the best epoch of 12 networks, 40 "
        "images − accuracy on fresh images, chosen by test images, of the best epoch of 12 "
        "networks, 40 images"
    )


def test_a_choice_by_the_test_set_is_optimistic_and_a_choice_by_others_is_not() -> None:
    samples = Choosing(many=True, images=60, labels="random").run(REPLICATES).samples
    by_test = samples["optimism, chosen by test images"].lower
    by_others = samples["optimism, chosen by validation images"].lower
    assert (by_test > 0.05).all()
    assert (abs(by_others) < 0.01).all()


def test_the_standard_error_is_that_of_a_share_of_so_many_samples() -> None:
    samples = Choosing(many=True, images=60, labels="random").run(REPLICATES).samples
    in_errors = samples["optimism in standard errors, chosen by test images"].lower
    standard_error = samples["optimism, chosen by test images"].lower / in_errors
    # A tenth of the labels are right by chance.
    assert np.allclose(standard_error, np.sqrt(0.1 * 0.9 / 60), rtol=0.1)


def test_samples_other_than_digits_are_named() -> None:
    patients = Patients("diabetes", train_count=392, test_count=50)
    choosing = Choosing(many=False, images=50, epochs=40, trained_on=160, data=patients)
    assert optimism(choosing).name == (
        "optimism of the test accuracy, chosen by the test set, of the best of 40 epochs of one "
        "network, 50 samples, diabetes"
    )
    assert choosing.run(REPLICATES).samples["fresh images, chosen by test images"].per == 182
