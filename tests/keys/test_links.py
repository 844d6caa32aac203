"""Links tie quotes of a key to claims; every mismatch is one line with file, line and remedy."""

import unicodedata
from pathlib import Path

import pytest

from refute.decision.verdict import Link
from refute.keys.entry_faults import ReadingsByClaim
from refute.keys.links import MAX_FAULTS, LinkedKey, link, parse_links
from refute.keys.reader import parse_key, read_key
from refute.keys.source import AnswerKeyError

KEY = """# Title

SELU is **fast**, and it
never dies. ReLU may die. ReLU may rest.

```python
a = 1
b = 2
c = 3
```
"""


def linked(links: str, text: str = KEY, known: ReadingsByClaim | None = None) -> LinkedKey:
    return parse_links(links, Path("k.toml"), parse_key(text, Path("k.md")), known)


def entry(quote: str, says: str = 'asserts = ["act/x"]') -> str:
    return f"[[statement]]\nquote = '''{quote}'''\n{says}\n"


def accounted(result: LinkedKey) -> list[str]:
    statements = zip(result.key.statements, result.entries, strict=True)
    return [statement.text for statement, found in statements if found is not None]


def fault(links: str, known: ReadingsByClaim | None = None) -> str:
    with pytest.raises(AnswerKeyError) as caught:
        linked(links, known=known)
    return str(caught.value)


def test_an_entry_says_what_a_sentence_asserts_and_denies() -> None:
    result = linked(
        entry(
            "ReLU may die.",
            'asserts = ["act/x"]\ndenies = ["act/y"]\nnot_encoded = ["act/z"]',
        )
    )
    (found,) = [entry for entry in result.entries if entry is not None]
    assert found.links == (Link("act/x"), Link("act/y", asserts=False))
    assert found.not_encoded == ("act/z",)
    assert found.line == 2


def test_a_link_has_a_force_and_the_readings_whose_conditions_the_sentence_states() -> None:
    result = linked(
        entry(
            "ReLU may die.",
            'asserts = ["act/x", { claim = "act/y", force = "can" }]\n'
            'denies = [{ claim = "act/z", readings = ["rate 0.1", "at the start"] }]',
        ),
        known={"act/x": ["any"], "act/y": ["any"], "act/z": ["at the start", "rate 0.1"]},
    )
    (found,) = [entry for entry in result.entries if entry is not None]
    assert found.links == (
        Link("act/x"),
        Link("act/y", force="can"),
        Link("act/z", asserts=False, readings=("rate 0.1", "at the start")),
    )


def test_a_quoted_part_of_a_sentence_is_a_separate_statement() -> None:
    result = linked(entry("SELU is fast,"))
    assert [statement.text for statement in result.key.statements][1:4] == [
        "SELU is fast,",
        "and it never dies.",
        "ReLU may die.",
    ]
    assert accounted(result) == ["SELU is fast,"]


@pytest.mark.parametrize(
    "quote",
    [
        "SELU is **fast**, and it never dies.",
        "SELU is fast, and it\nnever dies.",
        "  SELU is fast,   and it never dies ",
        "SELU is … never dies.",
    ],
)
def test_markup_line_breaks_and_an_ellipsis_do_not_matter(quote: str) -> None:
    assert accounted(linked(entry(quote))) == ["SELU is fast, and it never dies."]


def test_a_quote_may_span_sentences() -> None:
    assert accounted(linked(entry("ReLU may die. ReLU may rest."))) == [
        "ReLU may die. ReLU may rest."
    ]


def test_punctuation_left_over_by_a_quote_joins_it() -> None:
    assert accounted(linked(entry("ReLU may die"))) == ["ReLU may die."]


def test_lines_of_code_are_quoted_like_words() -> None:
    result = linked(entry("b = 2 … c = 3") + entry("a = 1", "not_a_claim = true"))
    assert accounted(result) == ["a = 1", "b = 2 c = 3"]
    assert [statement.line for statement in result.key.statements[-2:]] == [7, 8]


def test_a_heading_can_be_linked() -> None:
    assert accounted(linked(entry("Title"))) == ["Title"]


def test_not_a_claim_and_advice_keep_their_reason() -> None:
    result = linked(
        entry("ReLU may die.", 'advice = "a matter of taste"')
        + entry("ReLU may rest.", 'not_a_claim = "a question"')
        + entry("a = 1", "not_a_claim = true")
    )
    found = [entry for entry in result.entries if entry is not None]
    assert [(entry.advice, entry.not_a_claim) for entry in found] == [
        ("a matter of taste", None),
        (None, "a question"),
        (None, "makes no claim"),
    ]


