"""Contenders: named by what they do, doing just that, on one thread, without drifting."""

import pytest
import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode

from refute.lab.bench.activations import ACTIVATIONS, activation_module
from refute.lab.bench.timing import (
    TimedStack,
    forward,
    operation,
    training_step,
)

STACK = TimedStack((8, 6, 6, 3), "tanh", dropout=0.5)


class Watched(TimedStack):
    """A stack that keeps the modules it builds."""

    def module(self) -> nn.Sequential:
        module = super().module()
        built.append(module)
        return module


built: list[nn.Sequential] = []


@pytest.fixture
def watched():
    built.clear()
    return Watched(STACK.widths, STACK.activation, STACK.dropout)


def test_names_say_what_is_timed():
    assert training_step(STACK, 4).name == (
        "training step of 8-6-6-3 tanh network with dropout 0.5, batch 4"
    )
    assert forward(TimedStack((8, 6, 3)), 4, "evaluation").name == (
        "forward pass of 8-6-3 ReLU network in evaluation mode, batch 4"
    )
    assert operation("gelu", 16).name == "GELU on 16 elements, forward and backward"
    assert operation("gelu", 16, backward=False).name == "GELU on 16 elements, forward"


def test_a_training_step_leaves_gradients_and_the_same_weights(watched):
    step = training_step(watched, 4)
    before = [parameter.clone() for parameter in built[0].parameters()]
    step.run()
    after = list(built[0].parameters())
    assert all(torch.equal(old, new) for old, new in zip(before, after, strict=True))
    assert all(parameter.grad is not None and parameter.grad.any() for parameter in after)
    assert built[0].training


@pytest.mark.parametrize(("mode", "training"), [("training", True), ("evaluation", False)])
def test_a_forward_pass_runs_in_its_mode(watched, mode, training):
    forward(watched, 4, mode).run()
    assert built[0].training is training


def test_dropout_is_a_module_exactly_where_it_is_asked_for():
    def dropouts(stack):
        return sum(isinstance(layer, nn.Dropout) for layer in stack.module())

    assert dropouts(STACK) == 2
    assert dropouts(TimedStack((8, 6, 6, 3), dropout=0.0)) == 2
    assert dropouts(TimedStack((8, 6, 6, 3))) == 0


def test_normalization_stands_before_each_activation():
    stack = TimedStack((8, 6, 6, 3), normalized=True)
    kinds = [type(part).__name__ for part in stack.module()]
    assert kinds == [*2 * ["Linear", "BatchNorm1d", "ReLU"], "Linear"]
    assert stack.name == "8-6-6-3 ReLU network with batch normalization"


@pytest.mark.parametrize("activation", sorted(set(ACTIVATIONS) - {"glu", "selu in place"}))
def test_every_pointwise_activation_can_be_timed(activation):
    for backward in (True, False):
        work = operation(activation, 16, backward=backward)
        with Operations() as operations:
            work.run()
        assert operations.seen or activation == "identity"


def test_work_runs_on_one_thread():
    threads = torch.get_num_threads()
    try:
        torch.set_num_threads(2)
        operation("relu", 16).run()
        assert torch.get_num_threads() == 1
    finally:
        torch.set_num_threads(threads)


class Operations(TorchDispatchMode):
    """Notes each operation that torch carries out, with the numbers in its first operand."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        self.seen.append((func.overloadpacket.__name__, args[0].numel()))
        return func(*args, **(kwargs or {}))


@pytest.mark.parametrize("elements", [7, 1 << 14])
@pytest.mark.parametrize("backward", [True, False])
def test_an_operation_is_done_once_on_all_elements_with_its_gradient_if_wanted(elements, backward):
    contender = operation("mish", elements, backward=backward)
    with Operations() as operations:
        contender.run()
    work = [each for each in operations.seen if each[0].startswith("mish")]
    assert work == [("mish", elements), *([("mish_backward", elements)] if backward else [])]


def test_an_unknown_activation_is_named():
    with pytest.raises(ValueError, match="no activation 'swoosh': there are identity, relu"):
        activation_module("swoosh")


def test_dropout_follows_every_hidden_layer_or_the_last_one():
    last = TimedStack((8, 6, 6, 2), dropout=0.5, after="the last")
    assert [isinstance(layer, nn.Dropout) for layer in last.module()] == [
        *(False, False),  # linear map, activation
        *(False, False, True),
        False,
    ]
    assert last.name == "8-6-6-2 ReLU network with dropout 0.5 after the last hidden layer"
    every = TimedStack((8, 6, 6, 2), dropout=0.5).module()
    assert sum(isinstance(layer, nn.Dropout) for layer in every) == 2
