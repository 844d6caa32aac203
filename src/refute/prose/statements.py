"""What is said of a statement: why it has its mark, and what was measured.

If a claim decided, the reason continues "The claim ...": "holds for “a”; fails for “b”."
"""

from __future__ import annotations

from collections.abc import Sequence

from refute.decision.outcome import Outcome
from refute.decision.verdict import Link, LinkVerdict, Verdict
from refute.keys.entries import Entry
from refute.keys.forces import words_of_force
from refute.keys.graded import Graded, Mark
from refute.ledger import Cited, ClaimRecord, ReadingRecord
from refute.prose.reasons import about_claim, on_what_it_depends, strictly
from refute.prose.text import capitalized, quoted

SPEAKS_OF = {
    "always": "every case",
    "can": "some cases",
    "not always": "some exceptions",
}
"""What a sentence speaks of by its force, if no single word says so."""

_BARE = {"holds": "hold", "fails": "fail"}


def reason(graded: Graded) -> str:
    """Why a statement has its mark, with the sentence of the claim that it denies."""
    if (denied := _denied(graded)) is None:
        return graded.why
    return f"denies “{denied.statement}” That claim {graded.why}"


def about_statement(graded: Graded) -> str | None:
    """The reason as a whole sentence; ``None`` if mark, correction and number say it already."""
    if graded.decisive is None:
        return f"{capitalized(graded.why)}."
    denies = not graded.decisive.link.asserts
    adds = not graded.correction if graded.mark is Mark.REFUTED else denies
    if not (adds or explains(graded)):
        return None
    return about_claim(graded.why) if _denied(graded) is None else capitalized(reason(graded))


def _denied(graded: Graded) -> ClaimRecord | None:
    """The claim that it denies, if that decided its mark and is complete."""
    return graded.denied if graded.denied is not None and graded.denied.complete else None


def explains(graded: Graded) -> bool:
    """Whether the reason adds something to mark, number and correction."""
    if graded.decisive is None:
        return True
    link = graded.decisive.link
    unlike_its_claim = link.force != "plain" or bool(link.readings)
    open_ = graded.mark in (Mark.UNDECIDED, Mark.NO_VERDICT, Mark.DEPENDS)
    return open_ or unlike_its_claim or graded.decisive.link_verdict.strictly


def found_by(reading: ReadingRecord, words: str) -> str:
    """Words for what a reading found, or for what it cites, as a sentence."""
    cited = isinstance(reading.evidence, Cited)
    return f"{capitalized(words)}." if cited else f"Measured: {words}."


# --- without a claim that decided ----------------------------------------------------------


def why_unlinked(entry: Entry | None) -> str:
    """Why a statement is linked to no claim; ``entry`` is its own in the links."""
    if entry is None:
        return "no entry in the links accounts for it"
    return "its entry in the links says nothing yet"


def why_proposed(link: Link) -> str:
    """What a statement may say, if a person confirms it."""
    return f"may {_to_take(link)} {link.claim}: nobody has confirmed it"


def why_possibly(link: Link, claim: ClaimRecord, verdict: Verdict) -> str:
    """What an unlinked statement seems to say, and what is known of that."""
    known = "depends" if verdict is Verdict.DEPENDS else "is refuted"
    return (
        f"seems to {_to_take(link)} {link.claim}, “{claim.statement}” "
        f"That {known}; nobody has confirmed the link"
    )


def why_not_encoded(claims: Sequence[str]) -> str:
    """Why a statement of claims that nobody has encoded was not checked."""
    return f"nobody has encoded {', '.join(claims)} yet"


def _to_take(link: Link) -> str:
    return "assert" if link.asserts else "deny"


# --- by the claim that decided -------------------------------------------------------------


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
    if found.verdict is not Verdict.NONE and (link.force != "plain" or link.readings):
        return _why_by_link(text, link, found, claim, deciding)
    if found.strictly and not link.asserts:
        return f"{claim.why} {strictly(claim, asserts=False)}"
    return claim.why


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
            f"{opposite} for {quoted(against)}, which meet{_s(against)} the conditions that the "
            f"sentence states. In general, the claim {depends}."
        )
    sentences = []
    if link.force == "plain":
        sentences.append(_outcomes(counting))
        only = "these readings" if len(counting) > 1 else "this reading"
    else:
        sense_only = not link.readings and len(counting) < len(claim.role("reading"))
        sentences.append(_by_force(text, link, found.verdict, counting, deciding, sense_only))
        only = quoted([reading.name for reading in counting])
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
            return f"is undecided: {says}, but no reading is known to {_BARE[wanted]}."
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
            return f"is undecided: {says}, but not every reading is known to {_BARE[wanted]}."


def _outcomes(readings: Sequence[ReadingRecord]) -> str:
    words = {Outcome.HOLDS: "holds for", Outcome.FAILS: "fails for"}
    parts = []
    for outcome in Outcome:
        names = [reading.name for reading in readings if reading.outcome == outcome]
        if names:
            parts.append(f"{words.get(outcome, 'is undecided for')} {quoted(names)}")
    return "; ".join(parts) + "."


def _s(counting: Sequence[object]) -> str:
    return "s" if len(counting) == 1 else ""
