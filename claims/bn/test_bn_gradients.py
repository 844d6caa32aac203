"""What batch normalization does to the gradients of deep networks."""

from refute import claim, control, reading
from refute.lab.bench.initializers import GLOROT_NORMAL, FanInUniform
from refute.lab.initialization.scales import decades_of_gradient
from refute.wording import decades_apart, within_a_decade


@claim(
    "bn/mitigates-vanishing-gradients",
    "ioffe2015, abstract",
    "ioffe2015, 3.3",
    "yang2019, abstract",
    correction=(
        "It does where they vanish. Strictly speaking, it does not keep gradients as they are: at "
        "the first of 40 ReLU layers with He's weights, which need no help, batch normalization "
        "makes them {40 ReLU layers, He's weights:factor} times as large as at the last. Gradients "
        "explode with depth then (Yang et al. 2019)."
    ),
)
class TestMitigatesVanishingGradients:
    """Batch normalization mitigates vanishing gradients."""

    @reading("20 sigmoid layers, Glorot's weights", depth=20, activation="sigmoid",
             weights=GLOROT_NORMAL)  # fmt: skip
    @reading("20 tanh layers, torch's default weights", depth=20, activation="tanh",
             weights=FanInUniform())  # fmt: skip
    @control("2 sigmoid layers", depth=2, activation="sigmoid", weights=GLOROT_NORMAL)
    def test_gradient_is_a_hundred_times_as_large(self, measure, depth, activation, weights):
        normalized, plain = (
            decades_of_gradient(
                hidden=(100,) * depth, activation=activation, weights=weights, normalization=kind
            )
            for kind in ("batch", None)
        )
        measure(normalized - plain, claimed=decades_apart())

    # Where gradients do not vanish, there is nothing to mitigate.
    @reading("40 ReLU layers, He's weights", of="letter",
             normalization="batch", published="fails")  # fmt: skip
    @control("40 ReLU layers, He's weights, without batch normalization", normalization=None)
    def test_gradient_keeps_its_size(self, measure, normalization):
        gradient = decades_of_gradient(hidden=(100,) * 40, normalization=normalization)
        measure(gradient, claimed=within_a_decade())
