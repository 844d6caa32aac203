"""How networks of SELU layers train."""

from dataclasses import replace

from refute import claim, control, reading
from refute.lab.bench.fair_accuracy import DEEP, HARD, Population, fair_accuracy
from refute.lab.bench.fair_steps import fair_steps, step_in_fair_settings
from refute.lab.bench.initializers import GLOROT_NORMAL, HE_NORMAL, LECUN_NORMAL
from refute.lab.bench.networks import Network
from refute.lab.bench.optimizers import SGD, Adam
from refute.lab.bench.quantities import accuracy
from refute.lab.bench.timing import TimedStack, training_step
from refute.lab.bench.tuning import PLAIN_SGD, at_rates, steps_to_loss_tuned
from refute.lab.self_normalization.bounds import accuracy_after_training
from refute.wording import (
    as_good,
    better,
    far_better,
    faster,
    generally,
    of_a_network_that_learned,
)

SELU = Network(activation="selu", weights=LECUN_NORMAL)
RELU = Network(activation="relu", weights=HE_NORMAL)
SELU_HE = Network(activation="selu", weights=HE_NORMAL)
ELU = Network(activation="elu", weights=LECUN_NORMAL)
SIGMOID = Network(activation="sigmoid", weights=GLOROT_NORMAL)
TEN, EPOCHS_2 = (100,) * 10, 88

# Arms of the population of bench.fair_accuracy.
SELU_ARM = {"activation": "selu", "weights": LECUN_NORMAL}
RELU_ARM = {"activation": "relu", "weights": HE_NORMAL}
SIGMOID_ARM = {"activation": "sigmoid", "weights": GLOROT_NORMAL}
DROPOUT_ARM = RELU_ARM | {"dropout": 0.5}

SGD_20 = at_rates(PLAIN_SGD, [0.01])
SGD_2 = at_rates(PLAIN_SGD, [0.1, 0.3, 1.0])
BATCH = 32


@claim(
    "selu/learns-faster",
    "clevert2016, 4.2",
    depends="holds in stacks of twenty layers, not over tasks, depths and optimizers in general",
    correction=(
        "With plain SGD and 20 layers, SELU needed noticeably less time than ReLU with He's "
        "weights in {time, 20 layers, same rate:count}. In general it has no such lead: with each "
        "at its own best learning rate, SGD or Adam, on digits and synthetic tasks with 1 to 8 "
        "layers, it needed noticeably fewer steps in {steps, settings drawn at random:count}, and "
        "less time in {time, settings drawn at random:bare count}. (Clevert et al. 2016, 4.2, find "
        "that ELU, from which SELU was derived, learns faster than ReLU on CIFAR-100.)"
    ),
)
class TestSeluNetworksLearnFaster:
    """Networks with SELU usually learn faster than networks with ReLU."""

    # "Usually" is about networks as people build and train them, so it is measured as a share of
    # settings drawn at random.  Sentences praise SELU for deep stacks, such as these twenty layers.
    @reading("steps, settings drawn at random", arm=SELU_ARM, other=RELU_ARM, published="fails")
    @control("steps, settings drawn at random, ReLU than with dropout", arm=RELU_ARM,
             other=DROPOUT_ARM)  # fmt: skip
    def test_steps_in_drawn_settings(self, measure, arm, other):
        needed, usually = (fair_steps(**own) for own in (arm, other))
        measure((needed / usually).within(faster()), claimed=generally())

    @reading("time, settings drawn at random", arm=SELU_ARM, other=RELU_ARM, published="fails")
    @control("time, settings drawn at random, ReLU than with dropout", arm=RELU_ARM,
             other=DROPOUT_ARM)  # fmt: skip
    def test_time_in_drawn_settings(self, race, arm, other):
        step, usual_step = (step_in_fair_settings(**own) for own in (arm, other))
        needed, usually = (fair_steps(**own) for own in (arm, other))
        race(step, usual_step, times=needed / usually, within=faster(), claimed=generally())

    @reading("20 layers, same rate", depth=20, network=SELU, optimizers=SGD_20, steps=220)
    @reading(
        "20 layers, better of several rates",
        depth=20,
        network=SELU,
        optimizers=at_rates(PLAIN_SGD, [0.003, 0.01, 0.03]),
        steps=220,
    )
    @control("ReLU, other seeds", depth=2, network=RELU, optimizers=at_rates(PLAIN_SGD, [0.01]),
             steps=660)  # fmt: skip
    def test_steps_to_the_same_loss(self, measure, depth, network, optimizers, steps):
        selu, relu = (
            steps_to_loss_tuned(optimizers, network=arm, hidden=(100,) * depth, steps=steps)
            for arm in (network, RELU)
        )
        measure((selu / relu).within(faster()), claimed=generally())

    @reading("time, 20 layers, same rate", depth=20, network=SELU, optimizers=SGD_20, steps=220)
    @control("time, ReLU again", depth=2, network=RELU, optimizers=SGD_2, steps=220)
    def test_time_to_the_same_loss(self, race, depth, network, optimizers, steps):
        arms = [replace(arm, hidden=(100,) * depth) for arm in (network, RELU)]
        step, usual_step = (
            training_step(TimedStack(arm.sizes, arm.activation), BATCH) for arm in arms
        )
        needed, usually = (
            steps_to_loss_tuned(optimizers, network=arm, steps=steps) for arm in arms
        )
        race(
            step,
            usual_step,
            times=needed / usually,
            within=faster(),
            claimed=generally(),
        )


