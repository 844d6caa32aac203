"""The page: one self-contained HTML file from a ledger and graded keys.

It can be read without JavaScript and loads nothing: a security policy in the page forbids
everything except its own style and script, named by their digests.  Jinja's autoescaping prints
all text of the ledger and the keys as text.
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

from refute.characters import is_of_the_web, visible
from refute.keys.graded import GradedKey
from refute.ledger import Ledger
from refute.plurals import counted
from refute.prose.bench import bench_in_words
from refute.prose.changes import Since
from refute.prose.evidence import reuse_in_words, reused_in_words
from refute.prose.marks import shown
from refute.prose.numbers import moment, seconds
from refute.prose.objection import objection, questions_about_code, questions_about_marks
from refute.prose.text import capitalized
from refute.report.alarms import alarms
from refute.report.changes import changes_view
from refute.report.claims import ClaimView, claim_views
from refute.report.code_notes import ANY_FAULT, code_rows
from refute.report.keys import KeyView, key_views, questions_of
from refute.report.limits import limits
from refute.report.markup import anchors, code, raised
from refute.report.matrix import matrix
from refute.report.sources import listed_sources
from refute.report.structured_data import embedded
from refute.report.tally import tally
from refute.report.unchecked import unchecked

TITLE = "Answer keys, fact-checked"


@dataclass(frozen=True)
class QuestionView:
    """A question with its claims; ``id`` is its anchor and ``name`` its id in the ledger."""

    id: str
    name: str
    title: str
    claims: list[ClaimView]

    @property
    def made(self) -> list[ClaimView]:
        """The claims that statements of the keys make."""
        return [view for view in self.claims if view.said]

    @property
    def also(self) -> list[ClaimView]:
        """The claims that no key makes."""
        return [view for view in self.claims if not view.said]


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
        faults: why keys could not be read or graded; shown at the top.
        since: what changed since an earlier run.
    """
    claims = claim_views(ledger)
    faults = faults or {}
    key_pages = key_views(keys, claims, faults)
    questions = _questions(ledger, claims)
    coded = [key for key in key_pages if key.code.has_code]
    page = (
        _environment()
        .get_template("page.html")
        .render(
            title=TITLE,
            style=_asset("style.css", "charts.css", "changes.css"),
            script=_asset("script.js"),
            limits=limits(),
            to_answer=questions_about_marks(ledger.run),
            to_answer_about_code=questions_about_code(ledger.run),
            ledger=ledger,
            run=ledger.run,
            keys=key_pages,
            questions=[question for question in questions if question.claims],
            asked=_asked(questions, key_pages),
            sources=listed_sources(ledger),
            matrix=matrix(
                key_pages,
                {question.name: question.title for question in questions},
                {question.name: question.id for question in questions if question.claims},
            ),
            tally=tally(claims.values(), key_pages),
            coded=coded,
            code_rows=code_rows([key.code_notes for key in coded]),
            code_faults=any(key.code.faults for key in coded),
            any_fault=ANY_FAULT,
            alarms=alarms(ledger, claims.values(), list(faults.values())),
            unchecked=unchecked(claims.values(), key_pages),
            changes=changes_view(since, claims, key_pages),
            structured_data=embedded(claims, ledger.run),
        )
    )
    return visible(page)


def _questions(ledger: Ledger, claims: dict[str, ClaimView]) -> list[QuestionView]:
    """The questions in the ledger's order; those it does not list come last, under their ids."""
    titles = {question.id: question.title for question in ledger.questions}
    by_question: dict[str, list[ClaimView]] = {name: [] for name in titles}
    for view in claims.values():
        by_question.setdefault(view.record.question, []).append(view)
    ids = anchors("question", by_question)
    return [
        QuestionView(id, name, titles.get(name, name), views)
        for (name, views), id in zip(by_question.items(), ids, strict=True)
    ]


def _asked(questions: Sequence[QuestionView], keys: Sequence[KeyView]) -> list[tuple[str, str]]:
    """The questions to filter by: ids and titles of all that occur."""
    concerned = questions_of(keys)
    found = {
        question.name: question.title
        for question in questions
        if question.claims or question.name in concerned
    }
    return [*found.items(), *((name, name) for name in sorted(concerned - set(found)))]


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("refute.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(mark=shown, objection=objection)
    environment.filters.update(
        bench=bench_in_words,
        capitalized=capitalized,
        code=code,
        counted=counted,
        digest=_digest,
        moment=moment,
        raised=raised,
        reused=reused_in_words,
        reuse=reuse_in_words,
        seconds=seconds,
        web=_web,
    )
    return environment


@cache
def _asset(*names: str) -> Markup:
    """Refute's own style or script, which must not be escaped."""
    templates = files("refute.report").joinpath("templates")
    return Markup("".join(templates.joinpath(name).read_text(encoding="utf-8") for name in names))


def _digest(text: str) -> str:
    """SHA-256 in the form of a security policy."""
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _web(url: str | None) -> str | None:
    """The address, if it is of the web: a ledger may come from a stranger."""
    return url if url and is_of_the_web(url) else None
