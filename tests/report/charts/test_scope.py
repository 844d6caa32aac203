"""Where a claim holds and where it does not, over the numbers among its conditions."""

import msgspec
import pytest

from refute.ledger import ReadingRecord, Searched
from refute.ledger_version_1 import condition
from refute.report.charts.scope import Scope, numbers_in, scope
from tests.make import claim, reading
from tests.report.charts.drawing import parsed

FOUND = Searched("every", 9, 0)


def under(
    name: str, outcome: str | None, role: str = "reading", check: str = "test_it", **conditions: str
) -> ReadingRecord:
    one = reading(name, outcome, FOUND, role=role, check=check)
    given = {name: condition(text) for name, text in conditions.items()}
    return msgspec.structs.replace(one, conditions=given)


def maps(*readings: ReadingRecord) -> tuple[Scope, ...]:
    return scope(claim("a/b", "DEPENDS", readings))


def table(one: Scope) -> list[list[str]]:
    return [
        [cell.text for cell in row.children] for row in parsed(one.markup).all("tr")
    ]  # header and body


def test_outcomes_are_laid_out_along_the_number_that_varies() -> None:
    (one,) = maps(
        under("rate 0.5", "holds", rate="0.5"),
        under("rate 0.2", "fails", rate="0.2"),
        under("rate 0.05", "fails", "control", rate="0.05"),
    )
    assert table(one) == [["rate", "0.05", "0.2", "0.5"], ["", "(✗)", "✗", "✓"]]
    assert one.caption == (
        "It fails at rate 0.2, holds at rate 0.5. Controls, in brackets: it fails at rate 0.05."
    )


def test_a_row_without_a_name_has_no_header_to_announce() -> None:
    (one,) = maps(under("a", "holds", rate="1"), under("b", "fails", rate="2"))
    (header, row) = parsed(one.markup).all("tr")
    assert [cell.tag for cell in header.children] == ["th"] * 3
    assert [cell.tag for cell in row.children] == ["td"] * 3


def test_signs_are_read_aloud_as_words() -> None:
    (one,) = maps(under("a", "holds", rate="1"), under("b", "undecided", "control", rate="2"))
    signs = parsed(one.markup).all("b")
    assert [sign.attributes["aria-label"] for sign in signs] == ["holds", "undecided (control)"]
    assert [sign.attributes["class"] for sign in signs] == ["holds", "undecided"]


def test_what_else_differs_makes_rows_called_by_what_their_readings_names_share() -> None:
    (one,) = maps(
        under("two layers, rate 0.5", "holds", hidden="(9, 9)", rate="0.5"),
        under("two layers, rate 0.2", "holds", hidden="(9, 9)", rate="0.2"),
        under("one layer", "fails", hidden="(9,)", rate="0.2"),
    )
    assert table(one) == [["rate", "0.2", "0.5"], ["two layers", "✓", "✓"], ["one layer", "✗", ""]]
    assert one.caption == "It is mixed at rate 0.2, holds at rate 0.5."


def test_a_row_whose_readings_begin_differently_is_called_by_what_they_end_with() -> None:
    (one,) = maps(
        under("ten against one", "holds", passes="10"),
        under("a hundred against one", "fails", passes="100"),
    )
    assert table(one)[1] == ["against one", "✓", "✗"]


def test_each_check_has_its_own_map() -> None:
    found = maps(
        under("a", "holds", rate="1"),
        under("b", "fails", rate="2"),
        under("c", "holds", check="test_other", depth="3"),
        under("d", "fails", check="test_other", depth="4"),
    )
    assert [table(one)[0][0] for one in found] == ["rate", "depth"]


def test_the_number_that_varies_among_the_readings_comes_before_one_that_a_control_changes() -> (
    None
):
    (one,) = maps(
        under("a", "holds", gain="1", depth="20"),
        under("b", "holds", gain="1", depth="40"),
        under("c", "fails", "control", gain="2", depth="20"),
    )
    assert table(one)[0] == ["depth", "20", "40"]
    assert [row[0] for row in table(one)[1:]] == ["", "c"]


def test_readings_that_vary_no_number_are_listed_by_outcome() -> None:
    (one,) = maps(
        under("ReLU", "holds", activation="'relu'"),
        under("<i>tanh", "fails", activation="'tanh'"),
        under("SELU", "holds", activation="'selu'"),
        under("none", "fails", "control", activation="'identity'"),
    )
    assert parsed(one.markup).words == "✓ holds ReLU · SELU ✗ fails <i>tanh"
    assert one.kind == "list"


def test_a_single_reading_and_what_has_not_run_have_no_scope() -> None:
    assert maps(under("a", "holds", activation="'relu'")) == ()
    assert maps(under("a", None, rate="1"), under("b", None, rate="2")) == ()


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("0.5", {"c": 0.5}),
        ("-3", {"c": -3}),
        ("True", {}),
        ("'relu'", {}),
        ("(100, 100)", {"number of c": 2, "each of c": 100}),
        ("()", {"number of c": 0}),
        ("(784, 512, 512, 10)", {"number of c": 4, "inner c": 512}),
        ("SGD(lr=0.1, momentum=0.9, nesterov=False)", {"lr of c": 0.1, "momentum of c": 0.9}),
        ("{'rate': 0.5}", {"rate of c": 0.5}),
        ("floats(min_value=0.1)", {}),  # a strategy draws: its bounds are no condition
        ("<function f at 0x7f>", {}),
        ("nul\0", {}),
        ("(" * 300, {}),
        ("9" * 400, {}),
        ("1e999", {}),
        ("1 if True else 2", {}),
        ("x" * 5000, {}),
    ],
)
def test_numbers_are_read_from_conditions_and_nothing_is_run(
    text: str, numbers: dict[str, float]
) -> None:
    assert numbers_in({"c": condition(text)}) == numbers
