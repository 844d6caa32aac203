"""A key as Markdown reads like the key, with marks, and none of its text becomes markup."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from refute.export import summary
from refute.export.markdown import render
from refute.grading.folder import Material
from refute.grading.key import grade
from refute.keys.links import LinkedKey
from refute.keys.reader import parse_key
from refute.report.claims import claim_views
from refute.report.keys import key_views
from tests.export.gfm import by_github, by_markdown_it
from tests.export.material import material
from tests.make import claim, ledger, reading
from tests.report.hand_made import one_of_everything

ZERO_WIDTH_SPACE = "\u200b"
OURS = re.compile(
    r" \([✓…∅○] [a-z ]+\)| \([✗±?◐!] [a-z ]+, \d+\)|"
    r"\d+: ∅ unlinked, lines? [\d–]+\. No entry in the links accounts for it\."
)


def document(*args, **more):
    (text,) = render(material(*args, **more)).values()
    return text.decode()


def unlinked(text):
    """A key that nobody has linked, as Markdown, without the head that Refute writes."""
    run = ledger([])
    parsed = parse_key(text, Path("answers/key.md"))
    graded = grade(LinkedKey(parsed, (None,) * len(parsed.statements), None), run)
    made = Material(run, Path("reports/verdicts.json"), Path("answers"), (graded,), {})
    (written,) = render(made).values()
    return parsed, written.decode().split("\n---\n", 1)[1]


def letters(text):
    return "".join(text.replace(ZERO_WIDTH_SPACE, "").split())


def without_marks(text):
    return OURS.sub("", text)


# --- what a reader sees --------------------------------------------------------------------


def test_what_calls_for_attention_stands_below_and_the_rest_in_footnotes():
    text = document()

    assert (
        "1. **Does dropout slow training down?** Yes, by a factor of two. **(± depends, 2)** It "
        "costs nothing at inference. **(? undecided, 3)**\n"
    ) in text
    assert (
        "   > **2: ± depends.** Instead: The factor grows with depth: 1.2 with one hidden layer, "
        "2.05 with two. It holds for “two hidden layers”; fails for “one hidden layer”. Measured: "
        "one hidden layer: " in text
    )
    assert "   - Weights that start equal *stay* equal. (✓ supported[^chapter-11-4])\n" in text
    assert (
        "\n[^chapter-11-4]: Denies “Weights that start equal drift apart.” That claim fails for "
        "“any network”. Measured: any network: a counterexample in 37 examples: "
        "`Network(sizes=(3, 2, 1), seed=7)`. Denies `init/same-value`.\n"
    ) in text


def test_the_head_counts_the_marks_and_names_the_run():
    head = document().split("\n---\n")[0]

    assert head.startswith(
        "# Chapter 11, fact-checked\n\n! no verdict 1, ✗ refuted 1, ± depends 1, ? undecided 1, "
        "◐ partly checked 1, ✓ supported 2, … not encoded yet 1, ∅ unlinked 5, ○ advice 1.\n"
    )
    assert "`answers/chapter-11.md`: checked on 2026-03-01 12:30 UTC, seed 0" in head
    assert "torch 2.13.0" in head


def test_a_table_and_a_code_block_have_their_notes_below():
    text = document()

    assert "| layer. (∅ unlinked[^chapter-11-6]) | rate." in text
    assert "```python\nmodel = Sequential()\n" in text
    assert "\n> **12: ! no verdict, line 16.** It broke in “any”." in text


def test_statements_have_the_numbers_of_the_page():
    made = material()
    (page,) = key_views(made.keys, claim_views(made.ledger))
    text = document()

    numbered = [note for note in page.notes if note.graded.mark.value != "not a claim"]
    assert len(numbered) == 14
    for note in numbered:
        assert (
            f"{note.mark.word}, {note.number})" in text
            or f"-{note.number}]: " in text
            or (f"> **{note.number}: " in text)
        )


def test_a_key_that_could_not_be_graded_says_so():
    path = Path("answers/chapter-11.md")

    assert "**This key could not be graded.**" in document(faults={path: "a.toml:1: bad"})
    made = material(faults={Path("answers/lost.md"): "answers/lost.md: ``` <b>"})
    lost = render(made)["lost.md"].decode()
    assert "**This key could not be graded.**\n````\nanswers/lost.md: ``` <b>\n````" in lost


# --- faithful, and safe --------------------------------------------------------------------

HOSTILE = """# Title <script>alert(1)</script> [^chapter-11-2]: note

