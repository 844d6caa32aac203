"""Experiments have code as their repr, replicates their own numbers; records join and are cut."""

import numpy as np
import pytest

from refute.decision.samples import MeasurementError, Sample
from refute.experiment import Record, Replicates, Series
from tests.throwing import Throw


def record(values: list[float], per: int | None = None, name: str = "loss") -> Record:
    x = np.arange(2.0)
    series = Series(name, "curve", "step", "loss", x, np.outer(values, [1.0, 2.0]))
    return Record({"value": Sample.exactly(np.array(values), per)}, (series,))


def test_the_repr_of_an_experiment_is_its_code():
    assert eval(repr(Throw(0.5))) == Throw(0.5)


def test_random_numbers_differ_by_seed_stream_replicate_and_purpose_and_by_nothing_else():
    def draw(seed=0, stream=0, replicate=0, purpose="weights", first=0, count=4):
        replicates = Replicates(first, count, seed, stream)
        return replicates.generator(replicate, purpose).random()

    base = draw()
    assert draw(first=8, count=64) == base
    others = [draw(seed=1), draw(stream=1), draw(replicate=1), draw(purpose="masks")]
    others += [draw(seed=1, stream=1), draw(seed=2**40), draw(purpose="data"), draw(replicate=256)]
    assert len({base, *others}) == len(others) + 1


def test_records_are_joined_in_order_and_cut_to_the_first_replicates():
    whole = Record.join([record([1.0, 2.0]), record([3.0])])
    assert whole.samples["value"].lower.tolist() == [1, 2, 3]
    assert whole.series[0].values.tolist() == [[1, 2], [2, 4], [3, 6]]
    first = whole.first(2)
    assert first.samples["value"].lower.tolist() == [1, 2]
    assert first.series[0].values.tolist() == [[1, 2], [2, 4]]


def test_records_of_different_things_or_units_do_not_join():
    with pytest.raises(MeasurementError, match="recorded different things"):
        Record.join([record([1], per=10), record([1], per=20)])
    with pytest.raises(MeasurementError, match="recorded different things"):
        Record.join([record([1.0]), record([1.0], name="accuracy")])
    with pytest.raises(MeasurementError, match="recorded different things"):
        Record.join([record([1.0]), Record({})])
