"""A page becomes Markdown that is read as the page is shown."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

import pytest

from refute.keys.prompts import needs_entry
from refute.keys.reader import parse_key
from refute.keys.source import AnswerKeyError
from refute.keys.tree import Key
from refute.keys.web_page import as_markdown
from tests.keys.counting import work


def read(page: str) -> Key:
    return parse_key(as_markdown(page, Path("k.html")), Path("k.html"))


def texts(page: str) -> list[str]:
    return [statement.text for statement in read(page).statements]


@pytest.mark.parametrize(
    "page",
    [
        "<!doctype html><title>T</title><main>It prunes.</main>",
        "<style>p {}</style><article>It prunes.</article>",
        "<html><head><title>T</title></head><body>It prunes.</body></html>",
        "<meta charset=utf-8><nav hidden>T</nav><p>It prunes.</p><?php T ?><!-- T -->",
    ],
)
def test_a_page_may_leave_out_its_head_and_body(page: str) -> None:
    assert texts(page) == ["It prunes."]


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("x <del>(a)</del>y", ["x y"]),
        ("<p>It prunes<del>: a</del>, b<del>, or not</del>.</p>", ["It prunes , b ."]),
        ("<del><p>It prunes.</p><p>It does.</p></del><p>No.</p>", ["No."]),
        ("<del><ul><li>One.</li></ul></del><p>No.</p>", ["No."]),
        ("<p><del><del>It prunes.</del></del> No.</p><p>Yes.</p>", ["No.", "Yes."]),
        ("<p><del>It <code>prunes</code> <b>all</b>.</del> No.</p>", ["No."]),
        ("<p><strike>It prunes.</strike> No.</p>", ["No."]),
        ("<p>It is <code><s>b</s></code>, <s><kbd>c</kbd></s> no.</p>", ["It is , no."]),
        ("<p>x<code>a <s>b</s> <s>c</s> d</code>y</p>", ["xa dy"]),
        ("<p><s>x<code>c</code></s><code>d</code><code>e</code></p>", ["d e"]),
        ("<pre>a = 1\n<s>b = 2</s>\nc = <del>3</del>4</pre>", ["a = 1 c = 4"]),
        ("<pre><code><s>b = `2`\n\nc</s></code></pre><p>No.</p>", ["No."]),
        ("<del><pre>b = 2</pre></del><p>No.</p>", ["No."]),
        ("<p><del>It does</del> <img src=x alt=y> not.</p>", ["not."]),
        ("<p><del>It <img src=x alt=y>does</del> not.</p>", ["not."]),
    ],
)
def test_struck_text_says_nothing(page: str, said: list[str]) -> None:
    assert texts(page) == said


@pytest.mark.parametrize(
    ("page", "shown"),
    [
        ("<p>a<code><s>b</s></code>c</p>", "a ~~`b`~~ c"),
        ("<p>(<code>a<s>b</s>c</code>)</p>", "(`a`~~`b`~~`c`)"),
        ("<pre><s>b = `2`\n\nc</s></pre>", "~~`` b = `2` ``~~\n\n~~`c`~~"),
    ],
)
def test_struck_code_is_shown_struck_where_markdown_can(page: str, shown: str) -> None:
    written = as_markdown(page, Path("k.html"))
    assert re.sub(r"\n{3,}", "\n\n", written).strip() == shown


@pytest.mark.parametrize(
    ("image", "shown"),
    [
        ("<img src=x alt='It is so.'>", "It is so."),
        ("<img src='http://b.c/d (e).png' alt='It is so.'>", "It is so."),
        ("<a href='http://b.c'><img alt='It is so.'></a>", "It is so."),
        (
            "<img alt='[a](http://b.c) ]( *d* `e` $f$\n\\ ! &lt;b&gt; ]'>",
            "[a](http://b.c) ]( *d* `e` $f$ \\ ! <b> ]",
        ),
        ("<img src=x>", ""),
        ("<img src=x alt=' '>", ""),
    ],
)
def test_the_description_of_an_image_is_shown_and_states_nothing_as_in_markdown(
    image: str, shown: str
) -> None:
    assert texts(f"<p>{image}</p>") == []
    assert texts(f"<p>It {image} prunes.</p>") == ["It prunes."]
    assert texts(f"<h2>A {image}</h2><table><tr><td>b {image}</td></tr></table>") == ["A", "b"]
    (block,) = read(f"<p>It {image} prunes.</p>").blocks
    assert [run.text for run in block.runs if run.kind == "image"] == ([shown] if shown else [])


def test_the_description_of_an_image_in_code_is_left_out() -> None:
    assert texts("<pre>a = 1<img alt=b></pre><p><code>c<img alt=d></code></p>") == ["a = 1", "c"]


def test_a_table_of_a_page_has_the_statements_of_the_same_table_in_markdown() -> None:
    page = "<table><tr><th>A</th><th>B</th></tr><tr><td>0.5 %</td><td>…</td></tr></table>"
    cells = parse_key("| A | B |\n|---|---|\n| 0.5 % | … |", Path("k.md")).statements
    assert read(page).statements == cells
    assert [needs_entry(cell) for cell in cells] == [False, False, True]


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("<b>Answer:</b>it prunes.", "Answer:it prunes."),
        ("<b>答：</b>它剪枝。", "答：它剪枝。"),
        ("a<i>(b)</i>c", "a(b)c"),
        ("It <b>prunes\n</b>all.", "It prunes all."),
        ("It <i>&nbsp;prunes&nbsp;</i>all.", "It prunes all."),
        ("Its <code>p\n</code>is.", "Its p is."),
        ("<a href='http://b.c'>It\n</a>is.", "It is."),
        ("<a href='http://b.c/(d) e\nf' title='\"'>It</a> is.", "It is."),
        ("<b><code>p</code></b>is.", "pis."),
        ("<b>It <i>is</i></b>.", "It is."),
        ("<b>It <strong>is</strong></b>.", "It is."),
        ("<i>It</i><em>s</em> is<b>!</b><i>?</i>", "Its is!?"),
        ("<code>a</code><b hidden>b</b><kbd>c`</kbd>", "a c`"),
        ("a!<a href='http://b.c'>b</a>", "a!b"),
        ("<a href='http://b.c'>^a</a>", "^a"),
        ("a<div><b hidden>b</b></div><i>(c)</i>", "a(c)"),
        ("It is $<b>5</b>$.", "It is $5$."),
    ],
)
def test_marks_of_emphasis_and_links_are_never_shown(page: str, said: str) -> None:
    assert texts(page) == [said]


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("<p>a\n# b\n- c\n-\n- d\n1) e\n2)\n3) f</p>", ["a # b - c - - d 1) e 2) 3) f"]),
        ("<p>a <code>b\n```\n- c\n***</code></p>", ["a b ``` - c ***"]),
        ("<h2>In C #</h2>", ["In C #"]),
        ("<h2>a ##</h2>", ["a ##"]),
        ("<ul><li><ul><li><hr>a</li></ul></li></ul>", ["a"]),
        ("<table><tr><td>a<hr>b</td></tr></table>", ["a", "b"]),
    ],
)
def test_what_would_begin_or_end_a_block_of_markdown_is_text(page: str, said: list[str]) -> None:
    assert texts(page) == said


def test_emphasis_is_kept_where_markdown_has_it() -> None:
    (block,) = read("<b>It is</b> <i>so</i>, <b>“so”</b>.").blocks
    marked = [(run.text, *(mark.kind for mark in run.markup)) for run in block.runs]
    assert marked == [
        ("It is", "strong"), (" ",), ("so", "emphasis"), (", ",), ("“so”", "strong"), (".",),
    ]  # fmt: skip


def test_elements_of_a_page_are_statements_of_their_own() -> None:
    page = (
        "<header>One.</header><main>Two.</main><figure>Three.</figure><footer>Four.</footer>"
        "<dl><dt>Five.</dt><dd><p>Six.</p><p>Seven.</p></dd></dl>"
        "<select><option>Eight.</option><option>Nine.</option></select>"
    )
    numbers = ["One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"]
    assert texts(page) == [f"{number}." for number in numbers]
    assert {statement.kind for statement in read(page).statements} == {"sentence"}


def test_code_may_hold_fences_and_strokes() -> None:
    (block,) = read("<pre>a\n````\n<b>b</b><br>c</pre>").blocks
    assert (block.kind, block.text) == ("code", "a\n````\nb\nc\n")
    row = "<tr><td><code>a|b</code></td><td>c|d</td></tr>"
    assert texts(f"<table>{row}</table>") == ["a|b", "c|d"]


KATEX = (
    "<span class='katex'><span class='katex-mathml'><math><semantics><mi>x</mi>"
    "<annotation encoding='application/x-tex'>x_1 </annotation></semantics></math></span>"
    "<span class='katex-html' aria-hidden='true'><b>x</b>1</span></span>"
)


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (
            "<p>Let $x_1 * y_2$ be $\\|a\\|$. *So* it is.</p>",
            ["Let $x_1 * y_2$ be $\\|a\\|$.", "*So* it is."],
        ),
        ("<p>$$a_1 = b_2$$</p>", ["a_1 = b_2"]),
        ("<table><tr><td>It is $|a_1|$.</td></tr></table>", ["It is $|a_1|$."]),
        ("<p>It costs 5$ and *x* 6$, _all_.</p>", ["It costs 5$ and *x* 6$, _all_."]),
        (f"<p>It is {KATEX}.</p>", ["It is $x_1$."]),
        ("<p>It is <math><mi>x</mi></math>.</p>", ["It is x."]),
        (
            "<p>10<sup>-3</sup>, x<sup>n</sup>, (a)<sup>2</sup>, m<sup>+1</sup>",
            ["10^-3, x^n, (a)^2, m^+1"],
        ),
        ("<p>The 1<sup>st</sup> H<sub>2</sub>O<sup> </sup>.</p>", ["The 1st H2O ."]),
    ],
)
def test_formulas_and_powers_are_read_as_they_are_meant(page: str, said: list[str]) -> None:
    assert texts(page) == said


def test_tables_have_one_header() -> None:
    row = "<tr><{0}>A.</{0}><{0} colspan=2>B.</{0}></tr>"
    head, body = row.format("th"), row.format("td")
    for table in (
        f"{head}{body}",
        f"<thead>{body}{body}</thead><tbody>{body}</tbody>",
        f"<tbody>{body}</tbody><tbody>{body}</tbody>",
        f"<caption>It.</caption>{body}{head}",
    ):
        page = f"<table>{table}</table>"
        assert as_markdown(page, Path("k.html")).count("---") == 3
        assert set(texts(page)) >= {"A.", "B."}


def test_numbered_items_count_on() -> None:
    page = "<ol start=3><li>A.</li><li>B.<ol><li>C.</li></ol></li><li>D.</li></ol>"
    assert as_markdown(page, Path("k.html")) == "3. A.\n4. B.\n   1. C.\n5. D."
    assert texts(f"<ol start={'9' * 30}><li>A.</li></ol>") == ["A."]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("page", ["<?xml version='1.0'?><p>So.</p>", "so.html", "http://so"])
def test_how_a_page_begins_is_no_warning(page: str) -> None:
    assert len(texts(page)) == 1


@pytest.mark.parametrize("tag", ["blockquote", "ul", "div"])
def test_a_page_nested_too_deeply_is_refused_before_it_is_indented(tag: str) -> None:
    page = f"<{tag}>" * 400 + "<p>a</p>" * 10_000
    with pytest.raises(AnswerKeyError) as caught:
        as_markdown(page, Path("k.html"))
    assert str(caught.value) == "k.html: is nested too deeply: flatten it"


@pytest.mark.parametrize("tag", ["ul", "div", "span"])
def test_how_deep_a_page_may_be_nested_does_not_hang_on_the_version_of_python(tag: str) -> None:
    assert texts(f"<{tag}>" * 90 + "So.") == ["So."]
    with pytest.raises(AnswerKeyError):
        as_markdown(f"<{tag}>" * 110 + "So.", Path("k.html"))


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("<ul>a<li>b</ul>", "a b"),
        ("<ul><li>a</li><b>b</b><!-- x --><li>c</ul>", "a b c"),
        ("<ol>a<li>b<li>c</ol>d", "a b c d"),
        ("<ul><li>a<ul>b<li>c</ul>d<li>e</ul>", "a b c d e"),
        ("<ul><li>a</li><ul><li>b</ul><li>c</ul>", "a b c"),
        ("<ul>a<div>b</div>c<li>d</ul>", "a b c d"),
        ("a<li>b</li>c", "a b c"),
        ("<table>a<tr>b<td>c</td>d</tr>e</table>", "a b c d e"),
        ("<table><td>a<td>b<tr><td>c</table>", "a b c"),
        ("<td>a</td><td>b</td>", "a b"),
        ("<table><caption>a</caption>b<tr><td>c</table>", "a b c"),
        ("<table><tr><td><ul><li>a<li>b</ul><td>c</table>", "a b c"),
        ("<table><tr><td><p>a</p><p>b</p><td>c<div>d</div></table>", "a b c d"),
        ("<table><tr><td><table><tr><td>a<td>b</table><td>c</table>", "a b c"),
        ("<h2>a<ul><li>b</ul></h2>", "a b"),
        ("<h2><div>a</div><div>b</div></h2>", "a b"),
    ],
)
def test_words_that_a_page_sets_apart_are_statements_of_their_own(page: str, said: str) -> None:
    assert texts(page) == said.split()


def test_code_in_a_table_is_code_and_a_list_in_a_heading_is_no_heading() -> None:
    code, other = read("<table><tr><td><pre>x = 1\ny = 2</pre><td>So.</table>").blocks
    assert (code.kind, code.text, other.text) == ("code", "x = 1\ny = 2\n", "So.")
    kinds = [block.kind for block in read("<h1>a</h1><h2>b<ol><li>c</ol></h2>").blocks]
    assert kinds == ["heading", "paragraph", "paragraph"]


def test_a_table_of_lines_stays_a_table() -> None:
    row = "<tr><td><p>a</p></td><td>b<br>c <b>d</b></td></tr>"
    for table in (f"<tbody>{row}</tbody>", f"<form>{row}</form>", f"<caption>e</caption>{row}"):
        kinds = {block.kind for block in read(f"<table>{table}</table>").blocks if block.spans}
        assert "cell" in kinds


@pytest.mark.parametrize(
    "page",
    [
        "<p>It prunes<sup><a href='#f' id='r' role='doc-noteref'>1</a></sup>.</p>"
        "<ol><li id=f><p>Here.<a href='#r' role='doc-backlink'>↩</a></ol>",
        "<p>It prunes<sup><a href='#f' data-footnote-ref>1</a></sup>.</p>"
        "<ol><li id=f><p>Here. <a href='#r' data-footnote-backref>↩</a></ol>",
        "<p>It prunes<sup class=reference><a href='#cite_note-1'>[1]</a></sup>.</p><p>Here.",
    ],
)
def test_the_marks_of_footnotes_say_nothing(page: str) -> None:
    assert texts(page) == ["It prunes.", "Here."]


def test_what_is_never_shown_is_left_out() -> None:
    page = (
        "<p style='visibility: hidden'>T</p><svg><desc>T</desc><text>So.</text></svg>"
        "<math><mi>x</mi><annotation encoding='StarMath 5.0'>T</annotation></math>"
    )
    assert "T" not in "".join(texts(page))


@pytest.mark.parametrize("tag", ["table><tr><td", "h1><h2", "ul>a<li", "table><b"])
def test_blocks_within_blocks_are_work_in_proportion(tag: str) -> None:
    def written(count: int) -> int:
        def write() -> None:
            with contextlib.suppress(AnswerKeyError):
                as_markdown(f"<{tag}>a" * count, Path("k.html"))

        return work(write)

    written(10)  # what is imported and cached once is not counted
    assert written(4_000) < 4.5 * written(1_000) + 20_000