Text with <img src=x onerror=alert(1)> and [a link](javascript:alert(1)) and ![i](http://x/y.png).

- item [^chapter-11-2] &copy; \\* _a_ **b** ***c*** ~~d~~ `e` ``f ` g`` @octocat #12 | x
- a <!-- comment that does not end
- </details></blockquote> ---

> 1\\. not a list
> \\# not a heading

[^chapter-11-2]: my own footnote
[ref]: http://example.org "title"

| a | b |
|---|---|
| `x \\| y` | <b> |

    indented ``` code
    ```` more

Last $x_1 < \\frac{a}{b}$ and $a*b*c$ line\\
broken.
"""


def test_hostile_text_is_shown_letter_by_letter_and_opens_nothing():
    parsed, written = unlinked(HOSTILE)
    seen = by_github(written)

    assert seen.foreign == []
    assert "@octocat" not in seen.text
    assert "#12" not in seen.text
    assert "`x \\| y`" in written
    for block in parsed.blocks:
        if "$" not in block.text:  # a formula is for GitHub to set
            assert letters(block.text) in letters(without_marks(seen.text))


MARKUP = """
    # ## > - * + 1. 1) ``` ~~~~ --- === <b> </b> x<!-- --> <script> &lt; <i ' "
    [x](http://x.y) [x](z:y) ![i](u) <http://x.y> <a@b.c> http://x.y https://x.y/( www.x.y ftp://x.y
    a@b.c mailto:a@b.c xmpp:a@b.c/x x.yz q.com :// http: <javascript:x> <?x <![CDATA[
    [^a] [^a]: [r]:u **b** *e* *** `c` `` $m$ $h://x$ ~~s~~ @you #1 words a sentence. é ✗ |
    refuted \\
"""
FRAGMENTS = st.sampled_from(
    [*MARKUP.split(), "<img src=x onerror=y>", '<i title="', "' x='"]
    + [*"\\`*_{}[]()<>#+-.!|~&$@^=:\"'/ \n\t0a", "\n\n", "    ", "\\\n", "- ", "> ", "\\|", "`|`"]
    + ["| a | b |\n|---|---|\n"] * 2
)
TEXTS = st.lists(FRAGMENTS, max_size=24).map("".join)


@settings(deadline=None, max_examples=300)
@given(TEXTS)
@example("http://q.com<img src=x onerror=alert(1)>")
@example("http://q<javascript:alert(1)>")
@example("`a``<b>`")
@example("`<b>`$`$<b>")
@example('$a$$b$ <i title="')
@example("$www.x.y$<b>")
@example("| a |\n|---|\n| `x\\\\|<b>` |")
@example("a@b.c www.x.y ftp://x.y mailto:a@b.c")
@example("a\\@b.c www\\.x.y ftp:\\//x.y \\//x.y")
@example("a*@*b.c w*ww*.x.y ftp:*/*/x.y")
@example("@*#*")
@example("*#*@")
@example("@*a* *a*@ @*@*")
def test_any_text_is_read_as_it_was(text):
    parsed, written = unlinked(text)
    seen = by_github(written)

    assert seen.foreign == []
    assert by_markdown_it(written).foreign == []
    expected = "".join(block.text for block in parsed.blocks)
    if "$" not in text:  # a formula is for GitHub to set
        assert letters(without_marks(seen.text)) == letters(expected)


@settings(deadline=None, max_examples=60)
@given(TEXTS)
def test_whatever_a_ledger_says_no_export_holds_html(text):
    made = one_of_everything()
    hostile = claim(
        "dropout/factor-of-two",
        "REFUTED",
        [reading(f"x{text}", "fails", None)],
        statement=text,
        why=text,
        correction=text,
    )
    given_text = material(claims=[hostile, *made[1:]], faults={Path(f"answers/{text}"): text})
    for written in (*render(given_text).values(), summary.render(given_text)):
        assert by_github(written.decode()).foreign == []
        assert by_markdown_it(written.decode()).foreign == []


def test_links_of_the_web_stay_links_and_no_others():
    _, written = unlinked("See [this](https://example.org/a_(b)) and [that](mailto:a@b.c) here.")

    assert "[this](<https://example.org/a_(b)>)" in written
    assert "that" in written
    assert "mailto" not in written


def test_web_links_are_recognized_however_their_address_is_spelled():
    _, written = unlinked("See [this](HTTPS://example.org) and [that](https:example.org) here.")

    assert "[this](<HTTPS://example.org>)" in written
    assert "](<https:example" not in written


@pytest.mark.parametrize("word", ["run:calculator", "page.html", "//example.org"])
def test_a_footnote_of_one_word_is_no_link_where_footnotes_are_unknown(word):
    links = f'[[statement]]\nquote = "It is so."\nadvice = "{word}"\n'
    text = document("It is so.", links)

    assert by_markdown_it(text).foreign == []
    assert letters(f"{word[0].upper()}{word[1:]}.") in letters(by_markdown_it(text).text)


def test_text_of_the_ledger_never_becomes_markup():
    made = one_of_everything()
    hostile = claim(
        "dropout/factor-of-two",
        "REFUTED",
        [reading("<i>`x`</i>\n\n# y", "fails", None)],
        why="<script>",
        correction="[^1] <b>bold</b>\n\n> out",
    )
    text = document(claims=[hostile, *made[1:]])

    assert by_github(text).foreign == []
    assert "Instead: \\[\\^1\\] &lt;b&gt;bold&lt;/b&gt; &gt; out" in text


@pytest.mark.parametrize(
    "kind", ["- one\n- two\n\n* three\n", "1. one\n\n1) two\n", "3. x\n4. y\n"]
)
def test_lists_stay_the_lists_that_they_were(kind):
    parser = MarkdownIt("commonmark")
    _, written = unlinked(kind)

    def lists(text):
        return [
            (token.type, token.attrs)
            for token in parser.parse(text)
            if token.type in ("bullet_list_open", "ordered_list_open")
        ]

    assert lists(written) == lists(kind)
