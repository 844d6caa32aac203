"""The words that set a force are those of the public table."""

import pytest

from refute.decision.verdict import Link
from refute.keys.forces import other_force, words_of_force
from refute.wording import FORCES


@pytest.mark.parametrize(("force", "word"), [(f, w) for f, ws in FORCES.items() for w in ws])
def test_every_word_of_the_table_sets_its_force(force: str, word: str) -> None:
    assert words_of_force(f"It {word} end so.") == {force: word}
    assert words_of_force(f"{word.capitalize()} it ends so.") == {force: word.capitalize()}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ReLU units die.", {}),
        ("ReLU units cannot die.", {}),
        ("They can't die, and can not.", {}),
        ("It does not always die.", {"not always": "not always"}),
        ("It doesn't always die.", {"not always": "doesn't always"}),
        ("They do not necessarily die.", {"not always": "not necessarily"}),
        ("It cannot always die.", {"not always": "cannot always"}),
        ("Not every unit dies.", {"not always": "Not every"}),
        ("It does not kill units in all cases.", {"not always": "not kill units in all cases"}),
        ("It does not die, and lives in all cases.", {"always": "in all cases"}),
        ("It does not kill more than a few of the units in every case.", {}),
        ("It is for life that has to go on in every case.", {}),
        ("They can never die.", {"always": "never"}),
        ("Units cannot die.", {}),
        ("They cannot die however deep it is.", {"always": "however deep"}),
        ("They cannot die, no matter how deep it is.", {"always": "no matter how"}),
        ("It lives, however small.", {"always": "however small"}),
        ("However, deep networks die.", {}),
        ("However deep networks die.", {}),
        ("Death is no matter of taste, and it does not matter how.", {}),
        ("Any network whatsoever dies.", {"always": "Any network whatsoever"}),
        ("Any network dies.", {}),
        ("It does not have any effect whatsoever.", {}),
        ("It has no effect whatsoever.", {}),
        ("They can die, no matter how deep it is.", {"can": "can", "always": "no matter how"}),
        ("They live without exception.", {"always": "without exception"}),
        ("The code runs without exception.", {}),
        ("They die, but not without exceptions.", {}),
        ("That cannot guarantee death.", {"not always": "cannot guarantee"}),
        ("That is not a guarantee of life.", {"not always": "not a guarantee"}),
        (
            "It need not always die, but never lives.",
            {"not always": "not always", "always": "never"},
        ),
        ("Life is no longer guaranteed.", {"not always": "no longer guaranteed"}),
        ("They live without a guarantee.", {"not always": "without a guarantee"}),
        (
            "That breaks its self-normalization guarantee.",
            {"not always": "breaks its self-normalization guarantee"},
        ),
        ("It can be read as death, and may be taken for it.", {}),
        ("It can be seen.", {}),
        ("It can be slowed.", {"can": "can"}),
        ("Units must differ, so that they can learn.", {"can": "can"}),
        ("Units must differ.", {}),
        ("It is not only slow.", {}),
        ("It lives as others do, only slower.", {}),
        ("It lives (only slower than others).", {}),
        ("Only slower units die.", {"always": "Only"}),
        ("It outputs only zeros.", {}),
        ("It only outputs zeros.", {}),
        ("It outputs only non-negative values.", {"always": "only"}),
        ("Even if alpha is tiny it never dies.", {"always": "never"}),
        ("Only outputs die.", {"always": "Only"}),
        ("It is of use when life must always go on.", {}),
        ("Use it unless they never die.", {}),
        ("When they die, they never live.", {"always": "never"}),
        ("It always dies when it lives.", {"always": "always"}),
        ("They die if they live and never otherwise.", {"always": "never"}),
        ("It dies only when it lives.", {"always": "only"}),
        ("If they live they always die.", {"always": "always"}),
        ("They will likely die.", {"can": "will likely"}),
        ("They will most likely die.", {"can": "will most likely"}),
        ("Canned maypoles are mighty.", {}),
        ("It often, generally and typically dies.", {}),
        ("Units may never die.", {"always": "never"}),
        ("They may not.", {}),
        ("It is as near as it can be, as well as can be.", {}),
        ("It might as well be.", {}),
        ("They are likely to die.", {"can": "are likely to"}),
        ("Death is guaranteed.", {"always": "guaranteed"}),
        ("It dies if and only if it must.", {}),
        ("They can neither die nor live.", {}),
        ("They can no longer die.", {}),
        ("They could die.", {"can": "could"}),
        ("They could not die, couldn't, and could neither live.", {}),
        ("Maybe they die.", {"can": "Maybe"}),
        ("Perhaps they die, possibly at once.", {"can": "Perhaps"}),
        ("It probably dies.", {"can": "probably"}),
        ("That is not possibly death.", {}),
        ("They live, because it never dies.", {}),
        ("Since it is never zero, they live.", {}),
        ("They never die, since it lives.", {"always": "never"}),
        ("Because it is never zero.", {"always": "never"}),
        ("They almost always die, and nearly never live.", {}),
        ("They practically never die.", {}),
        ("It was always so.", {"always": "always"}),
        ("As always, they die.", {}),
        ("They invariably die.", {"always": "invariably"}),
        ("They do not invariably die.", {"not always": "not invariably"}),
        ("They die regardless of depth.", {"always": "regardless of"}),
        ("They die under all circumstances.", {"always": "under all circumstances"}),
        ("They do not die at all times.", {"not always": "not die at all times"}),
        ("It is only slightly slower.", {}),
        ("It takes only a fifth of the memory, and only about half the time.", {}),
        ("It has only a single pass, with only 4 % more time.", {}),
        ("It learns only with a slow rate.", {"always": "only"}),
        ("Only a network with skips dies.", {"always": "Only"}),
        ("Only small values die.", {"always": "Only"}),
        (
            "It is not the case that they always die.",
            {"not always": "not the case that they always"},
        ),
        ("It is a myth that they always die.", {"not always": "myth that they always"}),
        ("It is wrong that they never die.", {"can": "wrong that they never"}),
        ("It isn't true that they can die.", {}),
        ("It is true that they can die.", {"can": "can"}),
        ("In May 2015 they died.", {}),
        ("Units that never fire are dead.", {}),
        ("A unit that is always off gets no gradient.", {}),
        ("Hidden layers whose weights never change always die.", {"always": "always"}),
        ("It is a function that never dies.", {"always": "never"}),
        ("It has outputs that never die.", {"always": "never"}),
    ],
)
def test_a_denied_word_or_a_lookalike_sets_no_force(text: str, found: dict[str, object]) -> None:
    assert words_of_force(text) == found


