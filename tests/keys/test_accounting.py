"""Every word of a key or page is in exactly one statement, or accounted for, and in its extent."""

import re
from pathlib import Path

from bs4 import BeautifulSoup
from hypothesis import example, given, settings
from hypothesis import strategies as st

from refute.keys.extents import extents, source_in
from refute.keys.reader import parse_key
from refute.keys.source import AnswerKeyError
from refute.keys.web_page import as_markdown

SHOWN = [
    "{} ",
    "{}. ",
    "**{}** ",
    "*{}* ",
    "`{}` ",
    "${}$ ",
    "[{}](http://x.y) ",
    "{}\n",
    "{}\n\n",
    "# {}\n",
    "> {}\n",
    "- {}\n",
    "1. {}\n\n",
    "\\* {} ",
    "&amp; {} ",
    "&NewLine;{} ",
    "\u00a0\n{} ",
    "é {} ",
    "\\\n{} ",
    "    {}\n\n",
    "\n\n```\n{}\n```\n\n",
    "\n\n$$\n{}\n$$\n\n",
    "\n\n$$ {} $$ ({})\n\n",
    "[^a]: {}\n\n",
    "{}[^a] ",
    "<b>{}</b> ",
    "\n\n| {} | {} |\n|---|---|\n| {} | \\* {} | {} |\n| {} |\n\n",
    "> | {} |\n> |---|\n> | {} | &amp; {} |\n\n",
    "[r]: http://{}.x '{}'\n\n",
    "{}<!-- note --> {} ",
    "\n\n<!-- note\n\n--> {}\n\n",
    "> \u00a0\n> {}\n\n",
]
"""Where words can stand that a reader sees."""

UNSAID = ["~~{}~~ ", "![{}](x.png) "]
"""Where words can stand that are shown and belong to no statement."""

PIECES = st.lists(st.sampled_from([*SHOWN, *UNSAID]), min_size=1, max_size=12)


@settings(deadline=None, max_examples=300)
@given(PIECES)
@example(["\n\n$$ {} $$ ({})\n\n"])
@example(["\n\n| {} | {} |\n|---|---|\n| {} | \\* {} | {} |\n| {} |\n\n"])
@example(["\u00a0\n{} ", "{}. "])
def test_every_word_is_in_one_statement_and_in_its_extent(pieces: list[str]) -> None:
    number = iter(range(1000))
    text = "".join(re.sub(r"\{\}", lambda _: f"word{next(number)}x", piece) for piece in pieces)
    try:
        key = parse_key(text, Path("key.md"))
    except AnswerKeyError:
        return
    words = set(re.findall(r"word\d+x", text))
    shown = "".join(block.text for block in key.blocks)
    assert set(re.findall(r"word\d+x", shown)) >= words - set(re.findall(r"\]\([^)]*", text))

    unsaid = {
        word
        for block in key.blocks
        for run in block.runs
        if run.unsaid
        for word in re.findall(r"word\d+x", run.text)
    }
    said: dict[str, int] = {}
    for statement, extent in zip(key.statements, extents(key), strict=True):
        here = re.findall(r"word\d+x", statement.text)
        written = source_in(key, extent)
        for word in here:
            said[word] = said.get(word, 0) + 1
            assert word in written, (text, statement, written)
        if extent.column is not None:  # and it begins with the statement's own words
            first = [word for word in re.findall(r"word\d+x", written) if word not in unsaid]
            assert first[:1] == here[:1]
    language = {block.language for block in key.blocks}
    assert dict.fromkeys(words - unsaid - language, 1) == said


ON_PAGES = [
    "{} ",
    "{}. ",
    "{}!",
    "${}",
    "{}^ ",
    "\n# {}\n- {}\n-\n- {}\n1) {}\n2) {}\n",
    "*{}* _{}_ [{}] `{}` ~~{}~~ &lt;{}&gt; &amp;amp; \\{} | [^{}]: [{}]: {}\n",
    "<b>{}</b>",
    "<strong>{}</strong>",
    "<i>*{}</i>",
    "<em>{} <b>{}</b></em>",
    "<code>{}\n``` {}\n- {}</code>",
    "<kbd>`{}</kbd>",
    "<a href='http://x.y/(z'>^{}</a>",
    "<h2>{} ##</h2>",
    "<h3>{}<ul><li>{}</li></ul></h3>",
    "<p>{}<br>{}</p>",
    "<ul><li>{}</li><li><hr>{}<ol><li>{}</li></ol></li></ul>",
    "<table><tr><th>{}</th><td>{}|</td></tr><tr><td>{}</td><td>{}</td><td>{}</td></tr></table>",
    "<table><tr><td>{}<hr>{}</td><td><p>{}</p><p>{}</p></td></tr></table>",
    "<blockquote>{}</blockquote>",
    "<pre>{}\n```{}\n</pre>",
    "<dl><dt>{}</dt><dd>{}</dd></dl>",
    "<span hidden>note</span>",
    "<!-- note -->",
    "<script>note</script>",
    "<img src='x.png' alt='note'>",
]
"""What may stand side by side on a page; notes are hidden, or the description of an image."""


@settings(deadline=None, max_examples=200, derandomize=True)
@given(st.lists(st.sampled_from(ON_PAGES), min_size=1, max_size=8))
@example(["<code>{}\n``` {}\n- {}</code>", "<kbd>`{}</kbd>"])
@example(["<b>{}</b>", "<i>*{}</i>", "<strong>{}</strong>"])
def test_every_character_of_a_page_is_shown_once_and_each_word_is_in_one_statement(
    pieces: list[str],
) -> None:
    number = iter(range(1000))
    page = "".join(re.sub(r"\{\}", lambda _: f"word{next(number)}x", piece) for piece in pieces)
    key = parse_key(as_markdown(page, Path("k.html")), Path("k.html"))
    runs = [run for block in key.blocks for run in block.runs]
    shown = "".join(run.text for run in runs if run.kind != "image")
    visible = re.sub("<span hidden>note</span>|<script>note</script>", "", page)

    assert "".join(shown.split()) == "".join(BeautifulSoup(visible, "lxml").get_text().split())
    said = [word for each in key.statements for word in re.findall(r"word\d+x", each.text)]
    assert said == re.findall(r"word\d+x", page)
