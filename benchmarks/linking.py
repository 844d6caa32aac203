"""How good proposals are, on sentences that were held back from what they are learned from.

``python -m benchmarks.linking`` holds back in turn every linked key and every twentieth of the
phrases, and, always, five files of independent sentences: ``paraphrases.toml``, of what the keys
say, ``students.toml`` and ``students_again.toml``, mostly about claims that are refuted or depend,
and ``of_every_kind.toml`` and ``of_every_kind_again.toml``, with sentences that are true or make no
claim too.  It prints in how many of the statements that make a claim a right one is proposed first
and among five, how often the stance of a right first one is right where it is asserted and where it
is denied, and how many claims are proposed for a statement.  Then follows where no claim comes
close: in how many of the statements with a right first claim, and of those that make none.  Last,
it prints how often "possibly" is right, with a Wilson interval: on the keys and phrases, on which
:func:`refute.linking.proposing.is_likely` was fixed, and on the five files.
"""

from __future__ import annotations

import argparse
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Literal

import msgspec
from scipy.stats import binomtest

from refute.decision.verdict import Link, Verdict
from refute.keys.links import LinkedKey, link
from refute.keys.reader import read_key
from refute.keys.tree import Statement
from refute.ledger.shipped import read_or_shipped
from refute.linking.context import StatementInContext, statements_in_context
from refute.linking.learning import all_examples
from refute.linking.matcher import Matcher, Proposal
from refute.linking.model import learn
from refute.linking.phrases import ClaimPhrases, Phrasebook, read_phrases
from refute.linking.proposing import comes_close, is_likely

FILES = {
    name: Path(__file__).with_name(f"{name}.toml")
    for name in (
        "paraphrases",
        "students",
        "students_again",
        "of_every_kind",
        "of_every_kind_again",
    )
}
PARTS = 20
"""The parts of the phrases; in each, hardly any claim has two phrases."""


@dataclass(frozen=True)
class Tried:
    """A statement, the claims that a person linked it to, and what was proposed."""

    links: tuple[Link, ...]
    proposals: tuple[Proposal, ...]

    @property
    def first(self) -> bool:
        return bool(self.proposals) and self._right(self.proposals[:1])

    @property
    def among(self) -> bool:
        return self._right(self.proposals)

    @property
    def stance(self) -> bool:
        """Whether the first proposal is right, stance included."""
        best = self.proposals[0].link
        return any((link.claim, link.asserts) == (best.claim, best.asserts) for link in self.links)

    def hints_at(self, claims: Collection[str]) -> bool:
        """Whether it most likely asserts one of the claims, as far as the matcher can tell."""
        best = self.proposals[:1]
        return any(is_likely(proposal) and proposal.link.claim in claims for proposal in best)

    def _right(self, proposals: Sequence[Proposal]) -> bool:
        proposed = {proposal.link.claim for proposal in proposals}
        return any(link.claim in proposed for link in self.links)


