"""Questions against keys: every statement is counted in its cell and can be reached from it."""

from __future__ import annotations

from refute.report.claims import claim_views
from refute.report.keys import key_views
from refute.report.matrix import QuestionRow, matrix
from tests.make import key, ledger
from tests.report.hand_made import KEY, LINKS, one_of_everything


def lines() -> list[QuestionRow]:
    run = ledger(one_of_everything())
    keys = [key(KEY, LINKS, run), key("One more sentence.", "", run)]
    views = key_views(keys, claim_views(run))
    titles = {"init": "About init", "unasked": "Never asked", "dropout": "About dropout"}
    return matrix(views, titles, {"init": "question-init"})


def cells(line: QuestionRow) -> list[list[tuple[str, int, str]]]:
    return [[(count.mark.word, count.number, count.href) for count in cell] for cell in line.cells]


def test_questions_stand_in_their_order_and_those_that_nobody_answers_are_left_out() -> None:
    assert [(line.title, line.href) for line in lines()] == [
        ("About init", "question-init"),
        ("About dropout", None),
        ("other statements", None),
    ]


def test_a_cell_counts_by_mark_the_worst_first_and_leads_to_the_first_statement() -> None:
    about_init, about_dropout, _ = lines()
    assert cells(about_init) == [
        [
            ("no verdict", 1, "key-chapter-11--12"),
            ("refuted", 1, "key-chapter-11--14"),
            ("partly checked", 1, "key-chapter-11--13"),
            ("supported", 1, "key-chapter-11--4"),
        ],
        [],
    ]
    assert ("not encoded yet", 1, "key-chapter-11--10") in cells(about_dropout)[0]


def test_statements_of_no_question_have_a_line_of_their_own() -> None:
    *_, others = lines()
    assert cells(others) == [
        [
            ("unlinked", 5, "key-chapter-11--6"),
            ("advice", 1, "key-chapter-11--5"),
            ("not a claim", 1, "key-chapter-11--1"),
        ],
        [("unlinked", 1, "key-chapter-11-2--1")],
    ]


def test_a_question_that_the_ledger_does_not_know_goes_by_its_id() -> None:
    run = ledger([])
    links = '[[statement]]\nquote = "New."\nnot_encoded = ["novel/thing"]'
    (line,) = matrix(key_views([key("New.", links, run)], {}), {}, {})
    assert line.title == "novel"
    assert line.cells[0][0].number == 1
