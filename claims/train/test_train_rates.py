"""Learning rates that are too high or too low, and gradients that are clipped."""

from refute import claim, control, reading
from refute.lab.bench.optimizers import SGD
from refute.lab.bench.quantities import accuracy, steps_to_loss
from refute.lab.momentum.learning_rates import diverges, plain_descents, times_as_long
from refute.lab.practice.clipping import relu_networks, sigmoid_networks, vanished
from refute.lab.practice.directions import shortened
from refute.lab.practice.diverging import growth_of_loss
from refute.wording import far_better, much_longer, much_more

TEN_EPOCHS = 440


@claim(
    "train/too-high-rate-diverges",
    "goodfellow2016, 4.3",
    "goodfellow2016, 11.4.1",
    "goh2017, First Steps: Gradient Descent",
    correction=(
        "It does: gradient descent on a quadratic diverges at learning rates beyond 2/L, L being "
        "the largest curvature, and at learning rate 1 the loss of a ReLU network on digits rises "
        "to {digits, learning rate 1, the loss at least doubles:range} times its initial value, "
        "and the network learns nothing (accuracy lower by {digits, learning rate 1:points})."
    ),
)
class TestTooHighALearningRateDiverges:
    """Too high a learning rate makes training diverge."""

    @reading("quadratics, more than 2 over the largest curvature",
             descent=plain_descents(2.001, 10))  # fmt: skip
    @control("quadratics, less than 2 over the largest curvature",
             descent=plain_descents(0.1, 1.999))  # fmt: skip
    def test_never_settles(self, descent):
        assert diverges(descent)

    # Of a network, "diverges" means that training fails, or that its loss grows.
    @reading("digits, learning rate 1", rate=1.0)
    @control("digits, twice the usual rate", rate=0.02)
    def test_accuracy_lost(self, measure, rate):
        measure(accuracy() - accuracy(optimizer=SGD(rate)), claimed=far_better())

    @reading("digits, learning rate 1, the loss at least doubles", rate=1.0)
    @control("digits, twice the usual rate, the loss at least doubles", rate=0.02)
    def test_training_loss_grows(self, measure, rate):
        measure(growth_of_loss(optimizer=SGD(rate)), claimed=much_more())


@claim("train/too-low-rate-slow", "goodfellow2016, 11.4.1", "geron2019, chapter 4")
class TestTooLowALearningRateIsSlow:
    """Too low a learning rate makes training take a long time."""

    @reading("quadratics, a tenth of a rate that fits", descent=plain_descents(0.5, 1), slowed=0.1)
    @control("quadratics, half of a rate close to the limit", descent=plain_descents(1.9, 1.99),
             slowed=0.5)  # fmt: skip
    def test_takes_much_longer_to_settle(self, descent, slowed):
        assert times_as_long(descent, slowed=slowed) >= much_longer().low

    @reading("digits, a tenth of the usual rate", rate=0.001)
    @control("digits, a loss at twice the usual rate", rate=0.02)
    def test_takes_much_longer_to_reach_a_loss(self, measure, rate):
        low, usual = (steps_to_loss(optimizer=SGD(each), steps=TEN_EPOCHS) for each in (rate, 0.01))
        measure(low / usual, claimed=much_longer())


@claim(
    "train/clipping-fixes-vanishing",
    "pascanu2013, 3.2",
    "geron2019, chapter 11",
    correction=(
        "Clipping makes gradients smaller, never larger, so it helps against exploding gradients "
        "only. In a network of eight hidden layers of sigmoid units, with gradients clipped at "
        "norm 1, the first layer's gradient is still more than a hundred times smaller than the "
        "last one's. What helps is another activation, initialization or normalization (Géron "
        "2019, chapter 11)."
    ),
)
class TestClippingFixesVanishingGradients:
    """Gradient clipping solves the problem of vanishing gradients."""

    @reading("clipped by norm", clipped=sigmoid_networks("norm"), published="fails")
    @reading("clipped by value", clipped=sigmoid_networks("value"), published="fails")
    @control("clipped by norm, ReLU with He's weights", clipped=relu_networks("norm"))
    def test_the_first_layers_gradient_is_no_longer_tiny(self, clipped):
        assert not vanished(clipped)


@claim(
    "train/clipping-by-norm-keeps-direction",
    "pascanu2013, 3.2",
    "goodfellow2016, 10.11.1",
    correction=(
        "It does, if the norm is that of all gradients together (torch's clip_grad_norm_, Keras's "
        "global_clipnorm). Keras's clipnorm clips the gradient of each weight matrix by itself, "
        "and clipping by value each number, so that the step turns away from the gradient."
    ),
)
class TestClippingByNormKeepsTheDirection:
    """Clipping gradients by their norm keeps their direction."""

    @reading("the norm of all gradients", gradients=shortened("norm"))
    @reading("the norm of each layer's gradient", of="letter",
             gradients=shortened("norm of each layer"), published="fails")  # fmt: skip
    @control("clipped by value", gradients=shortened("value"))
    def test_direction_stays(self, gradients):
        assert gradients.keeps_direction()
