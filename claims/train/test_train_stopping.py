"""When training is stopped, and what is chosen on which images."""

from refute import claim, control, reading
from refute.lab.practice.choosing import inflation
from refute.lab.practice.early_stopping import falling_to_the_end, stoppings
from refute.wording import little_difference


@claim(
    "train/early-stopping-returns-best",
    "goodfellow2016, 7.8",
    "prechelt1998",
    depends="holds if the best weights are put back, not if the last ones are kept, as Keras does "
    "by default",
    correction=(
        "Unless the best weights are put back (restore_best_weights=True in Keras, False by "
        "default), the model has those of the epoch in which patience ran out. The textbook "
        "procedure keeps a copy of the best weights and returns it (Goodfellow et al. 2016, 7.8)."
    ),
)
class TestEarlyStoppingReturnsTheBest:
    """Early stopping leaves you with the best model: the one from the epoch with the lowest
    validation loss."""

    @reading("best weights restored", stopping=stoppings(), restoring=True)
    @reading(
        "as by default in Keras, not restored",
        stopping=stoppings(), restoring=False, published="fails",
    )  # fmt: skip
    @control(
        "not restored, losses that fall to the end",
        stopping=falling_to_the_end(), restoring=False,
    )  # fmt: skip
    def test_the_weights_are_those_of_the_best_epoch(self, stopping, restoring):
        assert stopping.epoch_of_final_weights(restoring=restoring) == stopping.best_epoch


@claim(
    "train/test-set-for-stopping-harmless",
    "hastie2009, 7.2",
    "cawley2010",
    depends=(
        "is wrong in principle, because choosing by the test set always favours luck: the effect "
        "is too small to see for the epochs of one network on 360 images, but clear with many "
        "candidates or few images"
    ),
    correction=(
        "No weight is fitted to it, but the choice is. The best of many is partly the luckiest: "
        "the best of 12 networks on 40 test images is {12 networks, 40 images:points} more "
        "accurate on them than on fresh images; the best on 360 images with random labels, where "
        "nothing can be learned, is {12 networks, 360 images, random labels:points} more accurate. "
        "Choosing among the epochs of one network by 360 images makes a difference of {epochs of "
        "one network, 360 images:points}. A validation set avoids this."
    ),
)
class TestTestSetForStoppingIsHarmless:
    """Stopping early, or choosing a learning rate, by the test set does not inflate its accuracy,
    because no weight is fitted to it."""

    @reading("epochs of one network, 360 images", chosen=inflation(many=False))
    @reading("12 networks, 40 images", chosen=inflation(many=True, images=40), published="fails")
    @reading(
        "12 networks, 360 images, random labels",
        chosen=inflation(many=True, labels="random"), published="fails",
    )  # fmt: skip
    @control(
        "12 networks, 360 validation images, random labels",
        chosen=inflation(many=True, labels="random", by="validation images"),
    )
    def test_accuracy_there_and_on_fresh_images(self, measure, chosen):
        measure(chosen, claimed=little_difference())
