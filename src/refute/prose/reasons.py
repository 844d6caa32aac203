"""Why a claim has its verdict and a statement its mark, in a sentence.

Every reason of a claim continues "The claim ...": "holds for “a”; fails for “b”."
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from refute.decision.outcome import Outcome
from refute.decision.published import Standing
from refute.decision.verdict import ClaimVerdict, Fault, Link, LinkVerdict, Verdict
from refute.keys.forces import words_of_force
from refute.keys.graded import Graded
from refute.ledger import ClaimRecord, ReadingRecord
from refute.prose.text import capitalized, listed

BY_SOURCES = {
    Verdict.SUPPORTED: "agrees with its sources: cited, not measured.",
    Verdict.REFUTED: "contradicts its sources: cited, not measured.",
}
"""Why a documentary claim has its verdict."""

SPEAKS_OF = {
    "always": "every case",
    "can": "some cases",
    "not always": "some exceptions",
}
"""What a sentence speaks of by its force, if no single word says so."""


def why_of_claim(claim: ClaimRecord, found: ClaimVerdict) -> str:
    """Why a claim has its verdict; if it depends, in the author's words, where they fit."""
    if found.verdict is Verdict.DEPENDS and (depends := on_what_it_depends(claim)) is not None:
        return f"{depends}.{_left_open(claim)}"
    if found.fault is not None:
        return _why_none(found.fault)
    match found.verdict:
        case Verdict.DEPENDS:
            return f"holds for {_names(found.holding)}; fails for {_names(found.failing)}."
        case Verdict.UNDECIDED if found.open_controls:
            controls = "control" if len(found.open_controls) == 1 else "controls"
            return f"is left undecided by the {controls} {_names(found.open_controls)}."
        case Verdict.UNDECIDED if found.open_readings:
            return f"is undecided for {_names(found.open_readings)}."
        case Verdict.UNDECIDED:
            return f"has no reading on this machine that {_names(found.idle_controls)} could flip."
        case Verdict.REFUTED:
            return f"fails for {_names(found.failing)}."
    holds = f"holds for {_names(found.holding)}."
    return f"{holds} {strictly(claim)}" if found.strictly else holds


def why_not_run(names: Sequence[str]) -> str:
    """Why a claim has no verdict yet: some of its readings or controls were not run."""
    return f"was not run for {_names(names)}."


def why_rejected(mistakes: str) -> str:
    """Why a claim that is written incorrectly has no verdict."""
    return f"is written incorrectly: {mistakes}."


def why_skipped(reason: str) -> str:
    """Why a claim of a file that skips itself has no verdict."""
    return f"was not run, because its file is skipped: {reason}."


def _why_none(fault: Fault) -> str:
    if fault.broken:
        return f"broke in {_names(fault.broken)}."
    if fault.control is None:
        return "has no reading."
    return (
        f"has a check that proves nothing: the control “{fault.control.name}” came out like the "
        f"reading it should flip ({fault.control.outcome})."
    )


def on_what_it_depends(claim: ClaimRecord) -> str | None:
    """The author's words for what a claim depends on, without a full stop.

    ``None`` if there are none, or if this run found other outcomes than the published ones, for
    which they were written.  A reading that this run left open speaks neither for nor against them.
    """
    fits = {Standing.AS_PUBLISHED, Standing.LEFT_OPEN, None}
    if claim.depends is None or any(reading.standing not in fits for reading in claim.of_sense):
        return None
    return claim.depends.rstrip(".")


def _left_open(claim: ClaimRecord) -> str:
    """Which readings of the sense this run has not decided, after the author's words."""
    names = [reading.name for reading in claim.of_sense if reading.outcome == "undecided"]
    return f" This run leaves {_names(names)} undecided." if names else ""


def strictly(claim: ClaimRecord, *, asserts: bool = True) -> str:
    """The readings of the letter that speak against a claim, or against its denial."""
    against: Literal["fails", "holds"] = "fails" if asserts else "holds"
    return f"Strictly speaking, it {against} for {_names(by_letter(claim, against))}."


def by_letter(claim: ClaimRecord, outcome: Literal["fails", "holds"]) -> list[str]:
    """The names of the readings of the letter with an outcome."""
    return [
        reading.name
        for reading in claim.role("reading")
        if reading.of == "letter" and reading.outcome == outcome
    ]


def exceptions_of_denial(link: Link, verdict: Verdict | None, claim: ClaimRecord) -> list[str]:
    """The readings of the letter by which a claim fails, if its denial is refuted.

    The sentence may speak of just that case: "orthogonal weights depend on one another".
    """
    if link.asserts or link.readings or link.force == "always" or verdict is not Verdict.REFUTED:
        return []
    return by_letter(claim, "fails")


