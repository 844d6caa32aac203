"""The least of several quantities, with caps."""

from dataclasses import dataclass

import numpy as np

from refute.decision.samples import Sample
from refute.engine.engine import Engine
from refute.experiment import Experiment, Record
from refute.lab.bench import tuning
from refute.lab.bench.optimizers import Adam
from refute.lab.bench.quantities import accuracy
from refute.lab.bench.tuning import PLAIN_SGD, Least, at_rates, steps_to_loss_tuned
from refute.quantity import Recorded


@dataclass(frozen=True)
class Capped(Experiment):
    """Replicate k takes ``start + k`` steps, and is stopped at ``cap``."""

    start: float
    cap: float
    chunk: int = 4
    stream: int = 0

    def run(self, replicates):
        for k in replicates:
            replicates.generator(k, "as every replicate does")
        steps = np.array([self.start + k + 10 * self.stream for k in replicates], dtype=float)
        late = steps > self.cap
        return Record({"x": Sample(np.where(late, self.cap, steps), np.where(late, np.inf, steps))})


@dataclass(frozen=True)
class Counted(Experiment):
    """Every replicate has ``count`` right answers of ``total``."""

    count: int
    total: int = 100
    chunk: int = 4
    stream: int = 0

    def run(self, replicates):
        for k in replicates:
            replicates.generator(k, "as every replicate does")
        return Record({"x": Sample.exactly(np.full(len(replicates), self.count), per=self.total)})


def least(*experiments):
    return Least(
        tuple(Recorded(experiment, "x", repr(experiment)) for experiment in experiments),
        "the other",
    )


def test_the_least_is_taken_replicate_by_replicate():
    sample = Engine().measure(least(Capped(5, 99), Capped(7, 99)), 4).sample
    assert sample.lower.tolist() == sample.upper.tolist() == [5, 6, 7, 8]


def test_counts_out_of_one_total_stay_counts():
    sample = Engine().measure(least(Counted(3), Counted(5)), 4).sample
    assert (sample.per, sample.lower.tolist()) == (100, [3, 3, 3, 3])


def test_counts_out_of_several_totals_are_compared_as_shares():
    sample = Engine().measure(least(Counted(50), Counted(10, total=30)), 4).sample
    assert (sample.per, sample.lower.tolist()) == (None, [10 / 30] * 4)


def test_where_one_arrives_late_the_other_decides_if_it_surely_is_less():
    sample = Engine().measure(least(Capped(5, 6), Capped(4, 99)), 4).sample
    assert sample.lower.tolist() == [4, 5, 6, 6]
    assert sample.upper.tolist() == [4, 5, 6, 7]


def test_where_none_arrives_it_is_the_smallest_cap_or_anything_above():
    sample = Engine().measure(least(Capped(50, 6), Capped(40, 8)), 4).sample
    assert sample.lower.tolist() == [6] * 4
    assert (sample.upper == np.inf).all()


def test_other_seeds_move_every_experiment():
    moved = least(Capped(5, 99), Capped(7, 99)).other_seeds()
    assert {experiment.stream for experiment in moved.experiments()} == {1}


def test_rates_change_nothing_else():
    assert [optimizer.momentum for optimizer in at_rates(PLAIN_SGD, [0.1, 0.2])] == [0.0, 0.0]
    assert at_rates(Adam(), [0.1]) == (Adam(lr=0.1),)


def test_a_tuned_quantity_names_its_rates_and_one_rate_leaves_no_choice():
    tuned = steps_to_loss_tuned(at_rates(PLAIN_SGD, [0.1]))
    assert isinstance(tuned, Recorded)
    both = steps_to_loss_tuned(at_rates(PLAIN_SGD, [0.1, 0.3]))
    assert both.name == tuned.name + ", or at 0.3 where that is less"


def test_the_least_of_an_accuracy_is_that_of_the_worst_rate():
    assert tuning.least(at_rates(Adam(), [0.1]), accuracy) == accuracy(optimizer=Adam(0.1))
    worst = tuning.least(at_rates(Adam(), [0.1, 0.2, 0.3]), accuracy)
    assert worst.experiments() == tuple(
        accuracy(optimizer=Adam(rate)).experiment for rate in (0.1, 0.2, 0.3)
    )
    assert worst.name.endswith(", or at 0.2 or 0.3 where that is less")
