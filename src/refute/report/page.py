"""The page: one self-contained HTML file from a ledger and graded keys.

It needs no JavaScript and asks for nothing: a security policy in the page forbids everything but
its own style.  Whatever the ledger and the keys say is printed as text, by Jinja's autoescaping.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from refute.difference.earlier import Since
from refute.keys.grading import GradedKey
from refute.ledger import Ledger
from refute.moment import moment
from refute.report.alarms import alarms
from refute.report.changes import changes_view
from refute.report.claims import ClaimView, claim_views
from refute.report.keys import key_views
from refute.report.marks import shown
from refute.report.tally import tally
from refute.report.text import anchors, finalize, seconds
from refute.report.unchecked import unchecked

TITLE = "Answer keys, fact-checked"


@dataclass(frozen=True)
class QuestionView:
    """A question with its claims."""

    id: str
    title: str
    claims: list[ClaimView]


def render(
    ledger: Ledger,
    keys: Sequence[GradedKey],
    faults: Mapping[Path, str] | None = None,
    since: Since | None = None,
) -> str:
    """The report as HTML.

    Args:
        ledger: what a run measured.
        keys: the keys, graded against that ledger, in the order to show them.
        faults: what is wrong with keys that could not be read or graded; shown on top.
        since: what changed since an earlier run.
    """
    claims = claim_views(ledger)
    faults = faults or {}
    key_pages = key_views(keys, claims, faults)
    style = _style()
    return (
        _environment()
        .get_template("page.html")
        .render(
            title=TITLE,
            style=Markup(style),  # ours, and a style element knows no escapes
            style_hash=_hash(style),
            ledger=ledger,
            run=ledger.run,
            keys=key_pages,
            questions=_questions(ledger, claims),
            tally=tally(claims.values(), key_pages),
            alarms=alarms(ledger, claims.values(), list(faults.values())),
            unchecked=unchecked(claims.values(), key_pages),
            changes=changes_view(since, claims, key_pages),
        )
    )


def _questions(ledger: Ledger, claims: dict[str, ClaimView]) -> list[QuestionView]:
    """Questions that have claims, in the ledger's order; unknown ones last, under their id."""
    titles = {question.id: question.title for question in ledger.questions}
    for claim in ledger.claims:
        titles.setdefault(claim.question, claim.question)
    ids = anchors("question", titles)
    views = [
        QuestionView(
            anchor, title, [view for view in claims.values() if view.record.question == id]
        )
        for (id, title), anchor in zip(titles.items(), ids, strict=True)
    ]
    return [view for view in views if view.claims]


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("refute.report"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(mark=shown)
    environment.filters.update(
        counted=_counted,
        moment=moment,
        seconds=seconds,
        sentence=_sentence,
        web=_web,
    )
    return environment


@cache
def _style() -> str:
    templates = files("refute.report").joinpath("templates")
    sheets = ("style.css", "charts.css", "changes.css")
    return "".join(templates.joinpath(one).read_text(encoding="utf-8") for one in sheets)


def _hash(style: str) -> str:
    return base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _sentence(text: str) -> str:
    """Begun with a capital, unless it begins with a claim's id."""
    first = text.split(" ", 1)[0]
    return text if "/" in first else text[:1].upper() + text[1:]


def _web(url: str | None) -> str | None:
    """Only addresses of the web become links: a ledger may come from a stranger."""
    return url if url and url.lower().startswith(("https://", "http://")) else None
