"""Timed predictions call what their schedule says."""

import pytest
from torch import nn

from refute.lab.bench.timing import TimedStack, prediction
from refute.lab.monte_carlo.timing import monte_carlo_prediction, one_pass


class Counting(TimedStack):
    """A stack whose linear layers count their calls and the rows that they are given."""

    def module(self) -> nn.Sequential:
        module = super().module()
        rows.clear()
        for layer in module:
            if isinstance(layer, nn.Linear):
                layer.register_forward_hook(lambda layer, given, _: rows.append(len(given[0])))
        built.append(module)
        return module


rows: list[int] = []
built: list[nn.Sequential] = []
COUNTING = Counting((8, 6, 6, 3), dropout=0.5)


def test_predictions_put_only_dropout_in_training_mode():
    for contender, on in ((prediction, False), (one_pass, True)):
        contender(COUNTING, 4).run()
        for layer in built[-1]:
            assert layer.training is (on and isinstance(layer, nn.Dropout))


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ("one after the other", [4] * 3 * 5),
        ("as one batch", [20] * 3),
        ("first layers once", [4] + [4] * 2 * 5),
    ],
)
def test_five_passes_call_the_layers_as_scheduled(schedule, expected):
    contender = monte_carlo_prediction(COUNTING, 4, 5, schedule)
    contender.run()
    assert rows == expected
    assert contender.name == f"5 passes of {COUNTING.name}, batch 4, {schedule}"
