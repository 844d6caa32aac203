"""Small networks: one line of code, the same weights and inputs each time."""

import pytest
import torch

from refute.lab.bench.initializers import Constant, Normal, Nudged
from refute.lab.bench.networks import Network
from refute.lab.bench.small_networks import SmallNetwork, identical, passes, torch_seeded

SPEC = SmallNetwork(Network(5, (6, 7), 3, biases=Normal(0.1), dropout=0.5), seed=2)


def test_a_specification_builds_the_same_weights_and_inputs_each_time():
    first, second = (list(SPEC.build().parameters()) for _ in range(2))
    assert all(map(torch.equal, first, second))
    assert torch.equal(SPEC.inputs(), SPEC.inputs())


def test_building_and_drawing_inputs_leave_the_global_generator_alone():
    with torch_seeded(1):
        SPEC.build(), SPEC.inputs()
        after = torch.rand(1)
    with torch_seeded(1):
        assert torch.equal(after, torch.rand(1))


def test_the_repr_is_code_without_what_is_usual():
    assert repr(SPEC) == (
        "SmallNetwork(network=Network(inputs=5, hidden=(6, 7), outputs=3, "
        "biases=Normal(std=0.1, mean=0.0), dropout=0.5), seed=2)"
    )
    assert eval(repr(SPEC)) == SPEC


def test_another_precision_holds_the_same_numbers_and_another_purpose_others():
    assert torch.equal(SPEC.build(torch.float64)[0].weight.float(), SPEC.build()[0].weight)
    assert torch.equal(SPEC.inputs(torch.float64).float(), SPEC.inputs())
    assert not identical(SPEC.inputs(), SPEC.inputs(purpose="fresh inputs"))


@pytest.mark.parametrize(
    ("scaling", "low", "mean", "deviation"),
    [
        ("standard normal", -torch.inf, 0, 1),
        ("raw", 0, 1 / 2, 12**-0.5),
        ("standardised", -torch.inf, 0, 1),
    ],
)
def test_inputs_are_scaled_as_they_are_called(scaling, low, mean, deviation):
    inputs = SmallNetwork(Network(8, (2,), 2), 0, 10_000, scaling).inputs()
    exactly = 1e-5 if scaling == "standardised" else 0.05
    assert inputs.min() >= low
    assert inputs.mean(0).tolist() == pytest.approx([mean] * 8, abs=exactly)
    assert inputs.std(0, correction=0).tolist() == pytest.approx([deviation] * 8, abs=exactly)


def test_passes_are_stacked_and_repeat_with_the_seed():
    network = SPEC.build()
    outputs = passes(network, SPEC.inputs(), 3, seed=5)
    assert outputs.shape == (3, SPEC.samples, 3)
    assert torch.equal(outputs, passes(network, SPEC.inputs(), 3, seed=5))
    assert not torch.equal(outputs[0], outputs[1])


def test_passes_leave_the_global_generator_alone():
    with torch_seeded(1):
        passes(SPEC.build(), SPEC.inputs(), 2, seed=5)
        after = torch.rand(1)
    with torch_seeded(1):
        assert torch.equal(after, torch.rand(1))


def test_tensors_are_identical_to_the_last_bit():
    ones = torch.ones(3)
    assert identical(ones, torch.ones(3))
    assert not identical(ones, torch.nextafter(ones, torch.tensor(2.0)))


def test_each_layer_may_have_an_initializer_of_its_own():
    network = Network(2, (3,), 2, weights=(Constant(0.5), Constant(0.25)))
    first, _, last = SmallNetwork(network, 0).build()
    assert (first.weight == 0.5).all()
    assert (last.weight == 0.25).all()


def test_a_network_with_an_initializer_for_each_layer_can_be_said() -> None:
    weights = (Nudged(Constant(0.5), 0.1), Constant(0.5))
    network = SmallNetwork(Network(2, (5,), 3, weights=weights), seed=0)
    assert network.said.startswith("a network of 2-5-3 units with ")
    assert ", then " in network.said
