"""Where a claim holds and where it does not, over the numbers among its conditions."""

import msgspec

from refute.ledger import ReadingRecord
from refute.plugin.conditions import condition
from refute.report.charts.scope import Scope, scope
from tests.make import claim, reading, searched
from tests.report.charts.drawing import parsed

FOUND = searched("holds", examples=9)


def under(
    name: str,
    outcome: str | None,
    role: str = "reading",
    check: str = "test_it",
    **conditions: object,
) -> ReadingRecord:
    record = reading(name, outcome, FOUND, role=role, check=check)
    given = {name: condition(value) for name, value in conditions.items()}
    return msgspec.structs.replace(record, conditions=given)


def maps(*readings: ReadingRecord) -> tuple[Scope, ...]:
    return scope(claim("a/b", "DEPENDS", readings))


def table(scope: Scope) -> list[list[str]]:
    return [
        [cell.text for cell in row.children] for row in parsed(scope.markup).all("tr")
    ]  # header and body


def test_outcomes_are_laid_out_along_the_number_that_determines_them() -> None:
    (scope,) = maps(
        under("rate 0.5", "holds", rate=0.5),
        under("rate 0.2", "fails", rate=0.2),
        under("dropout 0.5, then pruned", "holds", "control", rate=0.5),
    )
    assert table(scope) == [["rate", "0.2", "0.5"], ["", "✗", "✓"]]
    assert scope.caption == (
        "It fails at rate 0.2 and holds at rate 0.5. "
        "In the control “dropout 0.5, then pruned”, it holds."
    )


def test_signs_are_read_aloud_as_words() -> None:
    (scope,) = maps(
        under("rate 1", "holds", rate=1),
        under("rate 2", "undecided", rate=2),
        under("other seeds", "undecided", "control", rate=1),
    )
    signs = parsed(scope.markup).all("b")
    assert [sign.attributes["aria-label"] for sign in signs] == ["holds", "undecided"]
    assert [sign.attributes["class"] for sign in signs] == ["holds", "undecided"]
    assert scope.caption.endswith("“other seeds”, it is undecided.")


def test_a_row_without_a_name_has_no_header_to_announce() -> None:
    (scope,) = maps(under("rate 1", "holds", rate=1), under("rate 2", "fails", rate=2))
    (header, row) = parsed(scope.markup).all("tr")
    assert [cell.tag for cell in header.children] == ["th"] * 3
    assert [cell.tag for cell in row.children] == ["td"] * 3


def test_a_number_that_alone_does_not_determine_the_outcome_makes_no_map() -> None:
    (scope,) = maps(
        under("two layers, rate 0.2", "holds", hidden=(9, 9), rate=0.2),
        under("one layer, rate 0.2", "fails", hidden=(9,), rate=0.2),
        under("one layer, rate 0.5", "fails", hidden=(9,), rate=0.5),
    )
    assert parsed(scope.markup).words.startswith("✓ holds two layers, rate 0.2 ✗ fails one layer")


def test_an_argument_that_no_reading_names_makes_no_map() -> None:
    (scope,) = maps(
        under("wide inputs", "holds", input_std=1), under("narrow ones", "fails", input_std=0.1)
    )
    assert parsed(scope.markup).words == "✓ holds wide inputs ✗ fails narrow ones"


def test_each_check_has_its_own_map_and_the_rest_a_list() -> None:
    found = maps(
        under("rate 1", "holds", rate=1),
        under("rate 2", "fails", rate=2),
        under("depth 3", "holds", check="test_other", depth=3),
        under("depth 4", "fails", check="test_other", depth=4),
        under("ReLU", "holds", check="test_last", activation="relu"),
        under("<i>tanh", "fails", check="test_last", activation="tanh"),
    )
    assert [table(scope)[0][0] for scope in found[:2]] == ["rate", "depth"]
    assert parsed(found[2].markup).words == "✓ holds ReLU ✗ fails <i>tanh"


def test_equal_outcomes_or_none_make_no_scope() -> None:
    assert maps(under("rate 1", "holds", rate=1), under("rate 2", "holds", rate=2)) == ()
    assert maps(under("rate 1", None, rate=1), under("rate 2", None, rate=2)) == ()


def test_a_reading_that_does_not_name_the_number_makes_no_map_of_it() -> None:
    (listed,) = maps(
        under("inputs of variance 2", "holds", variance=2),
        under("inputs between 0 and 1", "fails", variance=1),
    )
    assert listed.caption == ""
    assert "inputs between 0 and 1" in listed.markup
