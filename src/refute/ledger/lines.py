"""The ledger of a run in progress, as lines, so that adding a claim does not rewrite the others.

The first line identifies the format, the second is the ledger without claims, and every other line
is a claim.  A line without an end was being written when the run was cut short.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from refute.ledger.records import ClaimRecord, Ledger

MARK = b'{"format":"refute-ledger-lines"}\n'


def head(ledger: Ledger) -> bytes:
    """Return the first two lines: a ledger without its claims."""
    return MARK + msgspec.json.encode(msgspec.structs.replace(ledger, claims=[])) + b"\n"


def line(claim: ClaimRecord) -> bytes:
    """Return the line of a claim.

    Raises:
        ValueError: a float was not encoded with ``number``, so the line could not be read back.
    """
    data = msgspec.json.encode(claim)
    try:
        msgspec.json.decode(data, type=ClaimRecord)
    except msgspec.ValidationError as error:
        raise ValueError(f"{claim.id} could not be read back: {error}") from None
    return data + b"\n"


def joined(data: bytes) -> Ledger:
    """Parse lines into a ledger, with claims sorted by question, and the sources that they cite.

    Raises:
        msgspec.MsgspecError: a line is damaged.
        UnicodeDecodeError: a line is not UTF-8.
        ValueError: a claim belongs to none of the questions.
    """
    first, *rest = data.removeprefix(MARK).split(b"\n")[:-1] or [b""]
    ledger = msgspec.json.decode(first, type=Ledger)
    return arranged(ledger, [msgspec.json.decode(line, type=ClaimRecord) for line in rest])


def arranged(ledger: Ledger, claims: Iterable[ClaimRecord]) -> Ledger:
    """Return the ledger with these claims, sorted by question, and only the sources they cite.

    Raises:
        ValueError: a claim belongs to none of the questions.
    """
    order = [question.id for question in ledger.questions]
    by_question = sorted(claims, key=lambda claim: order.index(claim.question))
    cited = {citation.key for claim in by_question for citation in claim.citations}
    sources = [source for source in ledger.sources if source.key in cited]
    return msgspec.structs.replace(ledger, claims=by_question, sources=sources)
