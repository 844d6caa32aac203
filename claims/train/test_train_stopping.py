"""When training is stopped, and what is chosen on which images."""

from refute import claim, control, reading
from refute.lab.bench.tasks import Patients
from refute.lab.practice.choosing import Choosing, inflation, optimism
from refute.lab.practice.early_stopping import falling_to_the_end, stoppings
from refute.wording import little_difference, negligible_bias


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


FEW_PATIENTS = Patients("diabetes", train_count=392, test_count=50)
STOPPED_ON_PATIENTS = Choosing(many=False, images=50, epochs=40, trained_on=160, data=FEW_PATIENTS)
NOTHING_TO_LEARN = Choosing(many=False, images=100, labels="random", epochs=40)
STOPPED_ON_DIGITS = Choosing(many=False, epochs=40)


@claim(
    "train/test-set-for-stopping-harmless",
    "hastie2009, 7.2",
    "goodfellow2016, 5.3",
    "cawley2010",
    "cochran1977, 1.8",
    correction=(
        "No weight is fitted to the test set, but the epoch is, and the best of many epochs is "
        "partly a lucky one. With the best of 40 epochs on 50 patients, the accuracy on these "
        "patients is {50 patients:points} higher than on others; with 100 images whose labels are "
        "random, so that there is nothing to learn, it is {100 images, random labels:points} "
        "higher. The effect is smaller with more samples and an easy task: on 360 images of "
        "digits, the accuracy is too high by {360 images, to a tenth of the standard error:percent "
        "range} of its standard error, by which chance alone makes it differ from one test set to "
        "the next. Stop by a validation set and test once (Hastie et al. 2009, 7.2)."
    ),
)
class TestTestSetForStoppingIsHarmless:
    """Stopping early by the test set does not inflate the test accuracy, because no weight is
    fitted to it."""

    @reading("50 patients", choosing=STOPPED_ON_PATIENTS, by="test images", published="fails")
    @reading(
        "100 images, random labels",
        choosing=NOTHING_TO_LEARN, by="test images", published="fails",
    )  # fmt: skip
    @control(
        "50 patients, stopped by as many others",
        choosing=STOPPED_ON_PATIENTS, by="validation images",
    )  # fmt: skip
    def test_accuracy_there_and_on_other_samples(self, measure, choosing, by):
        measure(optimism(choosing, by=by), claimed=little_difference())

    # A bias of less than 0.02 is a bias too: here it is measured against what an accuracy on so
    # many images can tell at all.
    @reading(
        "360 images, to a tenth of the standard error",
        of="letter", by="test images", published="fails",
    )  # fmt: skip
    @control(
        "360 images, stopped by as many others, to a tenth of the standard error",
        by="validation images",
    )
    def test_bias_in_standard_errors(self, measure, by):
        bias = optimism(STOPPED_ON_DIGITS, by=by, in_standard_errors=True)
        measure(bias, claimed=negligible_bias())


BEST_OF_TWELVE = Choosing(many=True)


@claim(
    "train/test-set-for-choosing-harmless",
    "hastie2009, 7.2",
    "goodfellow2016, 5.3",
    "cawley2010",
    "cochran1977, 1.8",
    correction=(
        "No weight is fitted to the test set, but the choice is, and the best of many is partly "
        "the luckiest: the best of 12 networks on 40 test images is {12 networks, 40 "
        "images:points} more accurate on them than on fresh images; the best on 360 images with "
        "random labels, where nothing can be learned, is {12 networks, 360 images, random "
        "labels:points} more accurate. The effect is smaller with more images: with 360 and right "
        "labels, the accuracy is too high by {12 networks, 360 images, to a tenth of the standard "
        "error:percent range} of its standard error, by which chance alone makes it differ from "
        "one test set to the next. Choose by a validation set and test once (Hastie et al. 2009, "
        "7.2)."
    ),
)
class TestTestSetForChoosingIsHarmless:
    """Choosing a model or its settings by the test set does not inflate the test accuracy, because
    no weight is fitted to it."""

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

    @reading(
        "12 networks, 360 images, to a tenth of the standard error",
        of="letter", by="test images", published="fails",
    )  # fmt: skip
    @control(
        "12 networks, 360 validation images, to a tenth of the standard error",
        by="validation images",
    )
    def test_bias_in_standard_errors(self, measure, by):
        bias = optimism(BEST_OF_TWELVE, by=by, in_standard_errors=True)
        measure(bias, claimed=negligible_bias())
