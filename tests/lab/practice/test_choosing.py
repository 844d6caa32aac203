"""The network that is chosen is the best by the images that it is chosen by."""

from __future__ import annotations

import numpy as np

from refute.lab.practice.choosing import Choosing, inflation
from refute.quantity import Replicates

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


def test_it_says_what_it_measures() -> None:
    assert inflation(many=True, images=40).name == (
        "accuracy on test images, chosen by test images, of the best epoch of 12 networks, 40 "
        "images − accuracy on fresh images, chosen by test images, of the best epoch of 12 "
        "networks, 40 images"
    )