@claim(
    "selu/self-normalization-stabilizes-training",
    "klambauer2017, Initialization",
    depends=(
        "holds beside SELU with weights that break the normalization, not beside ReLU or ELU with "
        "weights of the right scale at a high learning rate"
    ),
    correction=(
        "With He's weights, which break the normalization, networks of ten SELU layers diverge at "
        "a learning rate of 0.02. With LeCun's weights they learn at that rate, and their "
        "accuracy is {rate 0.02, beside He's weights:way}. But what helps is the scale of the "
        "weights: at 0.03, ELU with LeCun's weights, which does not normalize itself, and ReLU "
        "with He's still learn, while the self-normalizing network diverges, and its accuracy is "
        "{rate 0.03, beside ELU:way} than with ELU."
    ),
)
class TestSelfNormalizationStabilizesTraining:
    """The self-normalization of a SELU network makes training stable."""

    @reading("rate 0.02, beside He's weights", rate=0.02, other=SELU_HE)
    # Those who say so mean SELU beside other activations, which do without normalization.
    @reading("rate 0.03, beside ReLU", rate=0.03, other=RELU, published="fails")
    @reading("rate 0.03, beside ELU", rate=0.03, other=ELU, published="fails")
    @control("rate 0.02, beside itself, other seeds", rate=0.02, other=SELU)
    def test_accuracy_of_10_layers_where_others_fail(self, measure, rate, other):
        selu, beside = (
            accuracy(replace(arm, hidden=TEN), steps=EPOCHS_2, optimizer=SGD(rate))
            for arm in (SELU, other)
        )
        measure(selu - beside, claimed=far_better())


@claim(
    "selu/reduces-need-for-bn",
    "klambauer2017, Experiments",
    "geron2022, chapter 11, exercise 8",
    correction=(
        "At a learning rate of 0.01, ten SELU layers without batch normalization do as well as ten "
        "ReLU layers with it (accuracy after two epochs: {rate 0.01:range}), which ten ReLU layers "
        "without it do not. (On CIFAR-10 Géron 2022 reaches 50.3 % with SELU and 50.7 % with batch "
        "normalization.) Strictly speaking, batch normalization is still needed for learning rates "
        "that only it makes possible: at 0.03 the SELU layers diverge, while the normalized "
        "network learns."
    ),
)
class TestSeluNeedsBatchNormalizationLess:
    """With SELU, batch normalization is needed less."""

    @reading("rate 0.01", network=SELU, rate=0.01)
    # Nobody trains at a rate at which the network diverges, so less is needed, not nothing.
    @reading("rate 0.03", of="letter", network=SELU, rate=0.03, published="fails")
    @control("rate 0.01, ReLU", network=RELU, rate=0.01)
    def test_10_layers_do_as_well_as_relu_with_batch_normalization(self, measure, network, rate):
        plain, normalized = (
            accuracy(replace(arm, hidden=TEN), steps=EPOCHS_2, optimizer=SGD(rate))
            for arm in (network, replace(RELU, normalization="batch"))
        )
        measure(plain - normalized, claimed=as_good())


@claim(
    "selu/better-than-bn",
    "klambauer2017, Experiments",
    "geron2022, chapter 11, exercise 8",
    depends=(
        "holds for twenty plain layers on digits, against plain ReLU, not over tasks and depths in "
        "general"
    ),
    correction=(
        "In twenty layers on digits, SELU was more accurate than plain ReLU, by more than two "
        "percentage points, in {than ReLU, 20 plain layers, digits:count}. In general it is not: "
        "with each at its own best learning rate, on digits, medical data and synthetic tasks, "
        "SELU was more accurate than ReLU by more than two percentage points in {than ReLU:count}, "
        "and than ReLU with batch normalization in {than ReLU with batch normalization:count}. "
        "(Klambauer et al. 2017 find it ahead of both over 121 UCI data sets; on CIFAR-10 Géron "
        "2022 finds it behind batch normalization.)"
    ),
)
class TestSeluEndsUpBetterWithoutBatchNormalization:
    """Networks with SELU and without batch normalization generally end up better."""

    @reading("than ReLU", arm=SELU_ARM, other=RELU_ARM, among=Population(), published="fails")
    @reading(
        "than ReLU with batch normalization",
        arm=SELU_ARM,
        other=RELU_ARM | {"normalization": "batch"},
        among=Population(),
        published="fails",
    )
    @reading("than ReLU, 20 plain layers, digits", arm=SELU_ARM, other=RELU_ARM, among=DEEP)
    @control("ReLU than the sigmoid, hard tasks", arm=RELU_ARM, other=SIGMOID_ARM, among=HARD)
    def test_how_often_it_is_better(self, measure, arm, other, among):
        first, second = (fair_accuracy(among=among, **own) for own in (arm, other))
        measure((first - second).within(better()), claimed=generally())


@claim("selu/suited-to-deep-nets", "klambauer2017, Table 2")
class TestSeluSuitsDeepNetworks:
    """SELU suits deep networks."""

    @reading("plain SGD", network=SELU, optimizer=PLAIN_SGD, steps=220)
    @reading("Adam", network=SELU, optimizer=Adam(), steps=220)
    @control("sigmoid, Adam", network=SIGMOID, optimizer=Adam(), steps=88)
    def test_how_often_20_layers_learn(self, measure, network, optimizer, steps):
        settings = {"depth": 20, "optimizer": optimizer, "steps": steps}
        accuracy = accuracy_after_training(network=network, **settings)
        measure(accuracy.within(of_a_network_that_learned()), claimed=generally())
