"""The work of checking a key grows linearly: counted in lines of Python, not in seconds."""

from contextlib import suppress
from pathlib import Path

import pytest
from benchmarks.checking import write_key, write_ledger
from hypothesis import example, given, settings
from hypothesis import strategies as st

from refute import ledger as ledgers
from refute.cli.diagnostics import lines
from refute.grading.key import grade_file
from refute.keys.extents import extents
from refute.keys.graded import CHECKED, Mark
from refute.keys.html import Html
from refute.keys.links import parse_links
from refute.keys.marks import results_of
from refute.keys.own_quotes import own_quotes
from refute.keys.reader import parse_key
from refute.keys.source import AnswerKeyError
from refute.keys.web_page import as_markdown
from tests.keys.counting import work


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("bench")
    write_ledger(home / "verdicts.json")
    return home


def test_four_times_the_statements_are_four_times_the_work(home: Path) -> None:
    ledger = ledgers.read(home / "verdicts.json")
    results = results_of(ledger)

    def checked(statements: int) -> int:
        key = write_key(home, f"key{statements}", statements)
        return work(lambda: list(lines(grade_file(key, ledger), results)))

    checked(10)  # what is imported and cached once is not counted
    few, many = checked(100), checked(400)
    assert 3 * few < many < 4.5 * few


def test_the_benchmark_key_has_each_of_its_statements_linked(home: Path) -> None:
    key = write_key(home, "linked", 200)
    graded = grade_file(key, ledgers.read(home / "verdicts.json"))

    assert len(graded.statements) == 200
    assert graded.counts[Mark.UNLINKED] == 0
    assert {mark for mark, count in graded.counts.items() if count} >= {
        Mark.SUPPORTED, Mark.REFUTED, Mark.DEPENDS, Mark.NOT_ENCODED, Mark.ADVICE,
    }  # fmt: skip
    assert sum(graded.counts[mark] for mark in CHECKED) > 100


@pytest.mark.parametrize(
    "repeated",
    [
        "*Aa* bb. Cc ",  # as many sentences as runs
        "*Aa* bb.\nCc ",  # as many lines
        "Aa `x` bb. ",
        "[",
        "[a](",
        "**a ",
        "*&#1;* ",  # text that is not in the source as it is shown
        "“A. B ",
    ],
)
def test_the_work_for_a_paragraph_grows_linearly(repeated: str) -> None:
    def read(length: int) -> int:
        text = (repeated * length)[:length]
        return work(lambda: parse_key(text, Path("key.md")).statements)

    read(100)
    few, many = read(1000), read(4000)
    assert many < 5 * few


def test_a_bracket_costs_at_most_one_step_per_level() -> None:
    text = "[" * 2000

    assert work(lambda: parse_key(text, Path("key.md")).statements) < 1000 * len(text)


PATTERNS = [
    # quotations, lists and what stands in them
    "> # a\nb\n", "> ***\nb\n", "> ```\nb\n", "> a\n", "> ", "> > a\nb\n", "> - a\nb\n", ">\n",
    "- a\n", "- > a\n", "1. a\n\n", "  - a\n", "- ", "* * a\n", "    a\n", "\ta\n",
    # headings, rules, code, metadata
    "# a\nb\n", "a\n===\n", "---\n", "---\na: b\n", "```\n", "```a\nb\n```\n", "`a", "`` ` ",
    # formulas, money
    "$$ x\n\n", "$$ x\n", "> $$ x\n\n", "$$ x $$ (a)\n", "$a ", "$a$ ", "\\$", "5$ ",
    # emphasis and struck text
    "*a ", "*a* ", "**a ", "**a* ", "_a ", "*_a ", "~~a ", "~~a~~ ", "***",
    # brackets, links, footnotes, addresses
    "[", "]", "[a](", "[a](b) ", "![a](b) ", "[a][b] ", "[^a] ", "[^a]: b\n\n", "[//]: # (a\n\n",
    "[a]: <b> 'c'\n", "(", "<a ", "<http://a.b> ", "http://a.b ",
    # comments and what looks like some
    "a\n<!-- b -->\n\n", "text <!-- ", "<!-- a --> b ", "-->",
    # tables
    "| a | b |\n|---|---|\n\n", "| a |\n", "|", "|---|---|\n| a | b | c |\n", "\\| ",
    # entities and escapes
    "&amp; ", "&#x41;", "&", "&NewLine;", "\\* ", "\\\n",
    # sentences, accents, marks
    "a\n\n", "A is so. ", "cf. ", "e\u0301 ", "Yes. No? ", "... ", "“A. ", "a.b.c. ", "\u202e",
]  # fmt: skip


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.sampled_from(PATTERNS), min_size=1, max_size=4).map("".join),
    st.just("") | st.sampled_from(PATTERNS),
)
@example("> # a\nb\n", "")
@example("> # a\nb\n", "- ")
@example("$$ x\n\n", "")
@example("*a ", "")
@example("> > > # a\nb\n", "")
def test_the_work_for_any_repeated_pattern_grows_linearly_or_it_is_refused(
    repeated: str, begun: str
) -> None:
    def read(length: int) -> int:
        text = begun + (repeated * length)[: length - length % len(repeated)]
        try:
            return work(lambda: extents(parse_key(text, Path("key.md"))))
        except AnswerKeyError:
            return 0

    read(200)
    few, many = read(1000), read(4000)
    assert many < 5.5 * few + 20_000


