"""A value's parts are found in fields, items, keys and values."""

from dataclasses import dataclass
from fractions import Fraction

from refute.plugin.parts import parts_of


@dataclass(frozen=True)
class Held:
    inside: object


def test_parts_are_found_at_any_depth():
    held = Held((1, {"half": Fraction(1, 2)}))

    found = list(parts_of([held]))

    assert [held] in found
    assert found[1] is held
    assert all(part in found for part in (1, "half", Fraction(1, 2)))


def test_a_class_and_a_text_have_no_parts():
    assert list(parts_of(Held)) == [Held]
    assert list(parts_of("text")) == ["text"]
