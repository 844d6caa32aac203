"""A small claims folder: three claims with phrases, and a ledger of them."""

from __future__ import annotations

from pathlib import Path

from refute.ledger import Ledger, Searched
from refute.linking.examples import examples_from_phrases
from refute.linking.matcher import Matcher
from refute.linking.model import learn
from refute.linking.phrases import ClaimPhrases, Phrasebook
from tests import make

CLAIMS = {
    "sparse/dropout-prunes": "Dropout prunes the network.",
    "act/relu-can-die": "ReLU units can die.",
    "act/elu-smooth": "ELU is smooth everywhere.",
}
BOOK = Phrasebook(
    {
        "sparse/dropout-prunes": ClaimPhrases(
            ("dropout",),
            ("Dropout makes the model sparse.", "After dropout the network has fewer weights."),
            ("Dropout removes no weights at all.", "Dropout does not make a model sparse."),
        ),
        "act/relu-can-die": ClaimPhrases(
            ("relu", "rectif"),
            ("A ReLU may get stuck at zero for good.", "Some rectified units stop learning."),
            ("ReLU units never die.",),
        ),
        "act/elu-smooth": ClaimPhrases(
            ("elu",),
            ("ELU has a derivative that is continuous.",),
            ("ELU has a kink at zero.",),
        ),
    },
    ("Thanks for reading.", "The next chapter deals with convolutions."),
)


def matcher() -> Matcher:
    """Who has learned from the phrases."""
    return Matcher(learn(examples_from_phrases(BOOK, CLAIMS)), BOOK)


def ledger() -> Ledger:
    outcomes = {"sparse/dropout-prunes": "fails"}
    claims = [
        make.claim(
            id,
            "REFUTED" if (outcome := outcomes.get(id, "holds")) == "fails" else "SUPPORTED",
            [make.reading("any", outcome, _searched(outcome == "fails"))],
            statement=statement,
        )
        for id, statement in CLAIMS.items()
    ]
    return make.ledger(claims)


def _searched(refuted: bool) -> Searched:
    return make.searched("fails") if refuted else make.searched("holds")


def write_phrases(claims: Path) -> None:
    """The same phrases as files."""
    folder = claims / "phrases"
    folder.mkdir(parents=True)
    tables: dict[str, list[str]] = {}
    for id, phrases in BOOK.claims.items():
        question, _, name = id.partition("/")
        lists = {
            "subjects": phrases.subjects, "asserts": phrases.asserts, "denies": phrases.denies,
        }  # fmt: skip
        lines = [f"{field} = {list(texts)!r}" for field, texts in lists.items()]
        tables.setdefault(question, []).append("\n".join([f"[{name}]", *lines]))
    for question, written in tables.items():
        (folder / f"{question}.toml").write_text("\n\n".join(written))
    (folder / "others.toml").write_text(f"phrases = {list(BOOK.others)!r}")
