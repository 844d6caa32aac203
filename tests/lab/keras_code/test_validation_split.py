"""Which samples Keras is seen to use."""

from refute.lab.bench.real_keras import real_keras
from refute.lab.keras_code.validation_split import samples_used

real_keras()  # without it there is nothing to see


def test_without_a_split_all_samples_are_trained_on_and_none_validated():
    used = samples_used(70)
    assert used.trained == set(range(70))
    assert used.validated == set()


def test_a_split_takes_the_last_samples():
    used = samples_used(70, validation_split=0.1)
    assert used.validated == set(range(63, 70))
    assert used.trained == set(range(63))


def test_the_training_data_may_be_given_again():
    used = samples_used(40, validation_data="all")
    assert used.validated == used.trained == set(range(40))
