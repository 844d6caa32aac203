"""What a sample may hold, and what is refused where it is given."""

from fractions import Fraction

import numpy as np
import pytest

from refute.decision.counts import decide
from refute.decision.outcome import Outcome
from refute.decision.regions import Region
from refute.decision.samples import MeasurementError, Sample
from refute.experiment import Record


@pytest.mark.parametrize(
    "values",
    [
        np.array([True, False]),
        np.array([-3, 1 << 53]),
        np.array([200, 255], dtype=np.uint8),
        np.array([0.5, -np.inf]),
        np.array([0.5, 65504], dtype=np.float16),
    ],
    ids=lambda values: str(values.dtype),
)
def test_numbers_of_64_bits_or_fewer_are_taken(values):
    sample = Sample.exactly(values)
    assert sample.lower.tolist() == values.tolist()
    assert sample.integers == (values.dtype.kind in "biu")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([1.0, 2.0], "not a list"),
        (np.array([1 + 2j]), "a sample of complex128: record truth values, integers or floats"),
        (np.array([10**30]), "a sample of object"),
        (np.array(["1"]), "a sample of <U1"),
        (np.array([1.0], dtype=np.longdouble), "a sample of "),
        (np.array([1 << 63], dtype=np.uint64), "an integer beyond 2^53"),
        (np.array([-(1 << 63)]), "an integer beyond 2^53"),
        (np.array([np.nan]), "replicate 0 measured NaN"),
        (np.array([[1.0]]), "one lower and one upper bound per replicate"),
    ],
)
def test_all_else_is_refused_where_it_is_given(values, said):
    with pytest.raises(MeasurementError, match=said.replace("^", r"\^")):
        Sample.exactly(values)


@pytest.mark.parametrize("per", [0, -360, 360.0, "360"])
def test_counts_are_out_of_a_positive_integer(per):
    with pytest.raises(MeasurementError, match="counts are out of a positive integer, not of "):
        Sample.exactly(np.array([1, 2]), per)


@pytest.mark.parametrize(("counts", "said"), [([3, 361], "361 of 360"), ([3, -1], "-1 of 360")])
def test_nobody_counts_more_than_all_or_fewer_than_none(counts, said):
    with pytest.raises(MeasurementError, match=f"replicate 1: 'accuracy' counts {said}"):
        Record({"accuracy": Sample.exactly(np.array(counts), 360)})


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_a_tenth_is_at_most_a_tenth_however_many_bits_it_has(dtype):
    sample = Sample.exactly(np.full(32, 0.1, dtype=dtype))
    assert sample.lower.tolist() == [0.1] * 32
    assert decide(sample, Region("at most 0.1", high=Fraction(1, 10))).outcome is Outcome.HOLDS


def test_floats_of_32_bits_keep_their_order_and_their_ends():
    generator = np.random.default_rng(0)
    bits = generator.integers(0, 0x7F800000, 5000, dtype=np.int32)
    values = np.unique(np.concatenate([bits.view(np.float32), -bits.view(np.float32), [np.inf]]))
    taken = Sample.exactly(values.astype(np.float32)).lower
    assert (np.diff(taken) > 0).all()
    assert np.isclose(taken, values.astype(np.float64), rtol=1e-7, atol=1e-45).all()
