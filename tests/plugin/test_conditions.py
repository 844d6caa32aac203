"""Conditions are kept with their values, so that nobody has to read a repr."""

from dataclasses import dataclass
from enum import StrEnum

import pytest
from hypothesis.strategies import integers

from refute.ledger import Condition
from refute.plugin.conditions import DEEPEST, condition


@dataclass(frozen=True)
class Spec:
    rate: float
    widths: tuple[int, ...] = (3, 2)


class Colour(StrEnum):
    RED = "red"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (0.5, Condition("0.5", value=0.5)),
        (-3, Condition("-3", value=-3)),
        ("relu", Condition("'relu'", value="relu")),
        (True, Condition("True")),
        (None, Condition("None")),
        (float("inf"), Condition("inf")),
        (float("nan"), Condition("nan")),
        (10**30, Condition("1" + "0" * 30)),
        ((1, "a"), Condition("(1, 'a')", items=[Condition("1", 1), Condition("'a'", "a")])),
        ([], Condition("[]", items=[])),
        ({"rate": 0.5}, Condition("{'rate': 0.5}", parts={"rate": Condition("0.5", 0.5)})),
        (Colour.RED, Condition(repr(Colour.RED), value="red")),
        (integers(0, 3), Condition("integers(min_value=0, max_value=3)")),
        (Spec, Condition(repr(Spec))),
    ],
    ids=repr,
)
def test_a_condition_keeps_its_code_and_what_it_is(given, kept):
    assert condition(given) == kept


def test_a_specification_has_its_fields_as_parts():
    kept = condition(Spec(0.1))
    assert kept.code == repr(Spec(0.1))
    assert kept.parts is not None
    assert kept.parts["rate"].value == 0.1
    assert [item.value for item in kept.parts["widths"].items or []] == [3, 2]


def test_what_is_deep_or_long_is_kept_as_code():
    deep = 1
    for _ in range(DEEPEST + 2):
        deep = [deep]
    kept = condition(deep)
    for _ in range(DEEPEST):
        assert kept.items is not None
        (kept,) = kept.items
    assert kept == Condition("[[1]]")
    assert condition(list(range(1000))).items is None
