"""The sign and the colour of every verdict on a terminal; the word is its own.

The colours have one name in pytest and in click.
"""

from __future__ import annotations

from refute.decision.verdict import Verdict

SIGNS = {
    Verdict.SUPPORTED: ("✔", "green"),
    Verdict.REFUTED: ("✘", "red"),
    Verdict.DEPENDS: ("±", "yellow"),
    Verdict.UNDECIDED: ("?", "cyan"),
    Verdict.NONE: ("!", "red"),
}
