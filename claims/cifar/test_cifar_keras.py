"""The CIFAR-10 exercise: what the code of the answer does, in Keras itself and rebuilt."""

from statistics import fmean, pstdev

import numpy as np

from refute import claim, control, reading
from refute.key_code import key_code
from refute.keys.code.rules.training import early_stopping_without_effect
from refute.lab.keras_code.early_stopping import (
    FALLING_AND_RISING,
    STILL_FALLING,
    KerasStopper,
    Stopper,
    expected,
    validation_losses,
)
from refute.lab.keras_code.rebuilt import Layers
from refute.lab.keras_code.validation_split import samples_used
from refute.lab.monte_carlo.mc_function import Classifier, Passes, classifiers, repaired

ANSWER = key_code(__file__, "answers/004.md")
PATIENCE = 10
SEVERAL = classifiers(features=4, samples=4)
EIGHT_BY_FIVE = Classifier(features=8, classes=5, samples=12, rate=0.5, seed=0)


@claim("cifar/b-early-stopping", "keras2026, keras/src/callbacks/early_stopping.py")
class TestTrainingStopsEarly:
    """Training stops early, once the validation loss has not improved for ten epochs, and the best
    weights are put back."""

    @reading("as answered", code=ANSWER)
    @control("the callback is not passed on", code=ANSWER.changed(", callbacks=[patient]", ""))
    @control("nothing to validate on", code=ANSWER.changed(", validation_split=0.2", ""))
    def test_the_callback_is_passed_with_validation_data(self, code):
        faults = code.faults(early_stopping_without_effect)
        assert not faults, "; ".join(faults)

    @reading("rebuilt", losses=validation_losses(), stopper=Stopper(PATIENCE))
    @reading("Keras 3", losses=FALLING_AND_RISING, stopper=KerasStopper(PATIENCE))
    @control("rebuilt, the best weights are not restored", losses=validation_losses(),
             stopper=Stopper(PATIENCE, restores=False))  # fmt: skip
    @control("Keras 3, patience 20", losses=FALLING_AND_RISING,
             stopper=KerasStopper(2 * PATIENCE))  # fmt: skip
    def test_last_epoch_and_its_weights(self, losses, stopper):
        assert stopper.fit(losses) == expected(losses, PATIENCE)


@claim("cifar/callback-reuse", "keras2026, keras/src/callbacks/early_stopping.py")
class TestOneCallbackServesEveryFit:
    """The same EarlyStopping object works for one fit after another."""

    @reading("rebuilt", first=validation_losses(), second=validation_losses(), stopper=Stopper(3))
    @reading("Keras 3", first=FALLING_AND_RISING, second=STILL_FALLING, stopper=KerasStopper(3))
    @control("rebuilt, nothing is reset", first=validation_losses(), second=validation_losses(),
             stopper=Stopper(3, resets=False))  # fmt: skip
    @control("Keras 3, nothing is reset", first=FALLING_AND_RISING, second=STILL_FALLING,
             stopper=KerasStopper(3, resets=False))  # fmt: skip
    def test_the_second_fit_ends_as_with_an_object_of_its_own(self, first, second, stopper):
        stopper.fit(first)
        assert stopper.fit(second) == expected(second, 3)


@claim("cifar/b-validation-split", "keras2026, keras/src/trainers/trainer.py")
class TestAFifthIsHeldOut:
    """A fifth of the training data is held out for validation."""

    @reading("as answered", code=ANSWER)
    @control("a tenth", code=ANSWER.changed("validation_split=0.2", "validation_split=0.1"))
    @control("nothing", code=ANSWER.changed(", validation_split=0.2", ""))
    def test_share_that_each_fit_is_asked_to_hold_out(self, code):
        fits = [fit for step in "acde" for fit in code.calls(code.network(step), "fit")]
        assert [fit.argument("validation_split") for fit in fits] == [0.2] * 4

    @reading("Keras 3", of_fit={"validation_split": 0.2})
    @control("Keras 3, validated on what it trains on", of_fit={"validation_data": "all"})
    def test_samples_that_are_trained_on(self, of_fit):
        used = samples_used(500, **of_fit)
        assert len(used.validated) == 100
        assert used.trained == set(range(500)) - used.validated


@claim("cifar/c-bn-placement", "ioffe2015, 3.2", "keras2026, keras/src/layers/normalization")
class TestBatchNormalizationStandsBeforeTheActivation:
    """Batch normalization is inserted in every hidden layer, between its weights and its
    activation."""

    AFTER = ANSWER.changed(
        "layers.append(keras.layers.BatchNormalization())\n    layers.append(keras.layers.ELU())",
        "layers.append(keras.layers.ELU())\n    layers.append(keras.layers.BatchNormalization())",
        step="c",
    )

    @reading("as answered", code=ANSWER)
    @control("after the activation", code=AFTER)
    @control("in one layer", code=ANSWER.changed(
        "layers.append(keras.layers.BatchNormalization())",
        "layers.extend([keras.layers.BatchNormalization()] if depth == 0 else [])",
        step="c"))  # fmt: skip
    def test_what_follows_the_weights(self, code):
        *hidden, _ = code.dense_layers("c")
        assert [layer.then for layer in hidden] == [("batch norm", "elu")] * 20

    @reading("rebuilt in torch", code=ANSWER, library="torch")
    @reading("rebuilt in Keras 3", code=ANSWER, library="Keras")
    @control("in torch, after the activation", code=AFTER, library="torch")
    @control("in Keras 3, after the activation", code=AFTER, library="Keras")
    def test_batch_normalization_undoes_a_shift_of_every_layers_weighted_sums(self, code, library):
        network = Layers(tuple(code.dense_layers("c")), features=3072)
        assert network.shift_of_outputs(library) < 1e-3


@claim(
    "cifar/e-mc-function-semantics",
    "gal2016, 4",
    correction=(
        "That is what it is meant to do, and what it does once repaired; as written, it stops "
        "before its first forward pass."
    ),
)
class TestFunctionReturnsMeanAndDeviationOfThePasses:
    """The prediction function is meant to return the mean and the standard deviation of many passes
    with dropout on."""

    @reading("repaired, in numpy", model=SEVERAL, passes=Passes("numpy"))
    @reading("repaired, in Keras 3", model=EIGHT_BY_FIVE, passes=Passes("Keras"))
    @control("in numpy, one mask for all passes", model=SEVERAL,
             passes=Passes("numpy", mask="kept"))  # fmt: skip
    @control("in Keras 3, one mask for all passes", model=EIGHT_BY_FIVE,
             passes=Passes("Keras", mask="kept"))  # fmt: skip
    def test_mean_and_deviation_over_passes_that_differ(self, model, passes):
        outputs, one_pass = [], passes.of(model)

        def noted(batch):
            outputs.append(one_pass(batch))
            return outputs[-1]

        mean, spread = repaired(noted, model.batch(), model.output_shape, passes=30)
        assert len(outputs) == 30
        assert np.ptp(outputs, axis=0).max() > 0
        for place in np.ndindex(mean.shape):
            values = [float(output[place]) for output in outputs]
            assert abs(mean[place] - fmean(values)) < 1e-12
            assert abs(spread[place] - pstdev(values)) < 1e-9
