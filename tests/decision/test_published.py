"""An outcome against the published one: the whole table."""

from itertools import product

import pytest

from refute.decision.outcome import Outcome
from refute.decision.published import standing

HOLDS, FAILS, UNDECIDED = Outcome


@pytest.mark.parametrize(("outcome", "published"), [*product([*Outcome, None], repeat=2)])
@pytest.mark.parametrize("timed", [False, True])
def test_the_standing_of_every_outcome(outcome, published, timed):
    expected = {
        (HOLDS, FAILS): "differs here" if timed else "contradicted",
        (FAILS, HOLDS): "differs here" if timed else "contradicted",
        (UNDECIDED, HOLDS): "left open",
        (UNDECIDED, FAILS): "left open",
        (HOLDS, UNDECIDED): "settled",
        (FAILS, UNDECIDED): "settled",
        (HOLDS, HOLDS): "as published",
        (FAILS, FAILS): "as published",
        (UNDECIDED, UNDECIDED): "as published",
    }
    assert standing(outcome, published, timed=timed) == expected.get((outcome, published))
