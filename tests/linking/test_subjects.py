"""A statement is about a claim if it names its subject, and not only a kind of that subject."""

from __future__ import annotations

from pathlib import Path

import pytest

from refute.linking.phrases import ClaimPhrases, Kinds, Phrasebook, read_phrases
from refute.linking.subjects import Subjects
from tests.packaging import ROOT

BOOK = Phrasebook(
    {
        "act/relu": ClaimPhrases(("relu", "die"), ("ReLU units can die.",)),
        "act/leaky": ClaimPhrases(("leaky", "relu"), ("Leaky units cannot die.",)),
        "dropout/slow": ClaimPhrases(("dropout",), ("Dropout is slow.",)),
        "momentum/fast": ClaimPhrases(("momentum",), ("Momentum is fast.",)),
        "selu/sparse": ClaimPhrases(("selu",), ("SELU is sparse.",), aspects=("spars",)),
    },
    kinds=(
        Kinds(("relu",), ("leaky", "selu", "elu")),
        Kinds(("dropout",), ("mc", "monte carlo", "alpha")),
        Kinds(("momentum",), ("nesterov",)),
    ),
)


@pytest.mark.parametrize(
    ("claim", "statement", "context", "named"),
    [
        ("act/relu", "ReLU units cannot die.", "", True),
        ("act/relu", "Leaky ReLU units cannot die.", "", False),
        ("act/relu", "Leaky-ReLU units cannot die.", "", False),
        ("act/relu", "LeakyReLU units cannot die.", "", False),
        ("act/relu", "SELU units cannot die.", "", False),
        ("act/relu", "Units cannot die.", "", True),
        ("act/relu", "Unlike ELU, ReLU can die.", "", True),
        ("act/relu", "Unlike leaky ReLU, ReLU can die.", "", True),
        ("act/relu", "Other than ELU, it can die.", "The ReLU activation", True),
        ("act/relu", "Its units cannot die.", "SELU", True),
        ("act/leaky", "Leaky ReLU units cannot die.", "", True),
        ("dropout/slow", "MC dropout is slow.", "", False),
        ("dropout/slow", "Monte Carlo dropout is slow.", "", False),
        ("dropout/slow", "Alpha Dropout is slow.", "", False),
        ("dropout/slow", "MC dropout is as slow as dropout.", "", True),
        ("momentum/fast", "Nesterov's momentum is fast.", "", False),
        ("momentum/fast", "Momentum is faster than Nesterov’s momentum.", "", True),
        ("momentum/fast", "Adam is fast.", "", False),
        ("other/claim", "Adam is fast.", "", True),
        ("selu/sparse", "SELU is fine.", "", True),
        ("selu/sparse", "It is sparse.", "", True),
        ("selu/sparse", "It is fine.", "Sparse networks", True),
        ("selu/sparse", "It is fine.", "", False),
        ("selu/sparse", "Dropout is sparse.", "", False),
        ("selu/sparse", "Leaky ReLU is sparse.", "", False),
        ("selu/sparse", "Dropout is sparse.", "SELU", True),
    ],
)
def test_a_kind_alone_does_not_name_the_general_subject(
    claim: str, statement: str, context: str, named: bool
) -> None:
    assert Subjects(BOOK).named(claim, statement, context) is named


def test_what_is_said_of_a_subject_is_no_subject() -> None:
    """Dropout, which is said to be sparse, is named by no claim about SELU."""
    ids = [
        f"{path.stem}/{name}"
        for path in (ROOT / "claims/phrases").glob("*.toml")
        for name in _tables(path)
    ]
    subjects = Subjects(read_phrases(ROOT / "claims", ids))
    for statement in (
        "Dropout makes the network sparse.",
        "L1 regularization makes the network sparse.",
        "ReLU makes the activations sparse.",
    ):
        assert not subjects.named("selu/produces-sparsity", statement, "")


def test_the_kinds_of_the_project_are_subjects_of_its_claims() -> None:
    """A word that no claim has as its subject would only hide proposals."""
    texts = " ".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "claims/phrases").glob("*.toml")
    )
    ids = [
        f"{path.stem}/{name}"
        for path in (ROOT / "claims/phrases").glob("*.toml")
        for name in _tables(path)
    ]
    book = read_phrases(ROOT / "claims", ids)
    assert book.kinds
    subjects = {subject.lower() for each in book.claims.values() for subject in each.subjects}
    for kinds in book.kinds:
        assert set(kinds.general) & subjects
        assert all(kind in texts.lower() for kind in kinds.kinds)


def _tables(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line[1:-1] for line in lines if line.startswith("[") and not line.startswith("[[")]
