"""Settings find their field, and are put in words once."""

from __future__ import annotations

import pytest

from refute.lab.bench.networks import Network
from refute.lab.bench.settings import alternatives, experiment_of, in_words, named
from refute.lab.bench.training import Training


@pytest.mark.parametrize(
    ("differences", "words"),
    [
        ([], "in the usual setting"),
        (["SELU"], "with SELU"),
        (["SELU", "Adam", "zeros kept"], "with SELU, Adam and zeros kept"),
    ],
)
def test_differences_are_listed(differences: list[str], words: str) -> None:
    assert in_words(differences) == words


@pytest.mark.parametrize(
    ("numbers", "words"), [([3], "3"), ([1, 2, 4], "1, 2 or 4"), ((0.2, 0.5), "0.2 or 0.5")]
)
def test_alternatives_are_listed(numbers: list[float], words: str) -> None:
    assert alternatives(numbers) == words


def test_settings_are_fields_of_the_experiment_or_of_its_network() -> None:
    training = experiment_of(Training, Network(hidden=(5,)), {"dropout": 0.5, "steps": 3})
    assert training == Training(Network(hidden=(5,), dropout=0.5), steps=3)
    with pytest.raises(TypeError, match="speed"):
        experiment_of(Training, Network(), {"speed": 3})


def test_a_quantity_is_named_by_what_how_and_the_setting() -> None:
    quantity = named(Training(Network(dropout=0.5)), "rise", "climb", by="at last", unit="times")
    assert (quantity.name, quantity.unit) == ("climb at last with dropout 0.5", "times")
    assert named(Training(), "rise").name == "rise in the usual setting"
