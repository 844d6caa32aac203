"""The Markdown dialect of keys: notes stay hidden, and nothing else is lost."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it.rules_block import blockquote

from refute.keys import dialect
from refute.keys.extents import extents, source_in
from refute.keys.html import Html
from refute.keys.reader import parse_key
from refute.keys.source import AnswerKeyError
from refute.keys.tree import Key


def key(text: str) -> Key:
    return parse_key(text, Path("key.md"))


def texts(text: str) -> list[str]:
    return [statement.text for statement in key(text).statements]


def shown(text: str) -> str:
    """All text that any renderer shows."""
    return "\n".join(block.text for block in key(text).blocks)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("One is.\n\n<!-- Hidden. Note. -->\n\nTwo is.", ["One is.", "Two is."]),
        ("One is.\n<!-- Hidden. -->\nTwo is.", ["One is.", "Two is."]),
        ("<!-- Hidden\n\n# so\n-->\nTwo is.", ["Two is."]),
        ("<!-- Hidden\n\nstill --> Two is.\nAnd so.", ["Two is.", "And so."]),
        ("<!-- Hidden --> **Two** is.", ["Two is."]),
        ("One <!-- hidden\nhidden --> is.", ["One is."]),
        ("<!--> Two is.", ["Two is."]),
        ("- <!-- hidden -->\n- Two is.", ["Two is."]),
        ("> <!-- hidden\n> hidden -->\n> Two is.", ["Two is."]),
        ("# Two <!-- hidden --> is", ["Two is"]),
        ("| a | b |\n|---|---|\n| c <!-- hidden --> | d |", ["a", "b", "c", "d"]),
        ("[//]: # (hidden)\n\nTwo is.", ["Two is."]),
        ('[comment]: <> "hidden"\nTwo is.', ["Two is."]),
        ("---\ntitle: hidden\ntags:\n  - hidden\n# hidden\n---\n\n# Two", ["Two"]),
        ("---\ntitle: hidden\n...\nTwo is.", ["Two is."]),
        ('+++\ntitle = "hidden"\n\n[hidden]\na = 1\n+++\nTwo is.', ["Two is."]),
        ("+++\nShown is so.\n+++\n", ["+++ Shown is so. +++"]),
    ],
)
def test_hidden_notes_stay_hidden(text: str, said: list[str]) -> None:
    assert texts(text) == said
    assert "idden" not in shown(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("```\n<!-- shown -->\n```", ["<!-- shown -->"]),
        ("Use `<!-- shown -->` here.", ["Use <!-- shown --> here."]),
        ("    <!-- shown", ["<!-- shown"]),
        ("\\<!-- shown -->", ["<!-- shown -->"]),
        ("---\nShown is so.\n---\nTwo is.", ["Shown is so.", "Two is."]),
        ("Two is.\n\n---\nkey: shown\n---\n", ["Two is.", "key: shown"]),
        ("Two is\n[//]: # (shown)", ["Two is [//]: # (shown)"]),
    ],
)
def test_text_that_resembles_a_note_is_shown(text: str, said: list[str]) -> None:
    assert texts(text) == said


@pytest.mark.parametrize(
    ("text", "line"),
    [("One.\n\n<!-- a\n\nTwo.", 3), ("> <!-- a\n\n-->", 1), ("- <!-- a\n\nb -->", 1)],
)
def test_a_comment_that_does_not_end_is_a_fault(text: str, line: int) -> None:
    with pytest.raises(AnswerKeyError, match=rf"key\.md:{line}: unclosed comment: "):
        key(text)


def test_metadata_is_not_the_title() -> None:
    assert key("---\ntitle: x\n---\n\nText.").title == "key"
    assert [statement.line for statement in key("---\ntitle: x\n---\n\nText.").statements] == [5]


def test_struck_text_is_shown_and_not_graded() -> None:
    text = "Dropout is ~~not~~ slow. ~~It is sparse.~~ ReLU is fast."
    assert texts(text) == ["Dropout is slow.", "ReLU is fast."]
    (block,) = key(text).blocks
    assert "<s>It is sparse.</s>" in Html().inline(block, 0, len(block.text))


def test_a_footnote_mark_neither_ends_a_word_nor_joins_sentences() -> None:
    text = "ReLU is fast.[^1] SELU is slow[^note-2].\n\n[^1]: It says so.\n[^note-2]: And so.\n"
    assert texts(text) == ["ReLU is fast.", "SELU is slow.", "It says so.", "And so."]
    assert "[^1]" in shown(text)


@pytest.mark.parametrize(
    "text",
    [
        "A **35$** GPU does it. Its loss is $5.",
        "From 5$ to 6$ it is.",
        "It costs $ 5, and $ 6.",
        "It is $5 and then $6.",
    ],
)
def test_money_is_not_a_formula(text: str) -> None:
    runs = [run for block in key(text).blocks for run in block.runs]
    assert not any(run.kind == "formula" for run in runs)


@pytest.mark.parametrize("text", ["$x$ is 5", "the $\\ell_1$ one", "($x$, $y$)", "$a\\$b$"])
def test_mathematics_is_a_formula(text: str) -> None:
    runs = [run for block in key(text).blocks for run in block.runs]
    assert any(run.kind == "formula" for run in runs)


@pytest.mark.parametrize(
    "text", ["$$ x = 1 $$ (label)", "$$\nx = 1\n$$ (label)", "$$ x = 1 $$\n\n(label)"]
)
def test_the_label_of_a_formula_is_not_lost(text: str) -> None:
    assert "x = 1" in " ".join(texts(text))
    assert "label" in " ".join(texts(text))


def test_cells_beyond_the_header_are_kept() -> None:
    text = "> | a | b |\n> |---|---|\n> | c | d | e. f |\n> | g |\n> | h | i | j | k |\n"
    assert texts(text) == ["a", "b", "c", "d", "e. f", "g", "h", "i", "j", "k"]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Signs \\* \\_ are. *So* they are.", ["Signs \\* \\_ are.", "So* they are."]),
        ("Mine &amp; yours are. So be it.", ["Mine &amp; yours are.", "So be it."]),
        ("| a &amp; b | \\* c | d |\n|---|---|---|\n", ["a &amp; b", "\\* c", "d"]),
        ("\u00a0\nOne is. Two is.", ["One is.", "Two is."]),
        ("> \u00a0\n> One is. Two is.", ["One is.", "Two is."]),
        ("One&NewLine;is. Two is.", ["One&NewLine;is.", "Two is."]),
        ("It is AT&amp;T&amp;", ["It is AT&amp;T&amp;"]),
    ],
)
def test_a_statement_is_where_it_is_written(text: str, places: list[str]) -> None:
    read = key(text)
    assert [source_in(read, extent) for extent in extents(read)] == places


# --- quotations ----------------------------------------------------------------------------

LINES = [
    "> a", "> # a", ">", ">> a", "a", "# a", "- a", "- > a", "  b", "$$ x", "$$", "```", "---", "",
    "<!-- a", "-->", "| a | b |", "|---|---|", "    c", "> <!-- a", "> $$ x", "1. > a", "   > a",
]  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(st.lists(st.sampled_from(LINES), max_size=40).map("\n".join))
def test_a_quotation_is_parsed_as_if_the_whole_key_were_searched(text):
    def quotation(state, start, end, silent):
        return bool(blockquote(state, start, end, silent))

    whole = dialect.markdown.__wrapped__()
    ends = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    whole.block.ruler.at("blockquote", quotation, ends)
    assert read(dialect.markdown(), text) == read(whole, text)


def read(parser, text):
    try:
        return [token.as_dict() for token in parser.parse(text, {})]
    except dialect.Refused as refused:
        return refused.line, str(refused)
