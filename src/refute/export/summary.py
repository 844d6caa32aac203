"""A page for a CI job, in Markdown: what fails the run, then counts, then what needs attention."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from refute.export.code_notes import as_markdown
from refute.export.markdown_text import code_block, code_span, escaped
from refute.export.notes import LOUD, ShortNote, found, marked, notes
from refute.files import from_here
from refute.grading.folder import Material
from refute.keys.graded import GradedKey, Mark
from refute.ledger import ClaimRecord, Ledger
from refute.prose.code_faults import code_score
from refute.prose.problems import doubts, problems
from refute.prose.runs import checked_by


def render(material: Material) -> bytes:
    """The page; every statement that needs attention has a line and its correction."""
    blocks = [
        "# Answer keys, fact-checked",
        f"The keys were {escaped(checked_by(material.ledger.run))}.",
        *_alarms(material),
        *_doubts(material.ledger),
        _table(material),
        *_code(material),
        *(block for key in material.keys for block in _key(key)),
        *_claims(material),
    ]
    return ("\n\n".join(blocks) + "\n").encode()


def _alarms(material: Material) -> Iterator[str]:
    """Why this run fails or must not be trusted."""
    if material.ledger.run.finished is None:
        yield "**This run did not finish:** only what it measured before it stopped is here."
    elif material.ledger.run.partial:
        yield "**This run is partial:** it did not check every claim."
    lines = [line for text in problems(material.ledger) for line in text.splitlines()]
    if lines:
        yield "## This run fails\n\n" + "\n".join(code_block("\n".join(lines)))
    for fault in material.faults.values():
        yield "## A key could not be graded\n\n" + "\n".join(code_block(fault))


def _doubts(ledger: Ledger) -> Iterator[str]:
    if lines := doubts(ledger):
        yield "## Not as expected\n\n" + "\n".join(code_block("\n".join(lines)))


def _table(material: Material) -> str:
    """Statements of each key, and claims, by verdict; worst first."""
    columns = [(key.key.path.name, Counter(_marks(key))) for key in material.keys]
    claims = Counter(map(_mark, material.ledger.claims))
    columns.append(("claims", claims))
    rows = [mark for mark in Mark if any(counted[mark] for _, counted in columns)]
    head = ["", *(escaped(name) for name, _ in columns)]
    lines = [head, ["---"] + ["---:"] * len(columns)]
    lines += [
        [marked(mark), *(str(counted[mark] or "") for _, counted in columns)] for mark in rows
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _marks(key: GradedKey) -> Iterator[Mark]:
    return (note.graded.mark for note in notes(key))


def _code(material: Material) -> Iterator[str]:
    """Counts of findings about code, in a table of their own, because they are not verdicts."""
    rows = [
        f"| {escaped(key.key.path.name)} | {code_score(key.code)} |"
        for key in material.keys
        if key.code.has_code
    ]
    if rows:
        yield "\n".join(["| ▲ code of | checked by rules |", "| --- | --- |", *rows])


def _key(key: GradedKey) -> Iterator[str]:
    said = [note for note in notes(key) if note.loud]
    said.sort(key=lambda note: LOUD.index(note.graded.mark))
    lines = [_line(note) for note in said]
    lines += [f"- {as_markdown(finding)}" for finding in key.code.findings]
    if lines:
        yield f"## {escaped(key.key.title)}\n\n{code_span(from_here(key.key.path))}"
        yield "\n".join(lines)


def _line(note: ShortNote) -> str:
    words = f"**{note.mark}**, {note.lines}: “{escaped(note.graded.statement.text)}”"
    return f"- {words}  \n  {note.text}"


def _claims(material: Material) -> Iterator[str]:
    """Claims that need attention but that no key makes."""
    made = {
        linked.link.claim
        for key in material.keys
        for graded in key.statements
        for linked in graded.claims
    }
    rest = [
        claim for claim in material.ledger.claims if claim.id not in made and _mark(claim) in LOUD
    ]
    if rest:
        yield "## Claims that no key makes\n\n" + "\n".join(map(_claim, rest))


def _mark(claim: ClaimRecord) -> Mark:
    return Mark(claim.final_verdict.value.lower())


def _claim(claim: ClaimRecord) -> str:
    reading = claim.deciding
    evidence = "" if reading is None else f"  \n  {found(reading)}"
    words = f"**{marked(_mark(claim))}**, {code_span(claim.id)}: {escaped(claim.statement)}"
    return f"- {words}{evidence}"