@pytest.mark.parametrize("repeated", ["> # a\nb\n", "> ***\nb\n", "> > a\n***\n", "- > # a\n  b\n"])
def test_the_work_for_quotations_grows_linearly(repeated: str) -> None:
    def read(count: int) -> int:
        return work(lambda: parse_key(repeated * count, Path("key.md")).statements)

    read(10)
    assert read(2000) < 4.5 * read(500)


def linking(links: str, text: str) -> int:
    def link() -> None:
        with suppress(AnswerKeyError):
            parse_links(links, Path("key.toml"), parse_key(text, Path("key.md")))

    return work(link)


@pytest.mark.parametrize(
    ("links", "text"),
    [
        ("[[statement]]\nquote = 'x ... b'\nadvice = 'y'\n", "```\n{}\n```"),
        ("[[statement]]\nquote = 'x x'\nadvice = 'y'\n", "```\n{}\n```"),
    ],
)
def test_the_work_to_find_a_quote_grows_linearly(links: str, text: str) -> None:
    few, many = (linking(links, text.format("x " * count)) for count in (500, 2000))
    assert many < 5 * few


@pytest.mark.parametrize("written", ["[", "é", "*a* ", "x "])
def test_a_quote_longer_than_any_block_of_the_key_is_refused_unread(written: str) -> None:
    def links(times: int) -> str:
        return f"\n[[statement]]\nquote = '{written * times}.'\nadvice = 'y'\n"

    linking(links(2_000), "Yes.")  # what is imported and cached once is not counted
    few, many = (linking(links(times), "Yes.") for times in (2_000, 100_000))
    assert many == few
    length = 100_000 * len(written) + 1
    with pytest.raises(AnswerKeyError) as caught:
        parse_links(links(100_000), Path("key.toml"), parse_key("Yes.", Path("key.md")))
    assert str(caught.value) == (
        f"key.toml:3: the quote has {length:,} characters, more than any paragraph or block of "
        "code of key.md: quote less"
    )


def test_a_quote_may_be_longer_than_its_paragraph_by_its_markup() -> None:
    key = parse_key("Yes. " * 300, Path("key.md"))
    links = f"[[statement]]\nquote = '{'*Yes.* ' * 300}'\nadvice = 'y'\n"
    assert None not in parse_links(links, Path("key.toml"), key).entries


BY_LINE, BY_OCCURRENCE, BY_BOTH = (
    "line = {line}", "occurrence = {number}", "line = 1\noccurrence = {number}",
)  # fmt: skip


@pytest.mark.parametrize(
    ("place", "around", "equal", "lines"),
    [
        (BY_LINE, "{}", "Yes.\n\n", 2),
        (BY_LINE, "{}", "Yes.\n", 1),
        (BY_LINE, "```\n{}\n```", "Yes.\n", 1),
        (BY_LINE, "| A |\n|---|\n{}", "| Yes. |\n", 1),
        (BY_OCCURRENCE, "{}", "Yes.\n\n", 2),
        (BY_OCCURRENCE, "{}", "Yes. ", 0),
        (BY_OCCURRENCE, "```\n{}\n```", "Yes.\n", 1),
        (BY_BOTH, "{}", "Yes. ", 0),
        (BY_BOTH, "{}\n|---|", "| Yes. ", 0),
    ],
)
def test_the_work_to_place_equal_quotes_grows_linearly(
    place: str, around: str, equal: str, lines: int
) -> None:
    def linked(count: int) -> int:
        entry = "[[statement]]\nquote = 'Yes.'\n" + place + "\nadvice = 'y'\n"
        text = around.format(equal * count)
        first = text[: text.index("Yes.")].count("\n") + 1
        links = "".join(entry.format(number=at + 1, line=first + lines * at) for at in range(count))
        key = parse_key(text.replace("|---", "|---" * count), Path("key.md"))
        entries = parse_links(links, Path("key.toml"), key).entries
        assert sum(entry is not None for entry in entries) == count
        return work(lambda: parse_links(links, Path("key.toml"), key))

    few, many = linked(100), linked(400)
    assert many < 5 * few


