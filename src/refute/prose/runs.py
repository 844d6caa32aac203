"""A run in words: when it was made, with which seed, effort and versions."""

from __future__ import annotations

from collections.abc import Sequence

from refute.characters import one_line
from refute.ledger import Run
from refute.prose.numbers import moment


def checked_by(run: Run) -> str:
    """The run that a key was checked with: ``checked on 2026-03-01 12:30 UTC, seed 0, ...``."""
    state = "" if run.finished else ", not finished"
    partial = ", only a part of the claims" if run.partial and run.finished else ""
    words = [f"checked on {moment(run.started)}{state}{partial}", f"seed {run.seed}"]
    return ", ".join([*words, f"effort {run.effort}", *_versions(run, ("refute", "torch"))])


def compared(run: Run) -> str:
    """A run beside another one: when it ended, its seed and its effort."""
    ended = moment(run.finished) if run.finished else f"{moment(run.started)} (not finished)"
    partial = ", partial" if run.partial and run.finished else ""
    return f"{ended}, seed {run.seed}, {run.effort} effort{partial}"


def objected_to(run: Run) -> str:
    """A run as an objection names it."""
    version = run.environment.get("refute", "of unknown version")
    return f"Refute {version}, seed {run.seed}, run of {run.started}"


def about_shipped(run: Run) -> str:
    """The line that says that the run which comes with Refute is used, and where it was made."""
    details = [f"of {moment(run.started)}", f"seed {run.seed}"]
    details += _versions(run, ("refute", "torch", "cpu"))
    return one_line(
        f"Measured by the run that comes with Refute ({', '.join(details)}), as you have no run of "
        "your own."
    )


def _versions(run: Run, names: Sequence[str]) -> list[str]:
    return [f"{name} {run.environment[name]}" for name in names if name in run.environment]
