"""An objection contains everything that is needed to answer it."""

from dataclasses import replace
from importlib import metadata

import pytest

from refute.keys.checked_code import CodeFault, Effect
from refute.keys.graded import Mark
from refute.ledger import Ledger
from refute.prose.objection import (
    OPEN_TO_OBJECTION,
    objection,
    questions_about_code,
    questions_about_marks,
)
from tests import make
from tests.report import coded
from tests.report.hand_made import KEY, LINKS, one_of_everything

LEDGER = make.ledger(one_of_everything())
STATEMENTS = make.key(KEY, LINKS, LEDGER).statements


def test_it_names_sentence_claim_reading_numbers_and_run():
    (graded,) = [graded for graded in STATEMENTS if graded.mark is Mark.DEPENDS]
    said = objection(graded, "chapter-11.md, line 3")
    assert said is not None
    lines = said.splitlines()
    assert lines[0] == "chapter-11.md, line 3: depends"
    assert lines[1] == "Sentence: Yes, by a factor of two."
    assert lines[2] == "It asserts dropout/factor-of-two"
    assert lines[3].startswith("Reading “one hidden layer”: 1.2")
    assert questions_about_marks(LEDGER.run).startswith(
        "Refute of unknown version, seed 0, run of 2026-03-01"
    )


@pytest.mark.parametrize("graded", STATEMENTS, ids=lambda graded: f"{graded.statement.index}")
def test_only_what_is_not_right_as_it_stands_is_open_to_objection(graded):
    open_ = objection(graded, "chapter-11.md") is not None
    assert open_ == (graded.mark in OPEN_TO_OBJECTION)


def fault_of(rule: str, ledger_: Ledger) -> CodeFault:
    (found,) = [
        fault for fault in coded.graded(ledger=ledger_).code.faults if fault.rule.id == rule
    ]
    return found


def test_it_names_line_rule_reason_fix_and_evidence_of_a_code_fault():
    fault = fault_of("code/mc-by-predict", coded.run())
    assert objection(fault, f"coded.md, {fault.position}") == (
        "coded.md, line 14, column 14: code fault, error\n"
        "Code: samples = [model.predict(images) for _ in range(100)]; "
        "print(model.predict(images))\n"
        "Rule code/mc-by-predict: Monte Carlo passes with dropout off\n"
        "Alleged fault: predict() leaves dropout off, so all passes are equal.\n"
        "Fix: Call model(x, training=True) for each pass.\n"
        "Evidence mc/active-at-inference: Monte Carlo dropout keeps dropout on.\n"
        "Control “nothing on”: a counterexample, the first example tried (all passes equal)"
    )


def test_it_says_that_nothing_measures_a_code_fault_or_that_this_run_did_not():
    measured_by_none = fault_of("code/dropout-rate-out-of-range", coded.run())
    said = objection(measured_by_none, "coded.md, line 10")
    assert said is not None
    assert said.endswith("\nEvidence: no claim measures what this does")
    left_out = fault_of("code/mc-by-predict", make.ledger([]))
    said = objection(left_out, "coded.md, line 14")
    assert said is not None
    assert said.endswith("\nEvidence mc/active-at-inference: not measured in this run")


def test_cases_of_the_same_claim_stand_below_its_sentence():
    on, off = coded.active().readings
    fault = fault_of("code/mc-by-predict", coded.run())
    effects = tuple(Effect("mc/active-at-inference", coded.active(), case) for case in (on, off))
    decided_by_none = Effect("mc/other", make.claim("mc/other", "UNDECIDED", [], why="open."))
    said = objection(replace(fault, effects=(*effects, decided_by_none)), "coded.md, line 14")
    assert said is not None
    assert [line.partition(":")[0] for line in said.splitlines()[5:]] == [
        "Evidence mc/active-at-inference",
        "Reading “dropout layers on”",
        "Control “nothing on”",
        "Evidence mc/other",
        "Open.",
    ]


def test_a_doubt_is_not_open_to_objection():
    code = coded.graded().code
    assert code.cannot_tell
    assert code.unparsed
    assert [objection(finding, "coded.md") for finding in (*code.cannot_tell, *code.unparsed)] == [
        None
    ] * 3


def test_what_to_answer_names_whose_rules_they_are_and_who_measured():
    run = make.ledger([]).run
    run.environment["refute"] = "0.0.7"
    first = questions_about_code(run).splitlines()[0]
    assert first == (
        f"Rules from Refute {metadata.version('refute')}; evidence from Refute 0.0.7, seed 0, "
        "run of 2026-03-01T12:30:10.5+00:00"
    )
