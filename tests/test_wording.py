"""Every word names a valid region, and the public table states it."""

import inspect
import re
from fractions import Fraction
from pathlib import Path

import pytest

from refute import wording
from refute.decision.regions import Region

DOCUMENT = Path(__file__).parent.parent / "docs" / "wording.md"
ARGUMENTS = {"roughly": 2, "equal_to": 10, "or_more": 10}
"""With which argument the table shows the words that take one."""

WORDS = {
    name: word
    for name, word in inspect.getmembers(wording, inspect.isfunction)
    if not name.startswith("_") and word.__module__ == wording.__name__
}


def region_of(name: str) -> Region:
    argument = ARGUMENTS.get(name)
    return WORDS[name]() if argument is None else WORDS[name](argument)


def rows() -> dict[str, tuple[str, str, str]]:
    """Region, spread and reason by the word's call, from the document."""
    found = re.findall(
        r"^\| `(\w+\(.*?\))` \| (.*?) \| (.*?) ?\| (.*?) \|$", DOCUMENT.read_text("utf8"), re.M
    )
    calls = [call for call, *_ in found]
    assert len(calls) == len(set(calls)), "a word has two rows"
    return {call: (region, spread, reason) for call, region, spread, reason in found}


def call(name: str) -> str:
    return f"{name}({ARGUMENTS.get(name, '')})"


def bound(value: Fraction) -> str:
    decimal = f"{float(value):g}"
    return (decimal if Fraction(decimal) == value else str(value)).replace("-", "−")


def notation(region: Region) -> str:
    low = "(−∞" if region.low is None else "[("[region.low_open] + bound(region.low)
    high = "∞)" if region.high is None else bound(region.high) + "])"[region.high_open]
    return f"{low}, {high}"


def test_there_are_words():
    assert {"roughly", "slower", "most", "generally", "little_difference"} <= WORDS.keys()


@pytest.mark.parametrize("name", WORDS)
def test_a_word_names_a_region_with_exact_edges_and_says_it_in_words(name):
    region = region_of(name)
    assert region.edges
    assert all(isinstance(edge.value, Fraction) for edge in region.edges)
    assert region.words.strip()
    assert WORDS[name].__doc__


@pytest.mark.parametrize("name", WORDS)
def test_the_public_table_states_each_word_with_its_bounds_and_their_reason(name):
    region, spread, reason = rows()[call(name)]
    named = region_of(name)
    assert region == notation(named)
    assert len(reason.split()) >= 4
    if named.low is not None and named.high is not None:
        assert spread == f"{float(named.high - named.low):g}"
    else:
        assert spread == ""


def test_the_public_table_has_no_word_that_the_module_has_not():
    assert rows().keys() == {call(name) for name in WORDS}


def test_words_for_shares_of_cases_are_proportions_and_others_speak_of_medians():
    proportions = {name for name in WORDS if region_of(name).of == "proportion"}
    assert proportions == {"most", "often", "generally", "rarely"}
    for name in proportions:
        assert all(0 < edge.value < 1 for edge in region_of(name).edges)


def test_roughly_twice_is_one_and_a_half_to_two_point_seven_times():
    assert notation(wording.roughly(2)) == "[1.5, 2.7]"
    assert wording.roughly(0.1).low == Fraction(3, 40)  # as typed, not as its float
    assert wording.roughly(Fraction(1, 3)).high == Fraction(9, 20)


@pytest.mark.parametrize("value", [0, -2])
def test_roughly_and_equal_are_for_positive_numbers_only(value):
    with pytest.raises(ValueError, match="positive"):
        wording.roughly(value)
    with pytest.raises(ValueError, match="positive"):
        wording.equal_to(value)


def test_words_that_exclude_each_other_share_an_edge_that_only_one_of_them_has():
    slower, nearly = wording.slower(), wording.nearly_as_fast()
    assert slower.low == nearly.high
    assert nearly.high_open != slower.low_open
    little, better = wording.little_difference(), wording.better()
    assert little.high == better.low
    assert better.low_open != little.high_open


def test_mirror_words_are_mirror_images():
    assert wording.faster().high == 1 / wording.slower().low
    preserved = wording.preserved()
    assert preserved.low * preserved.high == 1
    for symmetric in (wording.little_difference(), wording.within_a_decade()):
        assert symmetric.low == -symmetric.high


def test_stronger_words_ask_for_more():
    assert wording.much_longer().low > wording.slightly_slower_at_most().high > wording.slower().low
    assert wording.generally().low > wording.most().low
    assert wording.rarely().high == 1 - wording.generally().low
    assert wording.far_better().low > wording.better().low
    assert wording.no_effect_on_time().high < wording.slower().low
    assert wording.decades_apart().low > wording.within_a_decade().high


# --- words that set a force ----------------------------------------------------------------


def test_the_public_table_has_the_words_that_set_a_force() -> None:
    document = DOCUMENT.read_text("utf8")
    for force, words in wording.FORCES.items():
        assert f"| `{force}` | {', '.join(words)} |" in document
    assert f"| plain | {', '.join(wording.POPULATIONS)} |" in document
