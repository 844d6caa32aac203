"""Grading: gives every statement of a linked key its mark, reason and correction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from refute.decision.deciding import deciding_of_link
from refute.decision.verdict import (
    Link,
    Verdict,
    verdict_of_link,
    verdict_of_statement,
)
from refute.keys.checked_code import check_blocks
from refute.keys.code.blocks import blocks_of_key
from refute.keys.entries import Entry
from refute.keys.entry_faults import ReadingsByClaim
from refute.keys.graded import Graded, GradedKey, LinkedClaim, Mark
from refute.keys.links import LinkedKey, link
from refute.keys.marks import mark_of, results_of
from refute.keys.prompts import what_asks
from refute.keys.reader import read_key
from refute.keys.tree import Statement
from refute.ledger import Cited, Ledger, ReadingRecord
from refute.prose.evidence import in_words
from refute.prose.statements import (
    why_not_encoded,
    why_of_statement,
    why_possibly,
    why_proposed,
    why_unlinked,
)

_POSSIBLY = {
    Verdict.REFUTED: Mark.POSSIBLY_REFUTED,
    Verdict.DEPENDS: Mark.POSSIBLY_DEPENDS,
}


LikelyLinks = Callable[[LinkedKey], Mapping[int, Link]]
"""Returns the claims that the unlinked statements of a key most likely make, by index."""


def grade_file(path: Path, ledger: Ledger, likely: LikelyLinks | None = None) -> GradedKey:
    """Read a key and its links, and grade it.

    Raises:
        AnswerKeyError: the key or its links cannot be read, or they do not fit together.
        RuleError: a rule of an installed package cannot be used.
    """
    linked = link(read_key(path), known_claims(ledger))
    return grade(linked, ledger, None if likely is None else likely(linked))


def known_claims(ledger: Ledger) -> ReadingsByClaim | None:
    """Return all claims with their readings, or ``None`` if the run did not finish all of them."""
    if not ledger.run.whole:
        return None
    return {
        claim.id: [reading.name for reading in claim.role("reading")] for claim in ledger.claims
    }


def grade(
    linked: LinkedKey, ledger: Ledger, possibly: Mapping[int, Link] | None = None
) -> GradedKey:
    """Grade every statement of a linked key, and check its code against the rules.

    ``possibly`` maps the index of an unlinked statement to the claim that it most likely makes.  If
    that claim is refuted or depends, the mark says "possibly".

    Raises:
        RuleError: a rule of an installed package cannot be used.
    """
    claims, possible = _Claims(ledger), possibly or {}
    graded = tuple(
        _graded(statement, entry, claims, possible.get(statement.index))
        for statement, entry in zip(linked.key.statements, linked.entries, strict=True)
    )
    code = check_blocks(blocks_of_key(linked.key), ledger)
    return GradedKey(linked.key, linked.links_path, graded, code)


class _Claims:
    """The claims of a ledger; results are cached, as many statements rest on the same claim."""

    def __init__(self, ledger: Ledger) -> None:
        self.records = {claim.id: claim for claim in ledger.claims}
        self.results = results_of(ledger)
        self.whole = ledger.run.whole
        self._deciding: dict[Link, ReadingRecord | None] = {}
        self._words: dict[tuple[str, str], str] = {}

    def deciding(self, linked: LinkedClaim) -> ReadingRecord | None:
        """The reading or control that decides what a claim says about its statement."""
        if linked.link not in self._deciding:
            self._deciding[linked.link] = _decides(linked)
        return self._deciding[linked.link]

    def words(self, claim: str, reading: ReadingRecord) -> str:
        """What a reading or control measured, in words."""
        if (claim, reading.name) not in self._words:
            words = in_words(reading)
            cited = isinstance(reading.evidence, Cited)
            self._words[claim, reading.name] = words if cited else f"{reading.name}: {words}"
        return self._words[claim, reading.name]


def _decides(linked: LinkedClaim) -> ReadingRecord | None:
    record = linked.record
    if record is None or record.results is None:
        return None if record is None else record.deciding
    return record.case(deciding_of_link(linked.link, record.results))


def _graded(
    statement: Statement, entry: Entry | None, known: _Claims, possible: Link | None
) -> Graded:
    if (entry is None or entry.is_open) and possible is not None:
        proposed = entry.proposed if entry is not None and entry.proposed else (possible,)
        if (graded := _possibly(statement, possible, proposed, known)) is not None:
            return graded
    if entry is None or entry.is_empty:
        if (asks := what_asks(statement)) is not None:
            return Graded(statement, Mark.NOT_A_CLAIM, asks)
        return Graded(statement, Mark.UNLINKED, why_unlinked(entry))
    if entry.proposed:
        why = why_proposed(entry.proposed[0])
        return Graded(statement, Mark.PROPOSED, why, proposed=entry.proposed)
    if entry.not_a_claim is not None:
        return Graded(statement, Mark.NOT_A_CLAIM, entry.not_a_claim)
    if entry.advice is not None:
        return Graded(statement, Mark.ADVICE, entry.advice)
    verdict = verdict_of_statement(entry.links, known.results, len(entry.not_encoded))
    if verdict is None:
        why = why_not_encoded(entry.not_encoded)
        return Graded(statement, Mark.NOT_ENCODED, why, not_encoded=entry.not_encoded)
    claims = tuple(_linked_claim(link, known) for link in entry.links)
    decisive = next(linked for linked in claims if linked.link is verdict.decisive)
    reading = known.deciding(decisive)
    mark = mark_of(verdict)
    if mark is Mark.NO_VERDICT and not known.whole and all(map(_not_run, claims)):
        mark = Mark.NOT_RUN
    return Graded(
        statement,
        mark,
        why_of_statement(
            statement.text, decisive.link, decisive.link_verdict, decisive.record, reading
        ),
        claims,
        decisive,
        reading,
        None if reading is None else known.words(decisive.link.claim, reading),
        _corrections(decisive, claims),
        entry.not_encoded,
    )


def _possibly(
    statement: Statement, link: Link, proposed: tuple[Link, ...], known: _Claims
) -> Graded | None:
    """A hint that a statement may be wrong; ``None`` if the claim would make it right."""
    linked = _linked_claim(link, known)
    if linked.record is None or linked.verdict not in _POSSIBLY:
        return None
    return Graded(
        statement,
        _POSSIBLY[linked.verdict],
        why_possibly(link, linked.record, linked.verdict),
        corrections=_corrections(linked, [linked]),
        proposed=proposed,
    )


def _not_run(linked: LinkedClaim) -> bool:
    """Whether a claim lacks a verdict only because it was not run, or not to its end."""
    record = linked.record
    if record is None or linked.verdict is not Verdict.NONE:
        return True
    return not record.complete and not any(reading.error for reading in record.readings)


def _linked_claim(link: Link, known: _Claims) -> LinkedClaim:
    verdict = verdict_of_link(link, known.results.get(link.claim))
    return LinkedClaim(link, verdict, known.records.get(link.claim))


def _corrections(decisive: LinkedClaim, claims: Sequence[LinkedClaim]) -> tuple[str, ...]:
    """What is true instead, of every claim with the decisive verdict, each once."""
    if decisive.verdict not in (Verdict.REFUTED, Verdict.DEPENDS):
        return ()
    same = (linked for linked in claims if linked.verdict is decisive.verdict)
    texts = map(_correction, (decisive, *same))
    return tuple(dict.fromkeys(text for text in texts if text))


def _correction(linked: LinkedClaim) -> str | None:
    """What is true instead; the claim itself if it was denied but holds, by its letter too."""
    record = linked.record
    if record is None:
        return None
    holds = record.final_verdict is Verdict.SUPPORTED
    if not linked.link.asserts and holds and not record.strictly:
        return record.statement
    return record.correction
