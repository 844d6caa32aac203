"""When training is stopped, and what is chosen by which images."""

from refute import claim, control, reading
from refute.lab.practice.early_stopping import falling_to_the_end, stoppings


@claim(
    "train/early-stopping-returns-best",
    "goodfellow2016, 7.8",
    "prechelt1998",
    depends="holds if the best weights are put back, not where the last ones stay, as by default "
    "in Keras",
    correction=(
        "Unless the best weights are put back (restore_best_weights=True in Keras, False by "
        "default), the model has those of the epoch in which patience ran out. The textbook "
        "procedure keeps a copy of the best ones and returns it (Goodfellow et al. 2016, 7.8)."
    ),
)
class TestEarlyStoppingReturnsTheBest:
    """Early stopping leaves you with the best model: that of the epoch with the lowest validation
    loss."""

    @reading("best weights restored", stopping=stoppings(), restoring=True)
    @reading(
        "as by default in Keras, not restored",
        stopping=stoppings(), restoring=False, published="fails",
    )  # fmt: skip
    @control(
        "not restored, losses that fall to the end",
        stopping=falling_to_the_end(), restoring=False,
    )  # fmt: skip
    def test_the_weights_are_those_of_the_best_epoch(self, stopping, restoring):
        assert stopping.handed_back(restoring=restoring) == stopping.best_epoch
