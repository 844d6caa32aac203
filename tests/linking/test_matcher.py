"""The matcher proposes what it learned, on its subject, best first, deterministically."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from refute.decision.verdict import Link
from refute.keys.reader import parse_key
from refute.linking.context import statements_in_context
from refute.linking.examples import examples_from_phrases
from refute.linking.matcher import MOST, Matcher, Proposal
from refute.linking.model import learn
from refute.linking.phrases import ClaimPhrases, Phrasebook
from tests.linking import small


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return small.matcher()


def proposed(matcher: Matcher, text: str) -> list[tuple[Proposal, ...]]:
    return matcher.propose(statements_in_context(parse_key(text, Path("k.md"))))


def best(matcher: Matcher, text: str) -> Link | None:
    (found,) = proposed(matcher, text)
    return found[0].link if found else None


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("With dropout the model ends up sparse.", Link("sparse/dropout-prunes")),
        ("Dropout doesn't make any model sparse.", Link("sparse/dropout-prunes", asserts=False)),
        ("Some ReLU units get stuck at zero.", Link("act/relu-can-die")),
        ("Rectified units never die.", Link("act/relu-can-die", asserts=False)),
    ],
)
def test_a_paraphrase_is_given_its_claim_and_stance(
    matcher: Matcher, text: str, link: Link
) -> None:
    assert best(matcher, text) == link


def test_a_claim_is_proposed_only_where_its_subject_is_named(matcher: Matcher) -> None:
    assert best(matcher, "Pruning makes the model sparse.") is None
    with_heading = proposed(matcher, "# Dropout\n\nIt makes the model sparse.")
    assert with_heading[1][0].link == Link("sparse/dropout-prunes")


def test_a_subject_is_the_beginning_of_a_word(matcher: Matcher) -> None:
    claims = {proposal.link.claim for proposal in proposed(matcher, "ReLU units can die.")[0]}
    assert claims == {"act/relu-can-die"}  # and not ELU, which ends the word


def test_sentences_that_make_no_claim_are_left_alone(matcher: Matcher) -> None:
    assert best(matcher, "Thank you for reading.") is None


def test_at_most_five_are_proposed_best_first() -> None:
    claims = {f"act/c{number}": f"ReLU claim number {number}." for number in range(9)}
    book = Phrasebook({id: ClaimPhrases(("relu",), (said,)) for id, said in claims.items()})
    (found,) = proposed(
        Matcher(learn(examples_from_phrases(book, claims)), book), "ReLU claim number."
    )
    assert len(found) == MOST
    scores = [proposal.score for proposal in found]
    assert scores == sorted(scores, reverse=True)
    assert [each.lead for each in found[:-1]] == pytest.approx(
        [score - after for score, after in pairwise(scores)], abs=1e-6
    )


def test_claims_left_out_are_not_proposed(matcher: Matcher) -> None:
    text = "ELU and ReLU: ReLU units can die, and ELU is smooth."
    some, fewer = (proposed(who, text)[0] for who in (matcher, matcher.without(["act/elu-smooth"])))
    assert {each.link.claim for each in some} == {"act/relu-can-die", "act/elu-smooth"}
    assert [each.link.claim for each in fewer] == ["act/relu-can-die"]
    assert fewer[0].lead == fewer[0].score
    assert best(matcher.without(["act/relu-can-die"]), "ReLU units can die.") is None


def test_the_only_proposal_leads_by_its_score(matcher: Matcher) -> None:
    ((only,),) = proposed(matcher, "ReLU units can die.")
    assert only.lead == only.score


def test_the_same_phrases_give_the_same_proposals(matcher: Matcher) -> None:
    text = "Dropout prunes. ReLU units can die. ELU is smooth. It ends."
    assert proposed(matcher, text) == proposed(small.matcher(), text)


def test_no_statements_no_proposals(matcher: Matcher) -> None:
    assert proposed(matcher, "") == []


def test_many_statements_are_scored_in_parts(
    matcher: Matcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their scores for every claim and example would take a gigabyte."""
    statements = statements_in_context(parse_key("Dropout prunes. So. ReLU dies.", Path("k.md")))
    whole = matcher.propose(statements)
    monkeypatch.setattr("refute.linking.matcher._AT_ONCE", 2)
    assert [[each.link for each in found] for found in matcher.propose(statements)] == [
        [each.link for each in found] for found in whole
    ]