@pytest.mark.parametrize("equal", ["Yes.\n\n", "Yes. ", "Yes.\n"])
def test_the_work_to_quote_every_statement_grows_linearly(equal: str) -> None:
    def quoted(count: int) -> int:
        key = parse_key(equal * count, Path("key.md"))
        assert [own.occurrence for own in own_quotes(key)] == [*range(1, count + 1)]
        return work(lambda: list(own_quotes(key)))

    few, many = quoted(100), quoted(400)
    assert many < 5 * few


def test_very_many_places_of_many_quotes_are_refused() -> None:
    entry = "[[statement]]\nquote = 'a{}'\nadvice = 'y'\noccurrence = 90000\n"
    links = "".join(entry.format(" a" * at) for at in range(10))
    key = parse_key(f"```\n{'a ' * 100_000}\n```", Path("key.md"))
    with pytest.raises(AnswerKeyError) as caught:
        parse_links(links, Path("key.toml"), key)
    assert (
        "key.toml:10: the quotes up to here occur in more than 200,000 places of key.md: "
        in str(caught.value)
    )


def test_words_that_state_a_condition_are_not_searched_if_they_are_too_long() -> None:
    links = (
        "[[statement]]\nquote = 'Yes.'\n"
        f"asserts = [{{claim = 'a/b', readings = ['x'], stated = '{'[' * 100_000}'}}]\n"
    )
    with pytest.raises(AnswerKeyError) as caught:
        parse_links(links, Path("key.toml"), parse_key("Yes.", Path("key.md")))
    assert str(caught.value) == (
        "key.toml:3: stated has 100,000 characters, more than any paragraph or block of code of "
        "key.md: quote less"
    )


@pytest.mark.parametrize(
    "entry",
    [
        "[[statement]]\nquote = 'Yes.'\nadvice = 'y'\n",
        "[[statement]]\nquote = 'No.'\nadvice = 'y'\n" + "\n" * 50,
        "[[statement]]\nquote = 'No.'\nasserts = ['BAD']\n",
    ],
)
def test_the_work_for_faults_of_links_grows_linearly_and_the_report_is_short(entry: str) -> None:
    text = "Yes.\n\n" * 50
    linking(entry, text)
    few, many = (linking(entry * count, text) for count in (100, 400))
    assert many < 5 * few
    with pytest.raises(AnswerKeyError) as caught:
        parse_links(entry * 400, Path("key.toml"), parse_key(text, Path("key.md")))
    assert len(str(caught.value)) < 5000


@pytest.mark.parametrize("repeated", [
    "<a href='x'>d</a> ", "<a href='http://b.c'>d</a> ", "<img src=x alt=a>", "<del>a</del>",
    "<p>a</p><p hidden>b</p>", "<p>a</p><!-- b -->", "<b>a</b>", "<i>(a)</i>b", "<b><del>a</b>",
    "<li>a</li>", "<tr><td>a</td></tr>", "<tbody><tr><td>a</td></tr></tbody>", "<td>a</td>", "<br>",
    "<blockquote>a</blockquote>", "<ul><li>a</li></ul>", "<pre>```</pre>", "<dt>a<dd>b", "<p>",
])  # fmt: skip
@pytest.mark.parametrize("around", ["<div>", "<ol>", "<table>", "<table><thead>", "<p><b><del>"])
def test_the_work_for_a_page_grows_linearly_however_many_elements_stand_side_by_side(
    around: str, repeated: str
) -> None:
    def convert(times: int) -> int:
        try:
            return work(lambda: as_markdown(around + repeated * times, Path("k.html")))
        except AnswerKeyError:
            return 0

    convert(10)
    few, many = convert(200), convert(800)
    assert many < 4.5 * few + 20_000


def test_html_of_nested_emphasis_grows_with_the_text() -> None:
    (block,) = parse_key("*a " * 2000 + "b* " * 2000, Path("key.md")).blocks
    assert len(Html().inline(block, 0, len(block.text))) < 30 * len(block.text)