class Sentence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A sentence, and the claims that it makes or, where it denies, contradicts."""

    text: str
    claims: tuple[str, ...]
    stance: Literal["asserts", "denies"] | None = None

    @property
    def links(self) -> tuple[Link, ...]:
        return tuple(Link(claim, self.stance == "asserts") for claim in self.claims)


class _Sentences(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    sentence: tuple[Sentence, ...]


# --- what is held back ---------------------------------------------------------------------


def held_keys(keys: Sequence[LinkedKey], book: Phrasebook, claims: dict[str, str]) -> list[Tried]:
    """Every sentence of every key with what the phrases and the other keys propose."""
    return [sentence for held in keys for sentence in _of_key(held, keys, book, claims)]


def _of_key(
    held: LinkedKey, keys: Sequence[LinkedKey], book: Phrasebook, claims: dict[str, str]
) -> Iterator[Tried]:
    others = [key for key in keys if key is not held]
    proposals = _matcher(others, book, claims).propose(statements_in_context(held.key))
    for statement, entry, found in zip(held.key.statements, held.entries, proposals, strict=True):
        if statement.kind == "sentence" and entry is not None and not entry.not_encoded:
            yield Tried(entry.links, found)


def held_phrases(
    keys: Sequence[LinkedKey], book: Phrasebook, claims: dict[str, str]
) -> list[Tried]:
    """Every phrase with what the keys and the other parts of the phrases propose."""
    found = []
    for part in range(PARTS):
        held, rest = _part_of(book, part, held=True), _part_of(book, part, held=False)
        sentences = [
            *(_said(id, text, True) for id, said in held.claims.items() for text in said.asserts),
            *(_said(id, text, False) for id, said in held.claims.items() for text in said.denies),
            *(Sentence(text, ()) for text in held.others),
        ]
        found += tried(_matcher(keys, rest, claims), sentences)
    return found


def _part_of(book: Phrasebook, part: int, *, held: bool) -> Phrasebook:
    """The part of the phrases that is held back, or the rest of them."""

    def some(texts: Sequence[str], begin: int) -> tuple[str, ...]:
        return tuple(text for at, text in enumerate(texts, begin) if (at % PARTS == part) == held)

    # Shifted, so that the parts are alike, and a claim's denials follow its assertions.
    claims = {
        id: ClaimPhrases(
            phrases.subjects,
            some(phrases.asserts, 7 * at),
            some(phrases.denies, 7 * at + len(phrases.asserts)),
        )
        for at, (id, phrases) in enumerate(book.claims.items())
    }
    return Phrasebook(claims, some(book.others, 0), book.kinds)


def _said(claim: str, text: str, asserts: bool) -> Sentence:
    return Sentence(text, (claim,), "asserts" if asserts else "denies")


def _matcher(keys: Sequence[LinkedKey], book: Phrasebook, claims: dict[str, str]) -> Matcher:
    return Matcher(learn(all_examples(claims, book, keys)), book)


def tried(matcher: Matcher, sentences: Sequence[Sentence]) -> list[Tried]:
    """Every sentence with what is proposed for it where nothing leads to it."""
    statements = [
        StatementInContext(Statement(0, "sentence", 1, 1, sentence.text)) for sentence in sentences
    ]
    proposals = zip(sentences, matcher.propose(statements), strict=True)
    return [Tried(sentence.links, found) for sentence, found in proposals]


def read_sentences(path: Path, claims: Collection[str]) -> tuple[Sentence, ...]:
    """The sentences of a file, whose claims must be known."""
    sentences = msgspec.toml.decode(path.read_bytes(), type=_Sentences).sentence
    for sentence in sentences:
        if bool(sentence.claims) != bool(sentence.stance):
            raise SystemExit(f"{path}: {sentence.text!r}: give it claims and a stance, or neither")
        for claim in sentence.claims:
            if claim not in claims:
                raise SystemExit(f"{path}: {sentence.text!r}: no claim {claim}: mend the id")
    return sentences


# --- the tables ----------------------------------------------------------------------------


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ledger", type=Path, default=Path("reports/verdicts.json"))
    asked = parser.parse_args()
    ledger, _ = read_or_shipped(asked.ledger)
    claims = {claim.id: claim.statement for claim in ledger.claims}
    faulty = {
        claim.id
        for claim in ledger.claims
        if claim.final_verdict in (Verdict.REFUTED, Verdict.DEPENDS)
    }
    hinted_at = {claim.id for claim in ledger.claims if not claim.about_code_of_key}
    book = read_phrases(Path("claims"), claims)
    keys = [link(read_key(path)) for path in sorted(Path("answers").glob("*.md"))]
    whole = _matcher(keys, book, claims)
    found = {
        "five keys": held_keys(keys, book, claims),
        "phrases": held_phrases(keys, book, claims),
    } | {name: tried(whole, read_sentences(path, claims)) for name, path in FILES.items()}

    print(f"{'':20}   claims   first  of five  stance of asserted  of denied  proposed")
    for name, some in found.items():
        print(f"{name:20}{_row(some)}")
    print("\nno claim comes close   right first  makes no claim")
    for name, some in found.items():
        right = [sentence for sentence in some if sentence.links and sentence.first]
        none = [sentence for sentence in some if not sentence.links]
        print(f"{name:20}{_far(right):>14}{_far(none):>16}")
    fixed_on = ("five keys", "phrases")
    for title, chosen in (
        ("refuted or depends", faulty & hinted_at),
        ("any claim", hinted_at),
    ):
        print(f"\n“possibly” right, {title}")
        for name, some in found.items():
            print(f"{name:32}{_right(some, chosen)}")
        fixed = list(chain(*(found[name] for name in fixed_on)))
        held = list(chain(*(some for name, some in found.items() if name not in fixed_on)))
        print(f"{'keys and phrases: fixed on':32}{_right(fixed, chosen)}")
        print(f"{'five files: never learned from':32}{_right(held, chosen)}")
    print("\nof the sentences that assert a claim that is refuted or depends, get a hint")
    for name in FILES:
        print(f"{name:32}{_hinted(found[name], faulty & hinted_at)}")


def _far(found: Sequence[Tried]) -> str:
    """For how many no claim comes close."""
    close = sum(any(map(comes_close, sentence.proposals[:1])) for sentence in found)
    return f"{len(found) - close} of {len(found)}"


def _right(found: Sequence[Tried], claims: Collection[str]) -> str:
    """How many of those that are likely to assert one of the claims do, and its interval."""
    likely = [sentence for sentence in found if sentence.hints_at(claims)]
    if not likely:
        return f"{'none':>24}"
    right = sum(sentence.stance for sentence in likely)
    interval = binomtest(right, len(likely)).proportion_ci(method="wilson")
    return f"{f'{right} of {len(likely)}':>11} ({interval.low:4.0%} to {interval.high:4.0%})"


def _hinted(found: Sequence[Tried], claims: Collection[str]) -> str:
    """How many of the sentences that assert one of the claims are found by "possibly"."""
    asserting = [
        sentence
        for sentence in found
        if any(link.asserts and link.claim in claims for link in sentence.links)
    ]
    return f"{sum(sentence.hints_at(claims) for sentence in asserting)} of {len(asserting)}"


def _row(found: Sequence[Tried]) -> str:
    making = [sentence for sentence in found if sentence.links]
    first = [sentence for sentence in making if sentence.first]
    asserted = [sentence for sentence in first if sentence.links[0].asserts]
    denied = [sentence for sentence in first if not sentence.links[0].asserts]
    return (
        f"{len(making):9}{_share(len(first), len(making))}"
        f"{_share(sum(sentence.among for sentence in making), len(making))}"
        f"{_share(sum(sentence.stance for sentence in asserted), len(asserted)):>20}"
        f"{_share(sum(sentence.stance for sentence in denied), len(denied)):>11}"
        f"{sum(len(sentence.proposals) for sentence in found) / max(len(found), 1):10.1f}"
    )


def _share(part: int, whole: int) -> str:
    return f"{part / whole:8.1%}" if whole else f"{'-':>8}"


if __name__ == "__main__":
    main()