def why_of_statement(
    text: str,
    link: Link,
    found: LinkVerdict,
    claim: ClaimRecord | None,
    deciding: ReadingRecord | None,
) -> str:
    """Why the decisive claim gives a statement its mark; continues "The claim ...".

    Args:
        text: the statement, whose own word for the force is quoted.
        link: its link to the claim.
        found: what the claim says about it.
        claim: the record; ``None`` if it never ran.
        deciding: the reading or control that decides.
    """
    if claim is None:
        return "was not run."
    if not claim.complete:
        return "has not finished."
    if found.verdict is Verdict.NONE or (link.force == "plain" and not link.readings):
        why = claim.why
        if found.strictly and not link.asserts:
            why = f"{why} {strictly(claim, asserts=False)}"
    else:
        why = _why_by_link(text, link, found, claim, deciding)
    return why


def about_claim(why: str) -> str:
    """A claim's reason as a complete sentence, where the claim has just been named."""
    return f"It {why}"


def about_statement(graded: Graded) -> str:
    """Why a statement has its mark, as a complete sentence."""
    denies = graded.denied is not None and graded.denied.complete
    if graded.decisive is None or denies:
        return capitalized(graded.reason)
    return about_claim(graded.why)


def _why_by_link(
    text: str,
    link: Link,
    found: LinkVerdict,
    claim: ClaimRecord,
    deciding: ReadingRecord | None,
) -> str:
    counting = [reading for reading in claim.role("reading") if reading.name in found.readings]
    depends = on_what_it_depends(claim)
    if link.force == "plain" and found.verdict is Verdict.DEPENDS and depends is not None:
        opposite = Outcome.FAILS if link.asserts else Outcome.HOLDS
        against = [reading.name for reading in counting if reading.outcome == opposite]
        return (
            f"{opposite} for {_names(against)}, which meet{_s(against)} the conditions that the "
            f"sentence states. In general, the claim {depends}."
        )
    sentences = []
    if link.force == "plain":
        sentences.append(_outcomes(counting))
        only = "these readings" if len(counting) > 1 else "this reading"
    else:
        sense_only = not link.readings and len(counting) < len(claim.role("reading"))
        sentences.append(_by_force(text, link, found.verdict, counting, deciding, sense_only))
        only = _names([reading.name for reading in counting])
    if link.readings:
        sentences.append(f"The sentence states its conditions: only {only} count{_s(counting)}.")
    return " ".join(sentences)


def _by_force(
    text: str,
    link: Link,
    verdict: Verdict,
    counting: Sequence[ReadingRecord],
    deciding: ReadingRecord | None,
    sense_only: bool,
) -> str:
    """Continues "The claim ..."; what speaks for the statement depends on the link's stance.

    ``sense_only``: the claim has readings of the letter, too, which do not count.
    """
    wanted, against = ("holds", "fails") if link.asserts else ("fails", "holds")
    word = words_of_force(text).get(link.force)
    says = (
        f"the sentence says “{word}”" if word else f"the sentence speaks of {SPEAKS_OF[link.force]}"
    )
    name = "" if deciding is None else f"“{deciding.name}”"
    match link.force, verdict:
        case "can" | "not always", Verdict.SUPPORTED:
            of_letter = deciding is not None and deciding.of == "letter"
            strictly = ", strictly speaking," if of_letter and not link.readings else ""
            return (
                f"{wanted}{strictly} for {name}: {says}, and one reading that {wanted} is enough."
            )
        case "can" | "not always", Verdict.REFUTED:
            every = "every reading of the sense" if sense_only else "every reading"
            return f"{against} in {every}: {says}, but it {wanted} in none."
        case "can" | "not always", _:
            return f"is undecided: {says}, but no reading is known to {wanted[:-1]}."
        case _, Verdict.SUPPORTED:
            return f"{wanted} in every reading: {says}, so every reading counts."
        case _, Verdict.REFUTED:
            sense = [reading for reading in counting if reading.of == "sense"]
            if any(reading.outcome == against for reading in sense):
                return f"{against} for {name}: {says}, and one reading that {against} is enough."
            return (
                f"{against}, strictly speaking, for {name}: {says}, so every reading counts, "
                "including those of the letter."
            )
        case _:
            return f"is undecided: {says}, but not every reading is known to {wanted[:-1]}."


def _outcomes(readings: Sequence[ReadingRecord]) -> str:
    words = {Outcome.HOLDS: "holds for", Outcome.FAILS: "fails for"}
    parts = []
    for outcome in Outcome:
        names = [reading.name for reading in readings if reading.outcome == outcome]
        if names:
            parts.append(f"{words.get(outcome, 'is undecided for')} {_names(names)}")
    return "; ".join(parts) + "."


def _names(names: Sequence[str]) -> str:
    return listed([f"“{name}”" for name in names])


def _s(counting: Sequence[object]) -> str:
    return "s" if len(counting) == 1 else ""
