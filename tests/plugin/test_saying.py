"""A drawn example is said in words where all that was drawn has any."""

from dataclasses import dataclass

import pytest

from refute.plugin.saying import said


@dataclass(frozen=True)
class Number:
    value: float

    @property
    def said(self):
        return f"x = {self.value:g}"


@pytest.mark.parametrize(
    ("drawn", "words"),
    [
        ({"number": Number(2)}, "x = 2"),
        ({"number": Number(2), "rate": 0.5}, "x = 2, rate = 0.5"),
        ({"least_rate": -1.5, "kind": "relu"}, "least rate = −1.5, kind = relu"),
        ({"number": Number(2), "layers": (1, 2)}, None),
        ({"x": -1234567}, "x = −1234567"),
        ({"x": 10**400}, f"x = 1{'0' * 400}"),
        ({"x": 1234567.8}, "x = 1.23457e+06"),
        ({"flag": True}, None),
        ({"spec": Number}, None),
        ({}, None),
    ],
)
def test_an_example_is_said_or_not_at_all(drawn, words):
    assert said(drawn) == words
