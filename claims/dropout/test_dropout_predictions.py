"""Dropout in predictions, and in a training step."""

from torch import nn

from refute import claim, control, reading
from refute.lab.dropout.formulations import (
    DividedByTheRate,
    FirstPublished,
    ScaledByTheRate,
    predicts_with_scaled_weights,
    training_scales_what_is_kept,
)
from refute.lab.dropout.networks import dropout_networks
from refute.lab.dropout.passes_of_a_step import fewest_passes, step_of_two_passes, usual_step
from refute.lab.dropout.thinned_networks import (
    all_but_the_whole,
    all_thinned,
    geometric,
    of_probabilities,
    of_scores,
    predicts_the_average,
    tiny_networks,
)
from refute.lab.dropout.updated_weights import changed_weights
from refute.lab.monte_carlo.mc_predictions import score
from refute.wording import better, noticeably_less

ANY = dropout_networks()
ONE_LAYER, TWO_LAYERS = tiny_networks(layers=1), tiny_networks(layers=2)
TWO_LINEAR_LAYERS = tiny_networks(layers=2, activation="identity")


@claim(
    "dropout/several-passes-per-step",
    "srivastava2014, 5.1",
    correction=(
        "With or without dropout, a training step sends each example forward once and back once. "
        "It is Monte Carlo dropout that makes several passes, when it predicts."
    ),
)
class TestDropoutRunsEachExampleSeveralTimes:
    """With dropout, each example goes forward and back through the network several times per step,
    which is why training takes longer."""

    @reading("a step with dropout", network=ANY, step=usual_step, published="fails")
    @control("a step on two passes with masks of their own", network=ANY, step=step_of_two_passes)
    def test_passes_of_a_step(self, network, step):
        forward, back = fewest_passes(network, step)
        assert forward > 1
        assert back > 1


ONE_EXAMPLE = {"batch": 1, "momentum": 0.0, "steps": 1}
LARGE_BATCH = {"batch": 128, "momentum": 0.0, "steps": 1}
MOMENTUM = {"batch": 32, "momentum": 0.9, "steps": 45}
"""The usual training, after an epoch."""


@claim(
    "dropout/updates-part-of-weights",
    "srivastava2014, 5.1",
    depends=(
        "holds for a step on a single example, not for a step on a minibatch, where each example "
        "has its own mask, nor with momentum"
    ),
    correction=(
        "That is true for a single example ({a single example} times as many weights as without "
        "dropout). In a minibatch each example has its own mask, so nearly all weights get a "
        "gradient ({128 examples} times as many with 128 examples), and with momentum all of them "
        "move."
    ),
)
class TestStepUpdatesTheKeptUnitsOnly:
    """With dropout, a step updates only the weights of the units that were kept."""

    @reading("a single example", training=ONE_EXAMPLE, one_mask=False)
    @reading("128 examples", training=LARGE_BATCH, one_mask=False, published="fails")
    @reading("32 examples, momentum, after an epoch", training=MOMENTUM, one_mask=False,
             published="fails")  # fmt: skip
    @control("128 examples with one mask", training=LARGE_BATCH, one_mask=True)
    def test_fewer_weights_change(self, measure, training, one_mask):
        dropping = changed_weights(rate=0.5, one_mask=one_mask, **training)
        measure(dropping / changed_weights(rate=0.0, **training), claimed=noticeably_less())


@claim(
    "dropout/test-time-scaling",
    "hinton2012",
    "srivastava2014, 4",
    "srivastava2014, 10",
    depends=(
        "holds for dropout as first published; PyTorch and Keras divide by that probability during "
        "training instead, and leave predictions alone"
    ),
    correction=(
        "This is how dropout was first published (Hinton et al. 2012; Srivastava et al. 2014, 4). "
        "Today's libraries divide what they keep by that probability during training (Srivastava "
        "et al. 2014, 10), so predictions need no scaling."
    ),
)
class TestPredictionsAreScaledByTheChanceOfKeeping:
    """For predictions, the weights are multiplied by the probability with which units were kept in
    training."""

    @reading("as first published", network=ANY, dropout=FirstPublished)
    @reading("torch.nn.Dropout", network=ANY, dropout=nn.Dropout, published="fails")
    @control("multiplied by the rate of dropping", network=dropout_networks(rates=(0.2, 0.8)),
             dropout=ScaledByTheRate)  # fmt: skip
    def test_predictions_are_those_of_scaled_weights(self, network, dropout):
        assert predicts_with_scaled_weights(network, dropout)


