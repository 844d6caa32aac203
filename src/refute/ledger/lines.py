"""A ledger in the making, as lines: so that a claim costs what it is long, however many there are.

The first line says what this is, the second is the ledger without claims, and each further line is
a claim.  A line that does not end was being written when the run was cut short.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from refute.ledger.records import ClaimRecord, Ledger

MARK = b'{"format":"refute-ledger-lines"}\n'


def head(ledger: Ledger) -> bytes:
    """The lines that come first: all of a ledger but its claims."""
    return MARK + msgspec.json.encode(msgspec.structs.replace(ledger, claims=[])) + b"\n"


def line(claim: ClaimRecord) -> bytes:
    """The line of a claim.

    Raises:
        ValueError: a float was not spelled with ``number``, so that it could not be read back.
    """
    data = msgspec.json.encode(claim)
    try:
        msgspec.json.decode(data, type=ClaimRecord)
    except msgspec.ValidationError as error:
        raise ValueError(f"{claim.id} could not be read back: {error}") from None
    return data + b"\n"


def joined(data: bytes) -> Ledger:
    """The ledger that these lines make: claims by question, and the sources that they cite.

    Raises:
        msgspec.MsgspecError: a line is damaged.
        UnicodeDecodeError: likewise.
    """
    first, *rest = data.removeprefix(MARK).split(b"\n")[:-1] or [b""]
    ledger = msgspec.json.decode(first, type=Ledger)
    return arranged(ledger, [msgspec.json.decode(line, type=ClaimRecord) for line in rest])


def arranged(ledger: Ledger, claims: Iterable[ClaimRecord]) -> Ledger:
    """The ledger with these claims, in the order of its questions, and no source that none cites.

    Raises:
        ValueError: a claim belongs to none of the questions.
    """
    order = [question.id for question in ledger.questions]
    by_question = sorted(claims, key=lambda claim: order.index(claim.question))
    cited = {citation.key for claim in by_question for citation in claim.citations}
    sources = [source for source in ledger.sources if source.key in cited]
    return msgspec.structs.replace(ledger, claims=by_question, sources=sources)
