"""A key is read into statements that keep their place; nothing is trusted or dropped."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refute.keys.html import Html
from refute.keys.reader import MAX_PARAGRAPH_LENGTH, parse_key, read_key
from refute.keys.source import MAX_BYTES, AnswerKeyError
from refute.keys.tree import Block, Group, Key

PATH = Path("key.md")


def key(text: str) -> Key:
    return parse_key(text, PATH)


def texts(text: str) -> list[str]:
    return [statement.text for statement in key(text).statements]


class Bracketed(Html):
    """The key as HTML with every statement in square brackets."""

    def whole(self, part: Group | Block) -> str:
        opening, closing = self.group(part) if isinstance(part, Group) else self.block(part)
        if isinstance(part, Group):
            inner = "".join(map(self.whole, part.children))
        else:
            stretches = [
                (self.inline(part, start, end), states) for start, end, states in part.stretches()
            ]
            inner = "".join(f"[{text}]" if states else text for text, states in stretches)
        return opening + inner + closing


def html(text: str) -> str:
    return Bracketed().whole(key(text).tree)


def test_each_sentence_of_a_paragraph_is_a_statement_on_its_own_line() -> None:
    statements = key("# T\n\nOne is so.  Two\nis not. Is three?\n").statements
    assert [(statement.text, statement.line, statement.end_line) for statement in statements] == [
        ("T", 1, 1),
        ("One is so.", 3, 3),
        ("Two is not.", 3, 4),
        ("Is three?", 4, 4),
    ]
    assert [statement.index for statement in statements] == [0, 1, 2, 3]


def test_cells_of_a_header_are_headings_unless_they_end_as_sentences_do() -> None:
    read = key("| Rate | It drops units. |\n| --- | --- |\n| 0.5 | Half of them |\n")
    assert [statement.kind for statement in read.statements] == ["heading", *["sentence"] * 3]
    assert [statement.text for statement in read.statements][:2] == ["Rate", "It drops units."]


def test_headings_are_known_as_such_and_the_first_is_the_title() -> None:
    read = key("Setext `head`\n===\n\nText.\n")
    assert [statement.kind for statement in read.statements] == ["heading", "sentence"]
    assert read.title == "Setext head"
    assert key("Text.").title == "key"


def test_abbreviations_decimals_code_and_formulas_do_not_end_a_sentence() -> None:
    text = "See e.g. chapter 17 at 0.999, `a. B` and $x. Y$ too. Next."
    assert texts(text) == ["See e.g. chapter 17 at 0.999, a. B and $x. Y$ too.", "Next."]


def test_lists_quotations_and_tables_keep_their_structure() -> None:
    text = "3. One. Two.\n   - inner\n\n> Quoted.\n\n| a | b |\n|---|---|\n| c | d |\n"
    assert texts(text) == ["One.", "Two.", "inner", "Quoted.", "a", "b", "c", "d"]
    shown = html(text)
    for part in ('<ol start="3">', "[One.] [Two.]", "<blockquote>", "[c]</td>"):
        assert part in shown


def test_a_code_block_is_one_statement_with_its_own_lines() -> None:
    statements = key("Text.\n\n```python\na = 1.\n\nb = '<b>'\n```\n\n    c\n").statements
    assert [(statement.kind, statement.line, statement.end_line) for statement in statements] == [
        ("sentence", 1, 1),
        ("code", 4, 6),
        ("code", 9, 9),
    ]
    assert "[a = 1.\n\nb = &#x27;&lt;b&gt;&#x27;]" in html("```\na = 1.\n\nb = '<b>'\n```")


def test_an_empty_code_block_has_no_statement() -> None:
    assert texts("Text.\n\n```python\n\n```\n") == ["Text."]


def test_a_displayed_formula_is_a_statement_on_its_line() -> None:
    (statement,) = key("$$\nx < 1\n$$\n").statements
    assert (statement.line, statement.text) == (2, "x < 1")
    assert "[x &lt; 1]" in html("$$\nx < 1\n$$\n")


def test_markup_across_sentences_is_closed_and_opened_again() -> None:
    assert "[<strong>One.</strong>] [<strong>Two</strong> three.]" in html("**One. Two** three.")


def test_html_scripts_and_images_of_a_key_are_text() -> None:
    shown = html("<script>alert(1)</script> <b>x</b> ![i](http://evil.example/x.png)\n\n<div>y\n")
    assert "<script" not in shown
    assert "<b>" not in shown
    assert "<div" not in shown
    assert "<img" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown


@pytest.mark.parametrize(
    "target",
    [
        *(
            "javascript:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "ms-calculator:",
            "mailto:a@b.c",
        ),
        *("figure.png", "../secret.html", "//example.org", "/etc/passwd", "#claims", "http:x", ""),
    ],
)
@pytest.mark.parametrize("link", ["[x]({})", "![x]({})", "<{}>"])
def test_links_that_do_not_lead_to_the_web_are_text(target: str, link: str) -> None:
    assert "href" not in html(link.format(target))


def test_an_image_in_a_link_leads_where_the_link_does() -> None:
    shown = html("[![x](http://example.org/x.png)](http://example.org/)")
    assert '<a href="http://example.org/">x</a>' in shown
    assert shown.count("<a ") == 1


def test_links_to_the_web_are_links() -> None:
    assert '<a href="http://example.org/">x</a>' in html("[x](http://example.org/)")
    assert '<a href="HTTPS://example.org/">x</a>' in html("[x](HTTPS://example.org/)")


def test_the_language_of_a_code_block_is_escaped() -> None:
    assert 'language-&quot;&gt;&lt;x&gt;"' in html('```"><x>\na\n```')


def test_what_markdown_hides_is_read_as_text() -> None:
    assert texts("[ref]: http://x.example 'SELU is best'\n\n[^1]: hidden\n") == [
        "[ref]: http://x.example 'SELU is best'",
        "hidden",
    ]


def test_unclosed_markup_is_text() -> None:
    assert texts("**bold `code [link](x\n\n```\nunclosed") == ["**bold `code [link](x", "unclosed"]


@pytest.mark.parametrize("block", ["...", "😀", "![](x.png)", "![a plot](x.png)", "[^1]", "~~so~~"])
def test_a_block_without_words_is_shown_and_states_nothing(block: str) -> None:
    assert texts(f"One.\n\n***\n\n{block}\n") == ["One."]
    assert html(block).removeprefix("<p>\n").removesuffix("</p>\n")


def test_control_and_direction_characters_become_visible(tmp_path: Path) -> None:
    path = tmp_path / "key.md"
    path.write_text("a\x00b \x1b[31mred \u202eevil", encoding="utf-8")
    (statement,) = read_key(path).statements
    assert statement.text == "a\ufffdb \ufffd[31mred \ufffdevil"


def test_a_word_without_end_is_one_statement() -> None:
    (statement,) = key("x" * MAX_PARAGRAPH_LENGTH).statements
    assert len(statement.text) == MAX_PARAGRAPH_LENGTH


def test_line_ends_of_all_systems_count_alike(tmp_path: Path) -> None:
    path = tmp_path / "key.md"
    path.write_bytes(b"\xef\xbb\xbfOne.\r\n\r\nTwo.\r\rThree.\n")
    assert [(statement.text, statement.line) for statement in read_key(path).statements] == [
        ("One.", 1),
        ("Two.", 3),
        ("Three.", 5),
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"One.\nTw\xff.", r"key\.md:2: byte 0xff is not UTF-8: save"),
        (
            b"a" * (MAX_BYTES + 1),
            r"key\.md: cannot be read \(larger than 2,097,152 bytes\): split it",
        ),
        (b"> " * 500 + b"x", r"key\.md:1: lists or quotations are nested too deeply: flatten"),
        (b"One.\n\n" + b"x" * 20_001, r"key\.md:3: the paragraph has 20,001 characters, more than"),
        (b"- " * 500 + b"x", r"key\.md:1: lists or quotations are nested too deeply: flatten"),
    ],
)
def test_an_unreadable_key_is_one_clear_line(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "key.md"
    path.write_bytes(content)
    with pytest.raises(AnswerKeyError, match=message):
        read_key(path)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing.md", r"missing\.md: cannot be read \(.*\): check the path$"),
        (
            "folder.md",
            r"folder\.md: is a folder: give the keys in it, such as .*folder\.md/\*\.md$",
        ),
        ("folder", r"folder: is a folder: give the keys in it, such as .*folder/\*\.md$"),
    ],
)
def test_a_missing_key_or_a_folder_is_one_clear_line(
    tmp_path: Path, name: str, message: str
) -> None:
    (tmp_path / "folder.md").mkdir()
    (tmp_path / "folder").mkdir()
    with pytest.raises(AnswerKeyError, match=message):
        read_key(tmp_path / name)


def test_a_links_file_is_not_taken_for_a_key(tmp_path: Path) -> None:
    path = tmp_path / "key.toml"
    path.write_text("", encoding="utf-8")
    with pytest.raises(AnswerKeyError, match="give the key itself"):
        read_key(path)


def test_a_file_of_code_is_no_key_and_the_message_says_how_to_check_it() -> None:
    with pytest.raises(AnswerKeyError) as caught:
        read_key(Path("a/key.py"))
    assert str(caught.value) == (
        "a/key.py: is code and not a key: check it with `refute check --code a/key.py`"
    )


@pytest.mark.parametrize("name", ["key.pdf", "key.rst", "key"])
def test_a_file_without_the_suffix_of_a_key_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("One.", encoding="utf-8")
    with pytest.raises(AnswerKeyError, match=r"is not a key, judging by its name: give a file"):
        read_key(tmp_path / name)


def test_an_empty_key_has_no_statements() -> None:
    assert key("").statements == ()


MARKS = (
    *("a. ", "B ", "**", "_", "`", "```\n", "$", "$$\n", "[", "](", ")", "<b>", "&amp;", "\\"),
    *("\n", "\n\n", "> ", "- ", "1. ", "# ", "    ", "|", "|-|\n", "!", "---\n", "é\u2003"),
)
MARKUP = st.lists(st.sampled_from(MARKS), max_size=30).map("".join)


@given(MARKUP)
def test_any_text_is_read_in_order_and_its_statements_cover_each_block(text: str) -> None:
    read = key(text)
    for block in read.blocks:
        edges = [0, *(end for _, end in block.spans)]
        assert [start for start, _ in block.spans] == edges[:-1]
        has_words = any(letter.isalnum() for letter in block.said)
        assert edges[-1] == (len(block.text) if has_words else 0)
    lines = [statement.line for statement in read.statements]
    assert lines == sorted(lines)
    for statement in read.statements:
        assert 1 <= statement.line <= statement.end_line <= text.count("\n") + 1
    assert "<b>" not in html(text)
