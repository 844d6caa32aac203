"""Strangers' text drives no terminal, hides nothing and starts no workflow command."""

import json
import re
import unicodedata
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from refute.characters import as_json, cleaned, cut_short, one_line, printable, visible

PIECES = st.sampled_from(
    [
        *("::error::x", "##[group]", "\n", "\r", "\x1b[31m", "\x9b", "\u202e", "\ud800"),
        *("a", " ", "\t", "\u3000"),
    ]
)
TEXTS = st.lists(PIECES, max_size=9).map("".join) | st.text(max_size=20)
ACTING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@given(TEXTS)
def test_one_line_is_a_single_line_and_not_a_command(text: str) -> None:
    line = one_line(text)
    line.encode("utf-8")
    assert len(line.splitlines()) <= 1
    assert not line.strip().startswith("::")
    assert "##[" not in line
    assert not any(unicodedata.category(letter) in ("Cc", "Cs") for letter in line)
    assert not set(line) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def test_cleaning_keeps_lines_and_length() -> None:
    assert cleaned("a\x1bb\nc\td\r\ne\rf") == "a\ufffdb\nc\td\ne\nf"
    assert one_line("a  b\n c") == "a b c"


def test_a_long_text_is_cut_and_says_by_how_much():
    assert cut_short("x" * 110, 100) == "x" * 110
    assert cut_short("x" * 5000, 100) == "x" * 100 + " … (4,900 more characters)"


@given(TEXTS)
def test_no_printed_line_is_a_command(text: str) -> None:
    shown = printable(text)

    assert not ACTING.search(shown)
    assert not any(line.strip().startswith("::") for line in shown.split("\n"))
    assert "##[" not in shown


@given(TEXTS)
def test_making_characters_visible_keeps_the_length(text: str) -> None:
    shown = visible(text)

    assert len(shown) == len(text)
    assert not ACTING.search(shown)


def test_a_control_is_seen_as_its_picture() -> None:
    assert visible("a\x1b\x00b\n\t\x9b\u202e") == "a␛␀b\n\t\ufffd\ufffd"


def test_ordinary_text_of_any_script_stays_as_it_is() -> None:
    text = "naïve ℓ₁ – עברית 中文 “quotes” 🙂"
    assert visible(text) == printable(text) == text


@given(TEXTS)
def test_json_says_the_same_in_characters_that_do_not_act(text: str) -> None:
    written = as_json(json.dumps({text: [text]}, ensure_ascii=False))

    assert not ACTING.search(written)
    assert json.loads(written) == {text: [text]}


def test_commands_print_in_the_one_place_that_cleans() -> None:
    # What else is printed as it is: JSON, which has its own escapes; exports and lines of a
    # comparison, clean already; the version.  What pytest says is kept, and not printed.
    clean = {
        "typer.echo(printable(text), err=err)",
        "typer.echo(as_json(",
        "typer.echo(printed(order, graded), nl=False)",
        "typer.echo(line)  # clean already",
        "typer.echo(f\"refute {metadata.version('refute')}\")",
        "lambda text: typer.echo(printable(text))",
        "with contextlib.redirect_stderr(said), tempfile.TemporaryDirectory() as cache:",
    }
    commands = Path(__file__).parents[1] / "src" / "refute" / "cli"
    printing = [
        line
        for path in commands.rglob("*.py")
        for line in path.read_text("utf-8").splitlines()
        if re.search(r"\becho\b|\bprint\(|\bsecho\b|stdout|stderr", line)
    ]

    assert len(printing) >= len(clean)
    assert [line for line in printing if not any(call in line for call in clean)] == []
