"""How good proposals are: every linked key held back in turn from what is learned.

``python -m benchmarks.linking`` prints, for each key, in how many of the statements that make a
claim a right one is proposed first and among five, how often the stance of a right first one is
right, and how many claims are proposed for a statement; then, by score, how many of the best
proposals are right in claim and stance (``refute.linking.proposing.LEAST_LIKELY``).
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from refute.decision.verdict import Link
from refute.keys.links import LinkedKey, link
from refute.keys.reader import read_key
from refute.ledger.shipped import read_or_shipped
from refute.linking.context import said_in
from refute.linking.learning import taught_by
from refute.linking.matcher import Matcher, Proposal, examples
from refute.linking.phrases import Phrasebook, read_phrases

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


def tried(
    held: LinkedKey, others: Sequence[LinkedKey], book: Phrasebook, claims: dict[str, str]
) -> tuple[list[Tried], float]:
    """Every sentence of a key with what the others and the phrases propose; seconds to learn."""
    started = perf_counter()
    learnt = examples(book, claims)
    for key in others:
        learnt += taught_by(key, claims)
    matcher = Matcher(learnt, book)
    seconds = perf_counter() - started
    proposals = matcher.propose(said_in(held.key))
    return list(_sentences(held, proposals)), seconds


def _sentences(held: LinkedKey, proposals: Sequence[tuple[Proposal, ...]]) -> Iterator[Tried]:
    for statement, entry, found in zip(held.key.statements, held.entries, proposals, strict=True):
        if statement.kind == "sentence" and entry is not None and not entry.not_encoded:
            yield Tried(entry.links, found)


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

    print("key          claims   first  of five  stance  proposed   learned in")
    everything: list[Tried] = []
    for held in keys:
        found, seconds = tried(held, [key for key in keys if key is not held], book, claims)
        print(f"{held.key.path.name:10}{_row(found)}   {seconds:8.1f} s")
        everything += found
    print(f"{'all':10}{_row(everything)}")

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
