"""Which claims ``refute list`` shows."""

import pytest

from refute import ledger as ledgers
from refute.cli.listing import (
    ListedClaim,
    ListingError,
    Wanted,
    known_verdict,
    list_claims,
    with_verdict,
)
from refute.ledger import read
from tests import make

CLAIMS = {
    "selu/normalizes": ["measured"],
    "selu/purpose": ["cited"],
    "mc/slow": ["timed", "measured"],
    "cifar/nadam": ["code"],
}


def listed(id, kinds):
    return ListedClaim(
        id=id,
        question=id.partition("/")[0],
        title="A question",
        statement="Something is so.",
        kinds=kinds,
        readings=[],
        controls=[],
        sources=[],
        documentary=None,
        correction=None,
        depends=None,
        location="claims/test_it.py::TestIt",
    )


LISTED = [listed(id, kinds) for id, kinds in CLAIMS.items()]


def ids(**wanted):
    return [claim.id for claim in Wanted(**wanted).among(LISTED)]


def test_all_are_listed_unless_some_are_asked_for():
    assert ids() == [*CLAIMS]


def test_by_question():
    assert ids(question="selu") == ["selu/normalizes", "selu/purpose"]


def test_a_claim_of_two_kinds_is_found_by_either():
    assert ids(kind="timed") == ["mc/slow"]
    assert ids(kind="measured") == ["selu/normalizes", "mc/slow"]
    assert ids(question="selu", kind="cited") == ["selu/purpose"]


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"question": "sleu"}, "--question sleu: choose one of selu, mc, cifar"),
        (
            {"kind": "guessed"},
            "--kind guessed: choose one of measured, searched, timed, cited",
        ),
    ],
)
def test_an_unknown_value_is_reported_with_the_known_ones(wanted, message):
    with pytest.raises(ListingError, match=f"^{message}"):
        ids(**wanted)


def test_by_verdict_in_the_ledger(tmp_path):
    path = tmp_path / "verdicts.json"
    claims = [
        make.claim(id, verdict, [make.reading("as said", outcome, found)])
        for id, verdict, outcome, found in [
            ("mc/slow", "REFUTED", "fails", make.searched("fails", counterexample="x=1")),
            ("selu/normalizes", "SUPPORTED", "holds", make.searched("holds", examples=3)),
        ]
    ]
    ledgers.write(make.ledger(claims), path)
    refuted = with_verdict(read(path), known_verdict("refuted"))
    supported = with_verdict(read(path), "SUPPORTED")
    assert ids(with_verdict=refuted) == ["mc/slow"]
    assert ids(with_verdict=supported, question="mc") == []


def test_an_unknown_verdict_is_reported_with_the_known_ones():
    with pytest.raises(ListingError, match=r"^--verdict WRONG: choose one of SUPPORTED, REFUTED"):
        known_verdict("wrong")


SUITE = '''
from refute import claim, control, reading
from refute.key_code import key_code

ANSWER = key_code(__file__, "answers/key.md")


@claim("cifar/b")
class TestCode:
    """The code trains."""

    @reading("as answered", code=ANSWER)
    @control("another", code=ANSWER.changed("fit", "predict"))
    def test_it(self, code):
        assert code.facts.trace.events[0].name == "fit"


@claim("cifar/number")
class TestNumber:
    """One is positive."""

    @reading("one", x=1)
    @control("minus one", x=-1)
    def test_it(self, x):
        assert x > 0


@claim("cifar/measured")
class TestMeasured:
    """It is measured, and timed."""

    @reading("one", x=1)
    @control("minus one", x=-1)
    def test_it(self, measure, x):
        measure(x, claimed=x)

    @reading("two", x=1)
    @control("minus two", x=-1)
    def test_time(self, race, x):
        race(x, x, claimed=x)


@claim("cifar/cited", "somebody2020, 1", documentary="SUPPORTED")
class TestCited:
    """It was meant so."""
'''


def test_a_claim_is_of_the_kinds_of_its_checks(tmp_path):
    (tmp_path / "answers").mkdir()
    (tmp_path / "answers" / "key.md").write_text("```python\nnet = Net()\nnet.fit(1)\n```\n")
    folder = tmp_path / "claims"
    folder.mkdir()
    (folder / "questions.toml").write_text('cifar = "Practice"\n')
    (folder / "sources.bib").write_text(
        "@misc{somebody2020, author={Some Body}, title={A title}, year={2020}}"
    )
    (folder / "test_practice_kinds.py").write_text(SUITE)
    (folder / "test_practice_skipped.py").write_text(
        "import pytest\npytest.importorskip('no_such_module')\n"
        + SUITE.replace("cifar/", "cifar/other-")
    )
    told: list[str] = []
    assert {claim.id: claim.kinds for claim in list_claims(folder, told.append)} == {
        "cifar/b": ["code"],
        "cifar/number": ["searched"],
        "cifar/measured": ["measured", "timed"],
        "cifar/cited": ["cited"],
    }
    (line,) = told
    assert line.startswith("SKIPPED FILE: ")
    assert "test_practice_skipped.py: could not import 'no_such_module'" in line
    assert "cifar/other-number" in line
