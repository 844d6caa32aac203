"""Every word of a key is in exactly one statement, or accounted for, and in its extent."""

import re
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from refute.keys.extents import extents, source_in
from refute.keys.reader import parse_key
from refute.keys.source import AnswerKeyError

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
