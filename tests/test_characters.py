"""Text of others drives no terminal, hides nothing and starts no command of a workflow."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from refute.characters import cleaned, cut_short, one_line

PIECES = st.sampled_from(
    ["::error::x", "##[group]", "\n", "\r", "\x1b[31m", "\u202e", "\ud800", "a"]
)


@given(st.lists(PIECES, max_size=9).map("".join) | st.text(max_size=20))
def test_a_line_stays_one_and_is_no_command(text: str) -> None:
    line = one_line(text)
    line.encode("utf-8")
    assert len(line.splitlines()) <= 1
    assert not line.strip().startswith("::")
    assert "##[" not in line
    assert not any(unicodedata.category(letter) in ("Cc", "Cs") for letter in line)
    assert not set(line) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def test_what_is_cleaned_keeps_its_lines_and_its_length() -> None:
    assert cleaned("a\x1bb\nc\td\r\ne\rf") == "a\ufffdb\nc\td\ne\nf"
    assert one_line("a  b\n c") == "a b c"


def test_what_is_long_is_cut_and_says_by_how_much():
    assert cut_short("x" * 110, 100) == "x" * 110
    assert cut_short("x" * 5000, 100) == "x" * 100 + " … (4,900 more characters)"
