"""People are told the name of an exception, but no module and no address of memory."""

import pytest

from refute.decision.samples import MeasurementError
from refute.exceptions import in_words


class Odd(Exception):
    def __str__(self):
        raise ValueError


def within():
    class Inner(Exception):
        pass

    return Inner("so")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (MeasurementError("replicate 0: NaN"), "MeasurementError: replicate 0: NaN"),
        (MeasurementError(), "MeasurementError"),
        (ValueError("json.JSONDecodeError: no"), "ValueError: json.JSONDecodeError: no"),
        (TypeError("<function f at 0x7f0a>: no"), "TypeError: <function f>: no"),
        (SystemExit(3), "SystemExit: 3"),
        (Odd(), "Odd: <exception str() failed>"),
        (within(), "Inner: so"),
    ],
)
def test_the_type_is_named_without_its_module(error, said):
    assert in_words(error) == said
