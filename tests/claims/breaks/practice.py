"""Practice: early stopping, scaling, choosing and watching, and the code of an answer."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from math import sqrt

import numpy as np

from refute import key_code
from refute.key_code import Change, KeyCode
from refute.keys.code.rules import comparing
from refute.lab.keras_code.early_stopping import Stopper
from refute.lab.monte_carlo import mc_function
from refute.lab.monte_carlo.mc_function import Classifier, Keras2, Symbol
from refute.lab.practice import choosing
from refute.lab.practice.choosing import Choosing
from refute.lab.practice.early_stopping import Stopping
from refute.lab.practice.labels import WrongLabels
from refute.lab.practice.scaling import Scaled
from refute.lab.practice.watching import Watched
from tests.claims.breaks import changes

# --- training ------------------------------------------------------------------------------


@changes("train/early-stopping-returns-best", {"as by default in Keras, not restored": "holds"})
def the_best_weights_are_always_restored(patch):
    patch.setattr(Stopping, "epoch_of_final_weights", lambda self, *, restoring: self.best_epoch)


@changes("train/scaler-on-all-data-inflates", {"digits, 100 training images": "holds"})
def statistics_of_all_samples_know_the_labels(patch):
    usual = Scaled._scaled
    labels_too = {"training and test samples": "training and test samples and their labels"}
    patch.setattr(
        Scaled,
        "_scaled",
        lambda self, *samples: usual(
            replace(self, statistics=labels_too.get(self.statistics, self.statistics)), *samples
        ),
    )


@changes("train/test-set-for-stopping-harmless", {"50 patients": "holds"})
@changes(
    "train/test-set-for-choosing-harmless",
    {"12 networks, 360 images, to a tenth of the standard error": "holds"},
    dear=True,
)
def there_is_nothing_to_choose_among(patch):
    usual = Choosing._correct

    def last_epoch(self, *given):
        correct = usual(self, *given)
        return np.broadcast_to(correct[:, -1:], correct.shape)

    patch.setattr(choosing, "RATES", (choosing.USUAL_RATE,))
    patch.setattr(choosing, "STARTS", 1)
    patch.setattr(Choosing, "_correct", last_epoch)


@changes(
    "train/validation-below-training-is-error", {"no dropout, the first epochs": "holds"}, dear=True
)
def the_training_loss_is_taken_after_the_epoch(patch):
    usual = Watched._samples
    patch.setattr(
        Watched,
        "_samples",
        lambda self, running, training, *others: usual(self, training, training, *others),
    )


@changes("train/early-stopping-returns-best", {"best weights restored": "fails"})
def the_callback_compares_with_the_epoch_before(patch):
    usual = Stopping._ended

    def ended(self):
        last, _ = usual(self)
        falls = [at for at in range(1, last + 1) if self.losses[at] < self.losses[at - 1]]
        return last, falls[-1] if falls else 0

    patch.setattr(Stopping, "_ended", ended)


@changes(
    "train/rising-loss-means-falling-accuracy",
    {"digits, a fifth of the labels wrong": "undecided"},
    dear=True,
)
def no_label_is_wrong(patch):
    patch.setattr(WrongLabels, "draw", lambda self, replicates: self.task.draw(replicates))


# --- the code of an answer -----------------------------------------------------------------


def answered(patch, old, new, step=None):
    """The code of the key says something else; programs that a control changed do not."""
    usual = vars(KeyCode)["program"].func
    said = Change(old, new, step)

    def program(self):
        return usual(self) if self.changes else usual(replace(self, changes=(said,)))

    found = cached_property(program)
    found.__set_name__(KeyCode, "program")
    patch.setattr(KeyCode, "program", found)


@changes("cifar/d-uses-selu", {"as answered": "holds"})
def the_answer_says_selu(patch):
    answered(patch, "keras.layers.ELU()", 'keras.layers.Activation("selu")', "d")


@changes("cifar/a-architecture", {"as answered": "fails"})
def the_answer_has_21_layers(patch):
    answered(patch, "20, 100", "21, 100")


@changes("cifar/b-nadam", {"as answered": "fails"})
def the_answer_compiles_with_sgd(patch):
    answered(patch, '"nadam"', '"sgd"')


@changes("cifar/b-validation-split", {"as answered": "fails"})
def the_answer_holds_a_quarter_out(patch):
    answered(patch, "validation_split=0.2", "validation_split=0.25")


@changes("cifar/d-adjustments-made", {"as answered": "holds"})
@changes("cifar/b-scaling", {"as answered": "fails"})
def pixels_are_taken_for_standardised(patch):
    patch.setattr(key_code, "scale", lambda array: "standardised")


@changes("cifar/b-early-stopping", {"rebuilt": "fails"})
def training_stops_an_epoch_too_early(patch):
    usual = Stopper.fit

    def fit(self, losses):
        self.patience -= 1
        return usual(self, losses)

    patch.setattr(Stopper, "fit", fit)


@changes("cifar/e-mc-function-semantics", {"repaired, in numpy": "fails"})
def the_deviation_is_that_of_a_sample(patch):
    usual = mc_function.repaired

    def repaired(noisy, batch, output_shape, passes):
        mean, deviation = usual(noisy, batch, output_shape, passes)
        return mean, deviation * sqrt(passes / (passes - 1))

    patch.setattr(mc_function, "repaired", repaired)


@changes("cifar/e-mc-function-runs", {"Keras 2 in TensorFlow 2": "holds"})
def the_phase_is_a_tensor_and_the_batch_size_is_known(patch):
    patch.setattr(Keras2, "learning_phase", lambda self: Symbol("phase"))
    patch.setattr(Classifier, "output_shape", property(lambda self: (self.samples, self.classes)))


@changes("cifar/c-compares-learning-curves", {"as answered": "holds"})
def what_a_fit_returns_is_always_shown(patch):
    patch.setattr(comparing, "_shown", lambda facts, fit: True)


@changes("cifar/callback-reuse", {"rebuilt": "fails"})
def a_callback_remembers_the_fit_before(patch):
    patch.setattr(Stopper, "resets", property(lambda self: False, lambda self, to: None))
