"""A mistyped setting is told with the settings that it may stand for."""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from refute.lab.bench import networks, quantities
from refute.lab.bench.networks import Network
from refute.plugin.unknown_settings import name_settings
from tests.plugin.stranger import MEASURED


@dataclass(frozen=True)
class Cake:
    layers: int = 1
    candles: int = 0
    weight: float = field(default=0.0, init=False)


def given(name: str) -> dict[str, Any]:
    return {name: 2}


def told(call):
    with pytest.raises(TypeError) as caught:
        call()
    name_settings(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Cake(**given("layer")), "Cake has no setting layer: do you mean layers?"),
        (lambda: Cake(**given("sugar")), "Cake has no setting sugar: it has layers, candles"),
        (
            lambda: replace(Cake(), **given("candels")),
            "Cake has no setting candels: do you mean candles?",
        ),
        (
            lambda: Network(**given("dropuot")),
            "Network has no setting dropuot: do you mean dropout?",
        ),
        (
            lambda: networks.Network(**given("drop_out")),
            "Network has no setting drop_out: do you mean dropout or dropout_kind?",
        ),
        (
            lambda: quantities.steps_to_loss(**given("dropuot")),
            "Training has no setting dropuot: do you mean dropout (of its network)?",
        ),
        (
            lambda: quantities.steps_to_loss(**given("stepz")),
            "Training has no setting stepz: do you mean steps?",
        ),
    ],
)
def test_the_nearest_settings_are_named_or_all(call, message):
    assert told(call) == message


def takes(x):
    return x


def raises(*arguments):
    raise TypeError(*arguments)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: takes(**given("y")), "takes() got an unexpected keyword argument 'y'"),
        (lambda: Cake(*[1] * 3), "Cake.__init__() takes from 1 to 3 positional arguments but 4"),
        (lambda: sum("a"), "unsupported operand"),
        (lambda: raises(1, 2), "(1, 2)"),
        (raises, ""),
        (
            lambda: raises("Pie.__init__() got an unexpected keyword argument 'x'"),
            "Pie.__init__() got an unexpected keyword argument 'x'",
        ),
    ],
)
def test_every_other_error_stays_as_it_is(call, message):
    assert told(call).startswith(message)


def test_a_check_that_mistypes_a_setting_is_told_where_it_is_given(stranger):
    wrong = "import bench; measure(bench.Draw(centre, spraed=0.2))"
    old = "measure(drawn(centre) / drawn(2.0), claimed=roughly(2))"
    stranger.write("draws", MEASURED.replace(old, wrong))

    output = stranger.run("-k", "four").stdout.str()

    assert f">       {wrong}" in output
    assert "TypeError: Draw has no setting spraed: do you mean spread?" in output