def test_a_key_without_links_is_not_divided(tmp_path: Path) -> None:
    path = tmp_path / "key.md"
    path.write_text(KEY, encoding="utf-8")
    result = link(read_key(path))
    assert result.links_path is None
    assert set(result.entries) == {None}


@pytest.mark.parametrize(
    ("links", "message"),
    [
        ("[[statement]]\nquote = oops\n", "k.toml:2: not TOML: Invalid value: fix the line"),
        ("[[statement]]\nquote = '", "k.toml:2: not TOML: "),
        ("\nother = 1\n", "k.toml:2: unknown name 'other'"),
        ("[statement]\nquote = 'x'\n", "k.toml:1: statement is not a list of entries"),
        (entry("ReLU may live."), "k.toml:2: “ReLU may live.” is not in k.md (any more): quote"),
        (entry("LU may die."), "k.toml:2: “LU may die.” is not in k.md"),
        (
            entry("ReLU …"),
            "k.toml:2: “ReLU …” is not in k.md: write an ellipsis only between the first and the "
            "last words of the quote",
        ),
        (entry("..."), "k.toml:2: “...” is not in k.md"),
        (entry("ReLU may"), "k.toml:2: “ReLU may” is 2 times in k.md (lines 4, 4): quote more"),
        ("[[statement]]\nasserts = ['a/b']\n", "k.toml:1: the entry has no quote: write"),
        (entry(" "), "k.toml:1: the entry has no quote: write"),
        (entry("ReLU may die.", "assert = ['a/b']"), "k.toml:3: unknown name 'assert'"),
        (entry("ReLU may die.", "asserts = 'a/b'"), "k.toml:3: asserts is not a list of ids"),
        (entry("ReLU may die.", "asserts = []"), "k.toml:3: asserts is not a list of ids"),
        (entry("ReLU may die.", "asserts = ['A b']"), "'A b' is not an id: write question/claim"),
        (
            entry("ReLU may die.", "advice = ''"),
            "k.toml:3: advice has no reason: say why no experiment decides it",
        ),
        (
            entry("ReLU may die.", "not_a_claim = false"),
            "k.toml:3: not_a_claim must be true",
        ),
        (
            entry("ReLU may die.", "asserts = ['a/b']\nadvice = 'x'"),
            "k.toml:1: the entry contradicts itself (advice and links): keep one",
        ),
        (
            entry("ReLU may die.", 'asserts = ["a/b"]\ndenies = ["a/b"]'),
            "k.toml:3: the entry names a/b twice: a statement asserts or denies a claim once",
        ),
        (
            entry("ReLU may die.", 'asserts = [{ force = "can" }]'),
            "k.toml:1: a link has no claim: write { claim = ",
        ),
        (
            entry("ReLU may die.", "asserts = [\n  { claim = 'a/b', force = 'may' }]"),
            "k.toml:4: force must be one of plain, always, not always, can",
        ),
        (
            entry("ReLU may die.", "asserts = [\n  { claim = 'a/b', strength = 'can' }]"),
            "k.toml:4: unknown name 'strength': a link may have claim, force, readings",
        ),
        (
            entry("ReLU may die.", "denies = [\n  { claim = 'a/b', readings = 'x' }]"),
            "k.toml:4: readings must be a list of names of readings",
        ),
        (
            entry("ReLU may die.", "asserts = [{ claim = 'a/b', force = ['can'] }]"),
            "k.toml:3: force must be one of plain, always, not always, can",
        ),
        (
            entry("ReLU may die.", "not_encoded = [{ claim = 'a/b' }]"),
            "k.toml:3: not_encoded is not a list of ids",
        ),
        (
            entry("ReLU may die.", "asserts = ['a/b', { claim = 'a/b', force = 'can' }]"),
            "k.toml:3: the entry names a/b twice",
        ),
        (
            entry("ReLU may die.") + entry("may die.", "not_a_claim = true"),
            "k.toml:5: the entry on line 2 quotes the same words: merge the two",
        ),
    ],
)
def test_a_fault_is_one_line_with_its_place_and_remedy(links: str, message: str) -> None:
    said = fault(links)
    assert message in said
    assert "\n" not in said
    assert said.startswith("k.toml:")


def test_an_unknown_claim_is_named_with_its_line() -> None:
    said = fault(entry("ReLU may die.", 'asserts = [\n  "act/y",\n]'), known={"act/x": ["any"]})
    assert said == (
        "k.toml:4: unknown claim act/y: fix the id, list it as not_encoded, or run it if it is new"
    )


