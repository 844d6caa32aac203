"""Networks as descriptions: what they build, and how they are spoken of."""

import pytest
import torch
from torch import nn

from refute.experiment import Replicates
from refute.lab.bench.initializers import LECUN_NORMAL, Constant, OneValue
from refute.lab.bench.networks import Network, Skip, layer_outputs
from refute.lab.bench.stack.network import stack
from refute.plugin.conditions import imports_of

TWO = Replicates(first=0, count=2)


def test_the_module_is_made_of_torchs_own_in_order() -> None:
    network = Network(61, (30, 20), activation="selu", normalization="batch", dropout=0.1)
    kinds = [type(module) for module in network.module(TWO, 0)]
    layer = [nn.Linear, nn.BatchNorm1d, nn.SELU, nn.Dropout]
    assert kinds == [*layer, *layer, nn.Linear]
    assert network.module(TWO, 0)[3].p == 0.1


def test_a_skip_adds_each_layers_input_where_widths_agree() -> None:
    network = Network(4, (6, 6, 5), activation="tanh", skip=True)
    assert network.skips == (False, True, False)
    module = network.module(TWO, 0)
    kinds = [type(part) for part in module]
    assert kinds == [nn.Linear, nn.Tanh, Skip, nn.Linear, nn.Tanh, nn.Linear]
    x = torch.randn(3, 4)
    first, second, third, logits = layer_outputs(module, x)
    torch.testing.assert_close(first, torch.tanh(module[0](x)))
    torch.testing.assert_close(second, first + torch.tanh(module[2][0](first)))
    torch.testing.assert_close(third, torch.tanh(module[3](second)))
    assert torch.equal(logits, module(x))


def test_stack_and_module_start_from_the_same_weights() -> None:
    network = Network(hidden=(30, 20), biases=LECUN_NORMAL)
    stacked = stack(network, TWO)
    for k in TWO:
        linears = [module for module in network.module(TWO, k) if isinstance(module, nn.Linear)]
        for linear, weight, bias in zip(linears, stacked.weights, stacked.biases, strict=True):
            assert torch.equal(linear.weight.T, weight[k])
            assert bias is not None
            assert torch.equal(linear.bias, bias[k, 0])


def test_arms_share_the_weights_of_a_replicate_whatever_their_biases() -> None:
    unbiased, biased = stack(Network(), TWO), stack(Network(biases=LECUN_NORMAL), TWO)
    for first, second in zip(unbiased.weights, biased.weights, strict=True):
        assert torch.equal(first, second)


def test_weights_are_counted_without_biases() -> None:
    assert Network().weight_count == 61 * 100 + 100 * 100 + 100 * 10
    assert Network(hidden=()).weight_count == 610


def test_double_precision_is_there_for_exact_checks() -> None:
    assert stack(Network(), TWO, torch.float64)(torch.zeros(5, 61).double()).dtype == torch.float64


@pytest.mark.parametrize(
    ("network", "words"),
    [
        (Network(), []),
        (Network(inputs=64), []),
        (Network(hidden=()), ["no hidden layer"]),
        (Network(hidden=(100,)), ["1 hidden layer of 100"]),
        (Network(hidden=(100,) * 20), ["20 hidden layers of 100"]),
        (Network(hidden=(50, 20)), ["hidden layers of 50-20"]),
        (Network(activation="leaky relu"), ["leaky ReLU"]),
        (Network(activation="leaky relu", slope=0.2), ["leaky ReLU of slope 0.2"]),
        (Network(activation="identity"), ["no activation"]),
        (Network(weights=OneValue()), ["one He normal value for all weights"]),
        (Network(biases=None), ["no biases"]),
        (Network(dropout=0.1, dropout_kind="alpha"), ["alpha dropout 0.1"]),
        (Network(normalization="batch", dropout=0.5), ["batch normalization", "dropout 0.5"]),
        (
            Network(normalization="batch after"),
            ["batch normalization after the activation"],
        ),
        (Network(skip=True), ["skip connections"]),
        (
            Network(hidden=(5,), weights=(Constant(1), OneValue())),
            ["1 hidden layer of 5", "constant 1, then one He normal value for all weights"],
        ),
    ],
    ids=repr,
)
def test_differences_from_the_usual_network_are_put_in_words(
    network: Network, words: list[str]
) -> None:
    assert network.differences == words


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"activation": "glu"}, "'glu' has no place in a dense stack"),
        ({"weights": (OneValue(),)}, "1 initializers for 3 weight matrices"),
    ],
    ids=str,
)
def test_networks_that_cannot_be_are_refused(settings: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Network(**settings)


def test_the_repr_is_code_and_equal_networks_are_one() -> None:
    network = Network(hidden=(3, 4), activation="elu", weights=OneValue(LECUN_NORMAL))
    names: dict[str, object] = {}
    exec("\n".join(imports_of(network)), names)
    again = eval(repr(network), names)
    assert again == network
    assert hash(again) == hash(network)


def test_the_repr_and_its_imports_leave_out_what_is_usual() -> None:
    network = Network(hidden=(3, 4), activation="elu")
    assert repr(network) == "Network(hidden=(3, 4), activation='elu')"
    assert imports_of({"network": network}) == ["from refute.lab.bench.networks import Network"]
