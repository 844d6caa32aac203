"""Functions that a program defines but never calls: read once, apart from what it does call."""

from __future__ import annotations

from refute.keys.code.checking import check_code
from refute.keys.code.facts import Facts, facts_of
from refute.keys.code.program import CodeBlock, read_program

UNCALLED = """
def accuracy(model, x, y):
    return (model(x).argmax(0) == y).float().mean()
"""


def facts(code: str) -> Facts:
    return facts_of(read_program([CodeBlock(1, "import torch\nfrom torch import nn\n" + code)]))


def test_what_an_uncalled_function_does_is_no_event_of_the_program() -> None:
    program, uncalled = facts(UNCALLED).with_uncalled
    assert not program.trace.events
    assert not program.trace.comparisons
    assert [event.name for event in uncalled.trace.events] == ["()", "argmax", "float", "mean"]


def test_a_program_that_calls_all_its_functions_is_read_once() -> None:
    program = facts(UNCALLED + "accuracy(nn.Sequential(), x, y)\n")
    assert program.with_uncalled == (program,)


def test_an_uncalled_function_changes_no_object_of_the_program() -> None:
    program = facts(
        "net = nn.Sequential(nn.Linear(3, 3))\n"
        "def deepen():\n    net.append(nn.Linear(3, 3))\n    unknown(net)\n"
    )
    (model,) = program.models
    assert len(program.with_uncalled) == 2
    assert model.complete
    assert len(model.layers) == 1


def test_an_uncalled_function_that_runs_a_text_is_not_judged() -> None:
    hidden = UNCALLED.replace("    return", "    exec(text)\n    return")
    assert not check_code([CodeBlock(1, "import torch\n" + hidden)]).faults


def test_uncalled_functions_that_call_each_other_come_to_an_end() -> None:
    functions = "".join(f"def f{i}(x):\n    return f{i + 1}(x) + f{i + 1}(x)\n" for i in range(30))
    assert len(facts(functions + "def f30(x):\n    return f0(x)\n").with_uncalled) == 2
