"""Code faults in words: the counts for a key's code, and what each fault does."""

from __future__ import annotations

import re
from collections.abc import Iterator

from refute.keys.checked_code import CheckedCode, CodeFault, Effect
from refute.ledger import Searched
from refute.plurals import counted
from refute.prose.results import result_in_words
from refute.prose.text import capitalized
from refute.spacing import single_spaced


def code_score(code: CheckedCode) -> str:
    """The counts of a key's findings: ``3 errors, 1 weak, 2 cannot tell, 14 rules fine``."""
    parts = [
        counted(count, severity) if severity in ("error", "note") else f"{count} {severity}"
        for severity, count in code.counts.items()
        if count
    ]
    if code.cannot_tell:
        parts.append(f"{len(code.cannot_tell)} cannot tell")
    if not (parts or code.fine or code.unparsed or code.cut):
        return "no rule applies"
    parts.append(f"{counted(len(code.fine), 'rule')} fine")
    if code.unparsed:
        parts.append(f"{len(code.unparsed)} not parsed")
    if code.cut:
        parts.append("too long to be read to the end")
    return ", ".join(parts)


def reason(why: str) -> str:
    """A reason that begins with a capital, unless it begins with a name from the code."""
    first = why.partition(" ")[0]
    return why if re.search(r"[_=(\[.]", first) else capitalized(why)


def effects_in_words(fault: CodeFault) -> Iterator[tuple[str, str]]:
    """The id of each claim that measured what a fault does, and its result."""
    for effect in fault.effects:
        if (words := measured_in_words(effect)) is not None:
            yield effect.claim, words


def measured_in_words(effect: Effect) -> str | None:
    """The case that was measured and its result; ``None`` if the ledger has no verdict on it."""
    record, reading = effect.record, effect.reading
    if record is None:
        return None
    if reading is None:
        return capitalized(record.why.rstrip("."))
    if isinstance(reading.evidence, Searched) and reading.outcome is not None:
        # An example says nothing without the sentence that it is an example of.
        sentence = single_spaced(record.statement).rstrip(".")
        return f"“{sentence}” {reading.outcome} for “{reading.name}”: {result_in_words(reading)}"
    return f"{capitalized(reading.name)}: {result_in_words(reading)}"
