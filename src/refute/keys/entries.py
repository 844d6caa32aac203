"""The entries of a links file: what each statement of a key asserts or denies.

``answers/003.toml`` belongs to ``answers/003.md`` and has an entry for each statement::

    [[statement]]
    quote = "dropout leaves a network whose structure is sparse"
    asserts = ["sparse/dropout-yields-sparse-network"]

``quote`` is text of the key as a reader sees it; Markdown's markup may be written or left out, and
line breaks do not matter.  It may be several sentences, one sentence, or a part of one, which
divides the sentence into several statements.  ``"first words … last words"`` stands for everything
in between.  Straight and curly quotation marks match each other, and so do all encodings of an
accent.  If the key contains the quote more than once, the entry names the ``line`` of the key, or
the ``occurrence``, from 1.  An entry says one of the following:

- ``asserts`` and ``denies``: claims (to deny is the logical negation), and ``not_encoded``: names
  of claims that nobody has encoded yet;
- ``proposed``: what it may say, best first, as ``["asserts sparse/a", "denies sparse/b (can)"]``,
  until a person replaces it by one of the others (for example with ``refute link KEY --confirm``);
- ``advice = "why no experiment decides it"``;
- ``not_a_claim = true``, or a text that says what it is instead.  Headings, questions and tasks
  (:mod:`refute.keys.prompts`) need no entry to make no claim;
- nothing yet: its statement stays unlinked.

A claim is given as its id, or as a table if the sentence says "can", "always" or "not always", or
states conditions::

    asserts = ["sparse/a", { claim = "sparse/b", force = "can", readings = ["at the start"] }]

``readings`` are the names of the readings that meet the conditions; only these decide.  If that
changes the mark, ``stated`` quotes the words of the key that state the conditions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, cast

from refute.decision.verdict import Force, Link
from refute.keys.entry_tables import EntryTable

STANCES = ("asserts", "denies")
PROPOSAL = re.compile(r"(asserts|denies) (\S+)(?: \((can|always|not always)\))?")


@dataclass(frozen=True)
class Entry:
    """One entry of a links file.

    ``line`` is its line in that file.  ``at_line`` and ``occurrence`` say which of several equal
    stretches of the key it quotes.
    """

    line: int
    quote: str
    links: tuple[Link, ...] = ()
    not_encoded: tuple[str, ...] = ()
    proposed: tuple[Link, ...] = ()
    advice: str | None = None
    not_a_claim: str | None = None
    at_line: int | None = None
    occurrence: int | None = None

    @property
    def is_empty(self) -> bool:
        """Whether it only quotes the key and says nothing yet, as ``refute new --links`` writes."""
        says = self.links or self.not_encoded or self.proposed
        return not says and self.advice is None and self.not_a_claim is None

    @property
    def claims(self) -> bool:
        """Whether it says that its quote claims something, or may do so."""
        return not self.is_empty and self.not_a_claim is None

    @property
    def is_open(self) -> bool:
        """Whether no person has said yet what its quote claims."""
        return bool(self.proposed) or self.is_empty


def entry_of(table: EntryTable) -> Entry:
    """Return the entry of a table without faults."""
    fields = table.fields
    no_claim = fields.get("not_a_claim")
    return Entry(
        line=table.line_of("quote"),
        quote=fields["quote"],
        links=tuple(
            _link(value, asserts=stance == "asserts")
            for stance in STANCES
            for value in fields.get(stance, ())
        ),
        not_encoded=tuple(fields.get("not_encoded", ())),
        proposed=tuple(map(proposed_link, fields.get("proposed", ()))),
        advice=fields.get("advice"),
        not_a_claim="makes no claim" if no_claim is True else no_claim,
        at_line=fields.get("line"),
        occurrence=fields.get("occurrence"),
    )


def _link(value: str | dict[str, Any], *, asserts: bool) -> Link:
    if isinstance(value, str):
        return Link(value, asserts)
    readings = tuple(value.get("readings", ()))
    stated = value.get("stated", "")
    force, chosen = value.get("force", "plain"), "force" in value
    return Link(value["claim"], asserts, force, readings, stated, chosen)


def proposed_link(proposal: str) -> Link:
    """Return the link that an entry proposes, as in ``"denies sparse/b (can)"``."""
    stance, claim, force = cast(re.Match[str], PROPOSAL.fullmatch(proposal)).groups()
    return Link(claim, stance == "asserts", cast(Force, force or "plain"))