def test_a_misspelt_claim_is_named_with_the_one_that_is_meant() -> None:
    known = {"act/relu-units-die": ["any"], "act/tanh": ["any"]}
    said = fault(entry("ReLU may die.", 'asserts = ["act/relu-unit-die"]'), known=known)
    assert said.startswith(
        "k.toml:3: unknown claim act/relu-unit-die (did you mean act/relu-units-die?):"
    )


def test_a_stale_name_of_a_reading_is_reported_with_its_line() -> None:
    says = "asserts = [\n  { claim = 'act/x', readings = [\n    'any',\n    'rate 0.2'] }]"
    said = fault(entry("ReLU may die.", says), known={"act/x": ["any", "rate 0.5"]})
    assert said == ("k.toml:6: act/x has no reading “rate 0.2”: it has “any”, “rate 0.5”")


def test_a_claim_encoded_since_is_no_longer_called_not_encoded() -> None:
    said = fault(entry("ReLU may die.", 'not_encoded = ["act/x"]'), known={"act/x": ["any"]})
    assert said == "k.toml:3: act/x is encoded now: move it to asserts or denies"


def test_all_faults_are_reported_at_once() -> None:
    said = fault(entry("Gone.") + entry("ReLU may"))
    assert [line.split(":")[1] for line in said.splitlines()] == ["2", "5"]


def test_comments_and_blank_lines_do_not_shift_line_numbers() -> None:
    assert fault("# a comment\n\n\n" + entry("Gone.")).startswith("k.toml:5: ")


def test_a_quote_that_looks_like_an_entry_does_not_shift_line_numbers() -> None:
    said = fault(entry("Gone\n[[statement]]\n", 'asserts = ["act/x"]') + entry("ReLU may die."))
    assert said.startswith("k.toml:2: “Gone [[statement]]” is not in k.md")


@pytest.mark.parametrize(
    ("place", "line"), [("line = 5", 5), ("occurrence = 4", 5), ("line = 3\noccurrence = 2", 3)]
)
def test_one_of_several_equal_stretches_is_chosen_by_line_or_occurrence(place, line):
    result = linked(entry("Yes.", f"not_a_claim = true\n{place}"), "Yes.\n\nYes. Yes.\n\nYes.\n")
    assert [
        statement.line
        for statement, found in zip(result.key.statements, result.entries, strict=True)
        if found
    ] == [line]


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("", "“Yes.” is 4 times in k.md (lines 1, 3, 3, 5): quote more, or add line = 1 or "),
        ("line = 3", "(lines 3, 3): quote more, or add occurrence = 1"),
        ("line = 2", "“Yes.” is not on line 2 of k.md (any more): quote the key as it is now"),
        ("occurrence = 5", "“Yes.” is 4 times in k.md: fix occurrence"),
        (f"occurrence = {10**30}", "“Yes.” is 4 times in k.md: fix occurrence"),
        ("line = 1\noccurrence = 2", "“Yes.” is once on line 1 of k.md: fix occurrence"),
        ("line = 0", "line must be a number from 1"),
        ("occurrence = true", "occurrence must be a number from 1"),
    ],
)
def test_a_place_that_does_not_fit_is_one_line(place, message):
    with pytest.raises(AnswerKeyError) as caught:
        linked(entry("Yes.", f"not_a_claim = true\n{place}"), "Yes.\n\nYes. Yes.\n\nYes.\n")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_equal_cells_are_distinguished():
    text = "| a | b |\n|---|---|\n| Yes | Yes |\n"
    links = entry("Yes", "not_a_claim = true\noccurrence = 1") + entry(
        "Yes", "advice = 'x'\noccurrence = 2"
    )
    assert [found and found.advice for found in linked(links, text).entries] == [
        None, None, None, "x",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "quote",
    [
        "It isn't “naïve”…",
        'It isn’t "naïve"...',
        unicodedata.normalize("NFD", 'It isn\'t "naïve"…'),
        unicodedata.normalize("NFKC", "It isn’t “naïve”…"),
    ],
)
@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_spellings_of_quotation_marks_ellipses_and_accents_do_not_matter(quote, form):
    text = unicodedata.normalize(form, "It isn’t “naïve”… Next one.")
    found = linked(entry(quote, "not_a_claim = true"), text)
    assert len(accounted(found)) == 1
    assert len(found.key.statements) == 2


def test_a_letter_is_not_found_without_its_accent():
    with pytest.raises(AnswerKeyError, match="is not in"):
        linked(entry("the"), "the\u0301 me")


@pytest.mark.parametrize("invisible", ["\u00ad", "\u200b", "\u2060", "\ufeff"])
def test_characters_that_nobody_sees_do_not_matter(invisible):
    assert len(accounted(linked(entry("The model learns."), f"The mo{invisible}del learns."))) == 1
    assert len(accounted(linked(entry(f"The mo{invisible}del learns."), "The model learns."))) == 1


