"""How many replicates lie where the region says."""

from refute.decision.regions import Region
from refute.prose.counts import count_in_words
from tests import make


def test_both_ends_of_a_region_are_said_whole():
    outcome, measured = make.measured(Region("millions", low=2_000_000, high=9_000_000), 4e6)
    words = count_in_words(measured, outcome)
    assert words.startswith("all 64 pairs lie between 2.0 × 10^6 and 9.0 × 10^6")