@pytest.mark.parametrize(
    ("text", "link", "claim", "force"),
    [
        ("Units may die.", Link("q/c"), "Units die.", "can"),
        ("Units may die.", Link("q/c"), "Units can die.", None),
        ("Units may die.", Link("q/c", force="can"), "Units die.", None),
        ("Units die.", Link("q/c", force="can"), "Units die.", None),
        ("Units die.", Link("q/c"), "Units never die.", None),
        ("Units may die, as they always did.", Link("q/c"), "Units die.", None),
        ("Units always die.", Link("q/c", chosen=True), "Units die.", None),
        ("Units always die.", Link("q/c", force="can", chosen=True), "Units die.", "always"),
        ("Units live only with water.", Link("q/c"), "Units need water.", None),
        ("Units live only with water.", Link("q/c"), "Units live with water.", "always"),
        ("Units live only with water.", Link("q/c"), "Units need no water.", "always"),
        ("Units never live without water.", Link("q/c"), "Units need water.", "always"),
    ],
)
def test_words_are_compared_with_the_link_and_the_claim(
    text: str, link: Link, claim: str, force: str | None
) -> None:
    assert other_force(text, [link], [claim]) == force


@pytest.mark.parametrize(
    "word", ["not ", "wrong that ", "if ", "because ", "no a b c d ", "any a "]
)
def test_words_are_found_with_work_in_proportion(word: str) -> None:
    """A paragraph may have 20,000 characters; with their square, the search takes seconds."""
    assert "always" in words_of_force(f"{word * (20_000 // len(word))}, always.")