def test_unsafe_characters_from_escapes_are_replaced():
    result = linked(entry("ReLU may die.", 'advice = "\\u001b]8;; \\u202e taste"'))
    (found,) = [entry for entry in result.entries if entry is not None]
    assert found.advice == "\ufffd]8;; \ufffd taste"


def test_struck_words_are_not_quoted():
    assert accounted(linked(entry("SELU is fast."), "SELU is ~~very~~ fast.")) == ["SELU is fast."]


def test_the_number_of_reported_faults_is_limited():
    ids = ", ".join(f'"BAD {number}"' for number in range(9000))
    said = fault(entry("ReLU may die.", f"asserts = [{ids}]")).splitlines()
    assert len(said) == MAX_FAULTS + 1
    assert said[-1] == "k.toml: and more: fix these first"


@pytest.mark.parametrize("links", ["", "# nothing yet\n"])
def test_an_empty_links_file_accounts_for_nothing(links: str) -> None:
    assert accounted(linked(links)) == []


def test_a_links_file_that_is_not_text_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "key.md"
    path.write_text(KEY, encoding="utf-8")
    path.with_suffix(".toml").write_bytes(b"\xff")
    with pytest.raises(AnswerKeyError, match=r"key\.toml:1: byte 0xff is not UTF-8"):
        link(read_key(path))


def test_an_entry_may_say_nothing_yet() -> None:
    found = linked(entry("ReLU may die.", ""))
    (empty,) = [each for each in found.entries if each is not None]
    assert (empty.is_empty, empty.is_open) == (True, True)
    assert accounted(found) == ["ReLU may die."]


TIED = "asserts = [{{ claim = 'a/b', readings = ['r'], stated = {} }}]"


def test_a_link_may_quote_the_words_that_state_its_conditions() -> None:
    found = linked(entry("ReLU may die.", TIED.format("'SELU is fast'")))
    (tied,) = [each.links[0] for each in found.entries if each is not None]
    assert (tied.readings, tied.stated) == (("r",), "SELU is fast")


@pytest.mark.parametrize(
    ("says", "message"),
    [
        (TIED.format("'when it rains'"), "k.toml:3: “when it rains” is not in k.md: fix stated"),
        (TIED.format("''"), "k.toml:3: stated must quote the words of the key that state"),
        (TIED.format("1"), "k.toml:3: stated must quote the words"),
        ("asserts = [{ claim = 'a/b', stated = 'SELU' }]", "k.toml:3: stated must quote the words"),
    ],
)
def test_words_that_state_no_condition_are_one_line(says: str, message: str) -> None:
    with pytest.raises(AnswerKeyError) as caught:
        linked(entry("ReLU may die.", says))
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


# --- what is proposed ----------------------------------------------------------------------


def test_an_entry_may_propose_claims() -> None:
    result = linked(entry("ReLU may die.", 'proposed = ["asserts act/x", "denies act/y"]'))
    (found,) = [entry for entry in result.entries if entry is not None]
    assert found.proposed == (Link("act/x"), Link("act/y", asserts=False))
    assert found.links == ()


@pytest.mark.parametrize(
    ("says", "message"),
    [
        ("proposed = []", "k.toml:3: proposed is not a list of proposals"),
        ('proposed = "asserts act/x"', "k.toml:3: proposed is not a list of proposals"),
        ('proposed = ["act/x"]', "k.toml:3: proposed is not a list of proposals"),
        ("proposed = [1]", "k.toml:3: proposed is not a list of proposals"),
        ('proposed = ["asserts X"]', "k.toml:3: 'X' is not an id"),
        ('proposed = ["asserts act/x", "denies act/x"]', "k.toml:3: the entry names act/x twice"),
        ('proposed = ["asserts act/gone"]', "k.toml:3: unknown claim act/gone: fix the id"),
        ('proposed = ["asserts act/x"]\nadvice = "taste"', "the entry contradicts itself"),
    ],
)
def test_a_malformed_proposal_is_one_line_that_says_what_to_do(says: str, message: str) -> None:
    assert message in fault(entry("ReLU may die.", says), {"act/x": ["any"]})


def test_a_dotted_name_of_very_many_parts_is_refused_at_once() -> None:
    with pytest.raises(
        AnswerKeyError, match=r"key\.toml:2: more than 2,000 full stops in one line"
    ):
        parse_links(f"\n[{'a.' * 500_000}a]\n", Path("key.toml"), parse_key("A.", Path("key.md")))
