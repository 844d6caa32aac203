"""Names that a program imports with a star."""

from __future__ import annotations

import pytest

from refute.keys.code.checking import check_code
from refute.keys.code.program import CodeBlock


@pytest.mark.parametrize("module", ["tensorflow.keras.layers", "keras.layers", "torch.nn"])
def test_usual_names_are_those_of_the_module(module: str) -> None:
    (fault,) = check_code([CodeBlock(1, f"from {module} import *\nDropout(50)\n")]).faults
    assert fault.rule.id == "code/dropout-rate-out-of-range"


def test_a_name_of_the_program_hides_that_of_a_module() -> None:
    code = "from keras.layers import *\ndef Dropout(rate):\n    return rate\nDropout(50)\n"
    assert not check_code([CodeBlock(1, code)]).faults


def test_a_star_of_another_module_gives_nothing() -> None:
    assert not check_code([CodeBlock(1, "from helpers import *\nDropout(50)\n")]).answers
