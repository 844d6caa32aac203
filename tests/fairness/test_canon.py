"""Sentences in the manners of textbooks, students and notes, with the marks of the literature.

Each is linked as a key would link it and graded by the outcomes that the claims publish, so that
nothing is run.  Whoever changes a claim, a region or a link later learns here whose sentence it
makes wrong.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from refute.decision.outcome import Outcome
from refute.decision.verdict import Judged, Link, Results, Verdict, verdict_of_statement
from refute.keys.forces import other_force

ROOT = Path(__file__).parents[2]
SENTENCES: list[dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("canon.toml").read_text(encoding="utf-8")
)["sentence"]
MARKS = {
    "correct": Verdict.SUPPORTED,
    "conditional": Verdict.DEPENDS,
    "wrong": Verdict.REFUTED,
}


@cache
def listed() -> list[dict[str, Any]]:
    """Every claim, as `refute list` gives it."""
    command = [sys.executable, "-m", "refute", "list", "claims", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    claims: list[dict[str, Any]] = json.loads(done.stdout)
    return claims


@cache
def published() -> dict[str, Results]:
    """What every claim publishes: of a documentary one, what its sources say."""
    return {claim["id"]: _results(claim) for claim in listed()}


def _results(claim: dict[str, Any]) -> Results:
    if claim["documentary"] is not None:
        said = Outcome.HOLDS if claim["documentary"] == "SUPPORTED" else Outcome.FAILS
        return Results((Judged("its sources", "sources", said),))
    return Results(
        tuple(
            Judged(case["name"], case["check"], Outcome(case["published"]), case["of"])
            for case in claim["readings"]
        )
    )


def links_of(sentence: dict[str, Any]) -> list[Link]:
    """The links of a sentence, written as in a key."""
    links = []
    for stance in ("asserts", "denies"):
        for tie in sentence.get(stance, []):
            table = {"claim": tie} if isinstance(tie, str) else tie
            links.append(
                Link(
                    table["claim"],
                    stance == "asserts",
                    table.get("force", "plain"),
                    tuple(table.get("readings", ())),
                )
            )
    return links


def verdict_of(sentence: dict[str, Any]) -> Verdict:
    return _verdict_by(links_of(sentence))


def verdict_by_its_words(sentence: dict[str, Any]) -> Verdict:
    """The verdict with the force that `refute link --confirm` would give to the links."""
    links = links_of(sentence)
    statements = {claim["id"]: claim["statement"] for claim in listed()}
    force = other_force(sentence["text"], links, [statements[link.claim] for link in links])
    return _verdict_by(links if force is None else [replace(link, force=force) for link in links])


def _verdict_by(links: list[Link]) -> Verdict:
    found = verdict_of_statement(links, published())
    assert found is not None
    return found.verdict


def test_the_canon_is_as_large_as_it_should_be() -> None:
    counted = Counter(sentence["mark"] for sentence in SENTENCES)
    assert counted["correct"] >= 60
    assert counted["conditional"] >= 30
    assert counted["wrong"] >= 40
    assert {sentence["manner"] for sentence in SENTENCES} == {"textbook", "student", "notes"}
    assert len({sentence["text"] for sentence in SENTENCES}) == len(SENTENCES)


@pytest.mark.parametrize("sentence", SENTENCES, ids=lambda sentence: sentence["text"][:60])
def test_every_link_is_to_a_claim_and_its_readings(sentence: dict[str, Any]) -> None:
    for link in links_of(sentence):
        assert link.claim in published()
        assert published()[link.claim].has(link.readings)


@pytest.mark.parametrize(
    "sentence",
    [sentence for sentence in SENTENCES if sentence["mark"] == "correct"],
    ids=lambda sentence: sentence["text"][:60],
)
def test_no_correct_sentence_is_refuted(sentence: dict[str, Any]) -> None:
    assert verdict_of(sentence) is not Verdict.REFUTED


@pytest.mark.parametrize(
    "sentence",
    [sentence for sentence in SENTENCES if sentence["mark"] != "wrong"],
    ids=lambda sentence: sentence["text"][:60],
)
def test_the_words_of_a_sentence_set_no_force_that_refutes_it(sentence: dict[str, Any]) -> None:
    refuted_by_words = verdict_by_its_words(sentence) is Verdict.REFUTED
    assert not refuted_by_words or verdict_of(sentence) is Verdict.REFUTED


@pytest.mark.parametrize("sentence", SENTENCES, ids=lambda sentence: sentence["text"][:60])
def test_a_sentence_has_the_mark_of_the_literature(sentence: dict[str, Any]) -> None:
    """Or the experiments' own, where the canon says why they differ."""
    measured = sentence.get("measured")
    assert (measured is None) == ("differs" not in sentence)
    assert verdict_of(sentence) is (Verdict(measured) if measured else MARKS[sentence["mark"]])