@claim(
    "dropout/scales-up-in-training",
    "srivastava2014, 10",
    correction=(
        "PyTorch and Keras do this, so that predictions need no scaling (inverted dropout). "
        "Strictly speaking, dropout as first published scales nothing in training, and the weights "
        "in predictions instead (Srivastava et al. 2014, 4 and 10)."
    ),
)
class TestTrainingScalesWhatIsKept:
    """During training, dropout at rate p multiplies the outputs that it keeps by 1/(1 − p)."""

    @reading("torch.nn.Dropout", network=ANY, dropout=nn.Dropout)
    @reading("as first published", of="letter", network=ANY, dropout=FirstPublished,
             published="fails")  # fmt: skip
    @control("divided by the rate of dropping", network=dropout_networks(rates=(0.2, 0.8)),
             dropout=DividedByTheRate)  # fmt: skip
    def test_outputs_are_divided_by_the_chance_of_keeping(self, network, dropout):
        assert training_scales_what_is_kept(network, dropout)


@claim("dropout/left-on-less-accurate", "srivastava2014, 7.5", "goodfellow2016, 7.12")
class TestDropoutLeftOnIsLessAccurate:
    """Predictions are less accurate if dropout is left on."""

    @reading("all digits, rate 0.5", passes=1, setting={"rate": 0.5})
    @reading("100 training images, rate 0.5", passes=1, setting={"rate": 0.5, "train_count": 100})
    @control("all digits, rate 0.5, a hundred passes averaged", passes=100, setting={"rate": 0.5})
    def test_ordinary_predictions_are_more_accurate(self, measure, passes, setting):
        ordinary = score("test accuracy", None, **setting)
        measure(ordinary - score("test accuracy", passes, **setting), claimed=better())


@claim(
    "dropout/scaling-is-exact-average",
    "hinton2012",
    "srivastava2014, 1",
    "baldi2013",
    "goodfellow2016, 7.12",
    depends="holds for the scores of a network with one hidden layer, not for its probabilities, "
    "nor for two layers of ReLU units",
    correction=(
        "It is exact for the scores of a network with one hidden layer; its probabilities are then "
        "the renormalized geometric mean of those of the thinned networks (Hinton et al. 2012). "
        "For their ordinary mean, and for two layers of ReLU units, it is an approximation, though "
        "a good one in practice (Srivastava et al. 2014, 1)."
    ),
)
class TestPredictionIsTheAverageOfThinnedNetworks:
    """Predicting with dropout off is the same as averaging the predictions of all thinned
    networks."""

    @reading("scores, one hidden layer", network=ONE_LAYER, average=of_scores, over=all_thinned)
    @reading("probabilities, one hidden layer, geometric mean", network=ONE_LAYER,
             average=geometric, over=all_thinned)  # fmt: skip
    @reading("probabilities, one hidden layer", network=ONE_LAYER, average=of_probabilities,
             over=all_thinned, published="fails")  # fmt: skip
    @reading("scores, two hidden layers", network=TWO_LAYERS, average=of_scores, over=all_thinned,
             published="fails")  # fmt: skip
    @control("scores, two layers without activation", network=TWO_LINEAR_LAYERS,
             average=of_scores, over=all_thinned)  # fmt: skip
    @control("scores, one hidden layer, the whole network left out", network=ONE_LAYER,
             average=of_scores, over=all_but_the_whole)  # fmt: skip
    def test_prediction_is_the_average(self, network, average, over):
        assert predicts_the_average(network, average, over)
