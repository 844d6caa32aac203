"""An objection has all that whoever answers it must know."""

import pytest

from refute.keys.grading import Mark
from refute.prose.objection import OPEN_TO_OBJECTION, objection, questions
from tests import make
from tests.report.hand_made import KEY, LINKS, one_of_everything

LEDGER = make.ledger(one_of_everything())
STATEMENTS = make.key(KEY, LINKS, LEDGER).statements


def test_it_names_sentence_claim_reading_numbers_and_run():
    (graded,) = [one for one in STATEMENTS if one.mark is Mark.DEPENDS]
    said = objection(graded, "chapter-11.md, line 3")
    assert said is not None
    lines = said.splitlines()
    assert lines[0] == "chapter-11.md, line 3: depends"
    assert lines[1] == "Sentence: Yes, by a factor of two."
    assert lines[2] == "It asserts dropout/factor-of-two"
    assert lines[3].startswith("Reading “one hidden layer”: 1.2")
    assert questions(LEDGER.run).startswith("Refute of unknown version, seed 0, run of 2026-03-01")


@pytest.mark.parametrize("graded", STATEMENTS, ids=lambda one: f"{one.statement.index}")
def test_only_what_is_not_right_as_it_stands_is_open_to_objection(graded):
    open_ = objection(graded, "chapter-11.md") is not None
    assert open_ == (graded.mark in OPEN_TO_OBJECTION)
