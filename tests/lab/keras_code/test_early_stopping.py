"""When a training ends: the rebuilt callback, Keras's own, and what both promise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refute.lab.bench.real_keras import real_keras
from refute.lab.keras_code.early_stopping import (
    FALLING_AND_RISING,
    STILL_FALLING,
    Ended,
    KerasStopper,
    Stopper,
    expected,
    validation_losses,
)


@pytest.mark.parametrize(
    ("losses", "patience", "ended"),
    [
        ((3, 2, 1), 1, Ended(3, 3)),
        ((1, 2, 3), 1, Ended(2, 1)),
        ((1, 1, 1, 1), 2, Ended(3, 1)),  # as good is no improvement
        ((2, 3, 1, 4, 5, 0), 2, Ended(5, 3)),
        ((2, 3, 1, 4, 5, 0), 3, Ended(6, 6)),
    ],
)
def test_what_is_promised_by_hand(losses, patience, ended):
    assert expected(losses, patience) == Stopper(patience).fit(losses) == ended


@given(losses=validation_losses(), patience=st.integers(1, 12))
def test_the_rebuilt_one_keeps_the_promise(losses, patience):
    assert Stopper(patience).fit(losses) == expected(losses, patience)


def test_without_restoring_the_last_weights_are_left():
    assert Stopper(3, restores=False).fit(FALLING_AND_RISING) == Ended(7, 7)


def test_without_a_reset_a_second_training_is_judged_by_the_first():
    stopper = Stopper(3, resets=False)
    assert stopper.fit(FALLING_AND_RISING) == Ended(7, 4)
    # It waits on for the first one's best loss, which the second has not reached.
    assert stopper.fit(STILL_FALLING).epochs < len(STILL_FALLING)


@pytest.mark.parametrize("losses", [FALLING_AND_RISING, STILL_FALLING])
@pytest.mark.parametrize("how", [{"patience": 2}, {"patience": 10}, {"patience": 3, "restores": 0}])
def test_the_rebuilt_one_is_as_keras_has_it(losses, how):
    real_keras()
    assert KerasStopper(**how).fit(losses) == Stopper(**how).fit(losses)


def test_after_a_training_keras_own_is_still_written_as_code():
    real_keras()
    stopper = KerasStopper(3)
    stopper.fit(FALLING_AND_RISING)
    assert (
        repr(stopper)
        == repr(KerasStopper(3))
        == ("KerasStopper(patience=3, restores=True, resets=True)")
    )
