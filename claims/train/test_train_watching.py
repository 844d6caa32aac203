"""What losses and accuracies say during training."""

from refute import claim, control, reading
from refute.lab.bench.data import Digits
from refute.lab.bench.optimizers import SGD, Adam
from refute.lab.bench.tasks import Patients
from refute.lab.practice.labels import WrongLabels
from refute.lab.practice.watching import (
    accuracy_lost,
    epochs_below_running_loss,
    epochs_below_training_loss,
)
from refute.wording import better, practically_none

A_FIFTH = 0.2
TUMOURS = Patients("breast cancer", train_count=300, test_count=269)
FEW_DIGITS = Digits(train_count=500)


@claim(
    "train/validation-below-training-is-error",
    "keras_faq",
    "geron2019, chapters 10 and 11",
    correction=(
        "In a sound training run with dropout, the validation loss is below the training loss in "
        "{dropout 0.5:percent} of the epochs at rate 0.5 and in most epochs at rate 0.2 ({dropout "
        "0.2:percent} in the median run), because the training loss is computed with units "
        "missing, and as an average over an epoch in which the network still improves. Without "
        "dropout, that average alone has this effect in {no dropout, the first epochs:percent "
        "range} of the first epochs."
    ),
)
class TestValidationLossBelowTrainingLossIsAnError:
    """A validation loss below the training loss shows that something is wrong, such as a leak."""

    @reading("dropout 0.5", epochs=epochs_below_running_loss(dropout=0.5), published="fails")
    @reading("dropout 0.2", epochs=epochs_below_running_loss(dropout=0.2), published="fails")
    @reading(
        "no dropout, the first epochs",
        epochs=epochs_below_running_loss(early=True), published="fails",
    )  # fmt: skip
    @control(
        "no dropout, later epochs, training loss taken after each",
        epochs=epochs_below_training_loss(),
    )
    def test_hardly_happens_in_a_sound_run(self, measure, epochs):
        measure(epochs, claimed=practically_none())


@claim(
    "train/rising-loss-means-falling-accuracy",
    "guo2017, 3",
    depends="holds where training labels are wrong, not where the loss rises because predictions "
    "become too confident",
    correction=(
        "The loss also counts how confident wrong predictions are. On the breast cancer data the "
        "loss rises by a tenth or more, but the accuracy falls by more than 2 percentage points in "
        "{breast cancer:bare count} networks; on digits with a fifth of the training labels wrong, "
        "the accuracy falls by {digits, a fifth of the labels wrong:points range}."
    ),
)
class TestRisingLossMeansFallingAccuracy:
    """When the validation loss rises again, the validation accuracy falls."""

    @reading(
        "digits, a fifth of the labels wrong",
        lost=accuracy_lost(WrongLabels(FEW_DIGITS, A_FIFTH), SGD(lr=0.03), epochs=20),
    )
    @reading("breast cancer", lost=accuracy_lost(TUMOURS, Adam(), epochs=60), published="fails")
    @control(
        "breast cancer, a fifth of the labels wrong",
        lost=accuracy_lost(WrongLabels(TUMOURS, A_FIFTH), Adam(), epochs=60),
    )
    def test_accuracy_is_lost_since_the_lowest_loss(self, measure, lost):
        measure(lost, claimed=better())
