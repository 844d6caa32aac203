"""The sign and the colour of every verdict on a terminal; the word is its own."""

from __future__ import annotations

from refute.verdict import Verdict

SIGNS = {
    Verdict.SUPPORTED: ("✔", "green"),
    Verdict.REFUTED: ("✘", "red"),
    Verdict.DEPENDS: ("±", "yellow"),
    Verdict.UNDECIDED: ("?", "cyan"),
    Verdict.NONE: ("!", "magenta"),
}
