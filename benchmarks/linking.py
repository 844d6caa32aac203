"""How good proposals are: every linked key held back in turn from what is learned.

``python -m benchmarks.linking`` prints, for each key, in how many of the statements that make a
claim a right one is proposed first and among five, how often the stance of a right first one is
right, and how many claims are proposed for a statement; then, by score, how many of the best
proposals are right in claim and stance (``refute.linking.proposing.LEAST_LIKELY``).  The same
tables follow for the sentences of ``paraphrases.toml``, each a key of its own, learned from all
phrases and all keys.
"""

from __future__ import annotations

import argparse
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Literal

import msgspec

from refute.decision.verdict import Link
from refute.keys.links import LinkedKey, link
from refute.keys.reader import read_key
from refute.keys.tree import Statement
from refute.ledger.shipped import read_or_shipped
from refute.linking.context import Said, said_in
from refute.linking.learning import taught
from refute.linking.matcher import Matcher, Proposal
from refute.linking.model import learn
from refute.linking.phrases import Phrasebook, read_phrases

PARAPHRASES = Path(__file__).with_name("paraphrases.toml")
SCORES = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8)


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
        best = self.proposals[0].link
        return any((one.claim, one.asserts) == (best.claim, best.asserts) for one in self.links)

    def _right(self, proposals: Sequence[Proposal]) -> bool:
        return bool({one.claim for one in self.links} & {one.link.claim for one in proposals})


class Paraphrase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A sentence, and the claims that it makes or, where it denies, contradicts."""

    text: str
    claims: tuple[str, ...]
    stance: Literal["asserts", "denies"] | None = None

    @property
    def links(self) -> tuple[Link, ...]:
        return tuple(Link(claim, self.stance == "asserts") for claim in self.claims)


class _Paraphrases(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    sentence: tuple[Paraphrase, ...]


def learned_from(
    keys: Sequence[LinkedKey], book: Phrasebook, claims: dict[str, str]
) -> tuple[Matcher, float]:
    """The matcher that keys and phrases teach; seconds to learn."""
    started = perf_counter()
    matcher = Matcher(learn(taught(claims, book, keys)), book)
    return matcher, perf_counter() - started


def tried(
    held: LinkedKey, others: Sequence[LinkedKey], book: Phrasebook, claims: dict[str, str]
) -> tuple[list[Tried], float]:
    """Every sentence of a key with what the others and the phrases propose; seconds to learn."""
    matcher, seconds = learned_from(others, book, claims)
    proposals = matcher.propose(said_in(held.key))
    return list(_sentences(held, proposals)), seconds


def _sentences(held: LinkedKey, proposals: Sequence[tuple[Proposal, ...]]) -> Iterator[Tried]:
    for statement, entry, found in zip(held.key.statements, held.entries, proposals, strict=True):
        if statement.kind == "sentence" and entry is not None and not entry.not_encoded:
            yield Tried(entry.links, found)


def paraphrased(matcher: Matcher, sentences: Sequence[Paraphrase]) -> list[Tried]:
    """Every sentence with what is proposed for it where nothing leads to it."""
    said = [Said(Statement(0, "sentence", 1, 1, one.text)) for one in sentences]
    proposals = matcher.propose(said)
    return [Tried(one.links, found) for one, found in zip(sentences, proposals, strict=True)]


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ledger", type=Path, default=Path("reports/verdicts.json"))
    parser.add_argument("--without-phrases", action="store_true")
    asked = parser.parse_args()
    ledger, _ = read_or_shipped(asked.ledger)
    claims = {claim.id: claim.statement for claim in ledger.claims}
    book = Phrasebook({}) if asked.without_phrases else read_phrases(Path("claims"), claims)
    keys = [link(read_key(path)) for path in sorted(Path("answers").glob("*.md"))]
    sentences = _read_paraphrases(claims)

    _heading("key")
    everything: list[Tried] = []
    for held in keys:
        found, seconds = tried(held, [key for key in keys if key is not held], book, claims)
        print(f"{held.key.path.name:10}{_row(found)}   {seconds:8.1f} s")
        everything += found
    print(f"{'all':10}{_row(everything)}")
    _by_score(everything)

    print()
    _heading("paraphrase")
    matcher, seconds = learned_from(keys, book, claims)
    everything = paraphrased(matcher, sentences)
    for stance in ("asserts", "denies"):
        chosen = zip(sentences, everything, strict=True)
        print(f"{stance:10}{_row([found for one, found in chosen if one.stance == stance])}")
    print(f"{'all':10}{_row(everything)}   {seconds:8.1f} s")
    _by_score(everything)


def _read_paraphrases(claims: Collection[str]) -> tuple[Paraphrase, ...]:
    sentences = msgspec.toml.decode(PARAPHRASES.read_bytes(), type=_Paraphrases).sentence
    for one in sentences:
        if bool(one.claims) != bool(one.stance):
            raise SystemExit(
                f"{PARAPHRASES}: {one.text!r}: give it claims and a stance, or neither"
            )
        for claim in one.claims:
            if claim not in claims:
                raise SystemExit(f"{PARAPHRASES}: {one.text!r}: no claim {claim}: mend the id")
    return sentences


def _heading(first: str) -> None:
    print(f"{first:10}   claims   first  of five  stance  proposed   learned in")


def _by_score(everything: Sequence[Tried]) -> None:
    print("\nscore   proposals   claim and stance right")
    for least in SCORES:
        best = [one for one in everything if one.proposals and one.proposals[0].score >= least]
        right = sum(one.stance for one in best)
        print(f"{least:5.1f}   {len(best):9}   {right:5} ({right / max(len(best), 1):.1%})")


def _row(found: Sequence[Tried]) -> str:
    making = [one for one in found if one.links]
    first = [one for one in making if one.first]
    return (
        f"{len(making):9}{_share(len(first), len(making))}"
        f"{_share(sum(one.among for one in making), len(making))}"
        f"{_share(sum(one.stance for one in first), len(first))}"
        f"{sum(len(one.proposals) for one in found) / max(len(found), 1):10.1f}"
    )


def _share(part: int, whole: int) -> str:
    return f"{part / max(whole, 1):8.1%}"


if __name__ == "__main__":
    main()
