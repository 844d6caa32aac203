"""An inconsistent ledger, or one changed after it was written, is refused in one line."""

import json
import random
from fractions import Fraction

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from refute import ledger
from refute.decision.counts import decide
from refute.decision.regions import Region
from refute.decision.samples import Sample
from refute.decision.table import EVERY_LOOK
from refute.ledger import LedgerError
from refute.ledger.consistency import _rarest, contradiction, digest, repeated_key
from refute.plugin.evidence import measured
from tests import make
from tests.report.hand_made import one_of_everything

# --- what a run writes is no contradiction -------------------------------------------------

EDGES = st.sampled_from([Fraction(0), Fraction(1, 20), Fraction(10, 11), Fraction(1), Fraction(27)])
AROUND = st.sampled_from([0.0, 1e-300, 1e-9, -1e-9, 1e-6, -1e-6, 1e-3, 1.0, -30.0, np.inf, -np.inf])


@st.composite
def regions(draw) -> Region:
    low = draw(st.none() | EDGES)
    high = draw(EDGES.filter(lambda edge: low is None or edge > low) if low != 27 else st.none())
    return Region("so", low, high, draw(st.booleans()), draw(st.booleans()))


@st.composite
def samples(draw, region: Region) -> Sample:
    """Replicates on, around and far from the edges; some capped, some counts of a total."""
    n = draw(st.sampled_from(EVERY_LOOK.looks[:3]))
    per = draw(st.none() | st.just(360))
    edges = [float(edge.value) for edge in region.edges]
    near = st.builds(lambda edge, off: edge + off, st.sampled_from(edges), AROUND)
    lower = np.array(draw(st.lists(near, min_size=n, max_size=n)))
    if per is not None:
        lower = np.clip(np.nan_to_num(lower * per), 0, per).round().astype(np.int64)
        return Sample.exactly(lower, per)
    capped = np.array(draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    return Sample(lower, np.where(capped, np.inf, lower))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_measured_evidence_is_consistent(data):
    region = data.draw(regions())
    sample = data.draw(samples(region))
    assert said_of(region, sample) is None


@pytest.mark.parametrize("n", EVERY_LOOK.looks)
@pytest.mark.parametrize("edge", [Fraction(1, 2), Fraction(7, 10), Fraction(1, 20), Fraction(1)])
@pytest.mark.parametrize("side", ["low", "high"])
def test_counts_are_consistent(n, edge, side):
    region = Region("so", **{side: edge}, low_open=edge < 1, high_open=edge < 1, of="proportion")
    for hits in {0, 1, n // 20, n // 2, n - 1, n}:
        for capped in {0, min(2, n - hits)}:
            lower = (np.arange(n) < hits).astype(np.int64)
            sample = Sample(lower, (np.arange(n) < hits + capped).astype(np.int64))
            assert said_of(region, sample) is None


def said_of(region: Region, sample: Sample) -> str | None:
    decision = decide(sample, region, EVERY_LOOK)
    evidence = measured(make.OUTPUTS, region, decision, sample)
    reading = make.reading("r", decision.outcome.value, evidence)
    verdict = {"holds": "SUPPORTED", "fails": "REFUTED", "undecided": "UNDECIDED"}[reading.outcome]
    return contradiction(make.ledger([make.claim("dropout/it", verdict, [reading])]))


def test_allowed_counts_are_those_of_the_table():
    for n in EVERY_LOOK.looks:
        for share in (Fraction(k, 20) for k in range(21)):
            allowed = EVERY_LOOK.allowed(n, share)
            assert [_rarest(allowed + by, n, share) for by in (-1, 0, 1)] == [False, True, False]


# --- what contradicts itself ---------------------------------------------------------------


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "verdicts.json"
    ledger.write(make.ledger(one_of_everything()), path)
    return path


def problem(path) -> str:
    with pytest.raises(LedgerError) as caught:
        ledger.read(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: the ledger contradicts itself (")
    assert message.endswith("): run `pytest claims/` to make a new one")
    assert "\n" not in message
    return message


def evidence(data, claim=0, reading=0):
    return data["claims"][claim]["readings"][reading]["evidence"]


def twice(data, kind):
    data[kind].append(data[kind][0])


CHANGES = {
    "two claims are called “dropout/factor-of-two”": lambda data: twice(data, "claims"),
    "two questions are called “dropout”": lambda data: twice(data, "questions"),
    "two sources are called “srivastava2014”": lambda data: twice(data, "sources"),
    "“dropout/slows-training”: two readings or controls are called “rate 0.5”": lambda data: data[
        "claims"
    ][1]["readings"][1].update(name="rate 0.5"),
    "claim “Oh no”: the id is not question/name": lambda data: data["claims"][0].update(id="Oh no"),
    "the question “init” is unknown or not the one in its id": lambda data: data["claims"][
        0
    ].update(question="init"),
    "the verdict is SUPPORTED, but the readings give DEPENDS": lambda data: data["claims"][
        0
    ].update(verdict="SUPPORTED"),
    "the verdict is None, but the readings give DEPENDS": lambda data: data["claims"][0].update(
        verdict=None
    ),
    "it is incomplete but has the verdict REFUTED": lambda data: data["claims"][8].update(
        verdict="REFUTED"
    ),
    "reading “one hidden layer”: the outcome is holds, but the evidence gives fails": lambda data: (
        data["claims"][0]["readings"][1].update(outcome="holds")
    ),
    "a control has a published outcome": lambda data: data["claims"][0]["readings"][2].update(
        published="fails"
    ),
    "it must have either an outcome and evidence, or an error": lambda data: data["claims"][0][
        "readings"
    ][0].update(error="ValueError"),
    "the outcome is holds, but the evidence gives undecided": lambda data: data["claims"][3][
        "readings"
    ][0].update(outcome="holds"),
    "the outcome is undecided, but the evidence gives holds or fails": lambda data: data["claims"][
        6
    ]["readings"][0].update(outcome="undecided"),
    "7 of 7 are reused, but it has 64": lambda data: data["claims"][0]["readings"][0].update(
        reused={"number": 7, "of": 7, "when": "2026-03-01T12:30:10+00:00", "where": "here"}
    ),
    "the counts do not agree with the counterexample or witness": lambda data: evidence(
        data, 4
    ).update(failing=0),
    "40 of 37 examples fail": lambda data: evidence(data, 4).update(failing=40),
    "it has 63 values of 64 replicates": lambda data: evidence(data)["values"].pop(),
    "it has 64 values of 65 replicates": lambda data: evidence(data).update(n=65),
    "the bounds of a replicate are out of order": lambda data: evidence(data)["values"].__setitem__(
        0, [2.0, 1.0]
    ),
    "2 replicates are counted as capped, but 0 have bounds": lambda data: evidence(data).update(
        capped=2
    ),
    "a value of a proportion is neither 0 nor 1": lambda data: evidence(data, 2)[
        "values"
    ].__setitem__(0, 0.5),
    "the edges are not those of the region": lambda data: evidence(data)["edges"].pop(),
    "values are counted wrong at 1.5, but there are 0": lambda data: evidence(data)["edges"][
        0
    ].update(wrong=1),
    "values are counted within at 0.5": lambda data: evidence(data, 2)["edges"][0].update(within=1),
    "the allowed counts at 1.5 are not those of the table": lambda data: evidence(data)["edges"][
        0
    ].update(allowed_wrong=14),
    "the edge 1.5 is settled beyond, but its counts give inside": lambda data: evidence(data)[
        "edges"
    ][0].update(settled="beyond"),
    "128 replicates cannot be needed: with 64 the outcome is holds": lambda data: evidence(
        data
    ).update(needed=128),
    "the estimate and the interval are not those of the values": lambda data: evidence(data).update(
        estimate=2.2
    ),
}


@pytest.mark.parametrize("said", CHANGES)
def test_a_contradiction_is_one_line_that_says_where(path, said):
    data = json.loads(path.read_bytes())
    CHANGES[said](data)
    del data["digest"]  # whoever changes a ledger may leave that out, or compute it again
    path.write_text(json.dumps(data))
    assert said in problem(path)


@pytest.mark.parametrize("bound", ["low", "high"])
def test_an_interval_is_that_of_its_values(path, bound):
    written = path.read_bytes()
    for claim in (0, 2):
        data = json.loads(written)
        evidence(data, claim)[bound] *= 0.99
        del data["digest"]
        path.write_text(json.dumps(data))
        assert "the estimate and the interval are not those of the values" in problem(path)


def test_each_arm_has_replicates_that_may_be_reused(path):
    data = json.loads(path.read_bytes())
    owed = {"number": 70, "of": 128, "when": "2026-03-01T12:30:10+00:00", "where": "here"}
    data["claims"][0]["readings"][0].update(reused=owed)
    del data["digest"]
    path.write_text(json.dumps(data))
    assert ledger.read(path).claims[0].readings[0].reused.number == 70


def test_no_text_of_a_ledger_breaks_the_line_that_refuses_it(path):
    data = json.loads(path.read_bytes())
    data["claims"][0]["readings"][0].update(name="one\n::error::two\x1b[2J", outcome="undecided")
    path.write_text(json.dumps(data))
    assert "\x1b" not in problem(path)


# --- what was changed ----------------------------------------------------------------------


@pytest.mark.parametrize("field", ["why", "correction", "statement", "command"])
def test_a_changed_text_has_another_digest(path, field):
    data = json.loads(path.read_bytes())
    data["claims"][0][field] = "Something else."
    path.write_text(json.dumps(data))
    assert "the digest does not match the content" in problem(path)


def test_the_digest_does_not_depend_on_the_layout(path):
    before = ledger.read(path)
    data = json.loads(path.read_bytes())
    path.write_text(json.dumps(data, sort_keys=True))
    assert ledger.read(path) == before
    assert before.digest is None
    assert data["digest"] == digest(before)


def test_a_ledger_without_a_digest_is_read(path):
    before = ledger.read(path)
    data = json.loads(path.read_bytes())
    del data["digest"]
    path.write_text(json.dumps(data))
    assert ledger.read(path) == before


def test_a_repeated_name_in_an_object_is_refused(path):
    text = path.read_text()
    path.write_text(text.replace('"seed": 0,', '"seed": 0,\n  "seed": 0,', 1))
    assert "an object has “seed” twice" in problem(path)
    assert repeated_key(b'{"a": [{"b": 1}, {"b": 1}], "b": {"a": 1}}') is None


def mutated(data: bytes, chance: random.Random) -> bytes:
    """A byte changed, left out or put in, or a stretch repeated."""
    at = chance.randrange(len(data))
    match chance.randrange(4):
        case 0:
            return (
                data[:at]
                + bytes([chance.choice(b'0123456789.-e"{}[],: \ntfnaz\xff')])
                + data[at + 1 :]
            )
        case 1:
            return data[:at] + data[at + 1 :]
        case 2:
            return data[:at] + bytes([chance.choice(b'0123456789.-e"')]) + data[at:]
    return data[: at + 20] + data[at:]


def test_every_mutation_of_a_ledger_is_refused(path):
    original, data = ledger.read(path), path.read_bytes()
    chance = random.Random(27)
    for _ in range(300):
        path.write_bytes(changed := mutated(data, chance))
        try:
            believed = ledger.read(path)
        except LedgerError:
            continue
        assert believed == original, changed


def test_no_digest_is_needed_to_notice_that_an_outcome_was_changed(path):
    """Each verdict and outcome turned into every other, one at a time, its digest left out."""
    plain = msgspec.to_builtins(ledger.read(path))
    for claim in range(len(plain["claims"])):
        for verdict in ("SUPPORTED", "REFUTED", "DEPENDS", "UNDECIDED", "NO VERDICT"):
            data = json.loads(json.dumps(plain))
            if data["claims"][claim]["verdict"] != verdict:
                data["claims"][claim]["verdict"] = verdict
                path.write_text(json.dumps(data))
                problem(path)
