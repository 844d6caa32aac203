"""Whether the bench agrees with torch, in a line, and what is wrong, in a few."""

from refute.ledger import Bench, Disagreement
from refute.prose.bench import SHOWN, bench_in_words, disagreements, wrong_points

WRONG = [Disagreement("nn.SELU", what, "1 instead of 2") for what in ("values", "slopes")]


def test_a_bench_that_agrees_says_in_how_many_points():
    assert bench_in_words(Bench("2.13.0+cpu", 153)) == "agrees with torch 2.13 in 153 points"
    assert disagreements(Bench("2.13.0+cpu", 153)) == disagreements(None) == []


def test_a_part_that_is_wrong_is_named_once_and_its_points_are_listed():
    bench = Bench("2.13.0+cpu", 153, WRONG)
    assert bench_in_words(bench) == "differs from torch 2.13 in 2 of 153 points (nn.SELU)"
    assert disagreements(bench)[0] == "nn.SELU, values: 1 instead of 2"


def test_many_points_are_counted():
    lines = disagreements(Bench("2.13", 153, WRONG * 10))
    assert len(lines) == SHOWN + 1
    assert lines[-1] == "and 15 more"
    assert wrong_points(WRONG, most=1) == ["nn.SELU, values: 1 instead of 2", "and 1 more"]
