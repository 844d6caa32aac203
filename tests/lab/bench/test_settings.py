"""Settings find their field, and are put in words once."""

from __future__ import annotations

import pytest

from refute.lab.bench.networks import Network
from refute.lab.bench.settings import experiment_of, in_words, named
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


def test_settings_are_fields_of_the_experiment_or_of_its_network() -> None:
    training = experiment_of(Training, Network(hidden=(5,)), {"dropout": 0.5, "steps": 3})
    assert training == Training(Network(hidden=(5,), dropout=0.5), steps=3)
    with pytest.raises(TypeError, match="speed"):
        experiment_of(Training, Network(), {"speed": 3})


def test_a_quantity_is_named_by_what_how_and_the_setting() -> None:
    quantity = named(Training(Network(dropout=0.5)), "rise", "climb", by="at last", unit="times")
    assert (quantity.name, quantity.unit) == ("climb at last with dropout 0.5", "times")
    assert named(Training(), "rise").name == "rise in the usual setting"
