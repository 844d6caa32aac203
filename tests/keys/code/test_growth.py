"""Reading hostile code stays within its limits, whatever it would do if it were run."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from refute.keys.checked_code import check_blocks
from refute.keys.code import state
from refute.keys.code.checking import check_code
from refute.keys.code.facts import facts_of
from refute.keys.code.places import Place
from refute.keys.code.program import CodeBlock, read_program
from refute.keys.code.rules.monitoring import monitor_of_no_metric
from refute.keys.code.values import walk
from tests.keys.counting import work

HOSTILE = {
    "a number that doubles its length": "x = 7\n" + "for _ in range(400):\n    x = x * x\n",
    "a list that doubles": "x = [1]\nfor _ in range(400):\n    x = x + x\n",
    "a list that takes itself in": "x = [1]\nfor _ in range(400):\n    x.extend(x)\n",
    "a tuple that doubles": "x = (1,)\nfor _ in range(400):\n    x = x + x\n",
    "a text that doubles": "x = 'ab'\nfor _ in range(400):\n    x = x + x\n",
    "a long text": "x = 'a' * 10 ** 12\ny = 'a' * 999999999\n",
    "loops in loops": "".join(f"{'    ' * d}for a{d} in range(400):\n" for d in range(9))
    + "    " * 9
    + "x = 1\n",
    "a function that calls itself twice": "def f(n):\n    return f(n + 1) + f(n + 1)\n\nf(0)\n",
    "a term of terms": "x = load()\nfor _ in range(400):\n    x = x + x\n",
    "a long chain": "x = load()\n" + "x = x / 2\n" * 20_000,
    "ten thousand models": "import keras\nfor _ in range(400):\n    for _ in range(400):\n"
    "        m = keras.Sequential([keras.layers.Dense(1)])\n        m.fit(x)\n",
    "deep brackets": "x = " + "[" * 90 + "]" * 90,
    "a class of itself": "class A(A):\n    pass\n\n"
    "class A(A):\n    def __init__(self):\n        A()\n\nA()\n",
    "a list in itself": "x = []\nx.append(x)\nprint(x)\n",
    "comprehensions in comprehensions": "x = [[[a for a in range(400)] for b in range(400)] "
    "for c in range(400)]\n",
}


@pytest.mark.parametrize("code", HOSTILE.values(), ids=HOSTILE.keys())
def test_reading_a_program_is_bounded(code: str) -> None:
    trace = facts_of(read_program([CodeBlock(1, code)])).trace
    assert len(trace.made) <= state.MAX_OBJECTS + 1
    assert len(trace.events) + len(trace.calls) <= 2 * state.MAX_CALLS + 2
    for value in trace.scope.names.values():
        assert sum(1 for _ in walk(value)) <= 10 * state.MAX_STEPS
    check_code([CodeBlock(1, code)])


MODELS = """import keras
for _ in range({}):
    model = keras.Sequential([keras.layers.Dense(1), keras.layers.Dropout(50)])
    model.compile("nadam")
    model.fit(x)
"""


@pytest.mark.parametrize(
    "blocks",
    [
        lambda count: [CodeBlock(1, MODELS.format(count))],
        lambda count: [
            CodeBlock(1, MODELS.format(20)),
            *(CodeBlock(line, "# d. SELU\n") for line in range(10, count + 10)),
        ],
        lambda count: [CodeBlock(1, "import keras\n" + "keras.layers.Dropout(50, 'é');" * count)],
        lambda count: [
            CodeBlock(line, "import keras\nkeras.layers.Dropout(50)\n")
            for line in range(1, 3 * count, 3)
        ],
    ],
    ids=["models", "blocks of a step", "one line", "blocks"],
)
def test_the_work_to_check_code_grows_linearly(
    blocks: Callable[[int], list[CodeBlock]],
) -> None:
    def checked(count: int) -> int:
        return work(lambda: check_blocks(blocks(count), None))

    checked(10)
    few, many = checked(100), checked(400)
    assert many < 4.5 * few


HISTORY = """import keras
net = keras.Sequential([keras.layers.Dense(1)])
net.compile("adam", "mse")
history = net.fit(x, y).history
"""


def test_the_work_to_check_what_a_history_is_asked_for_grows_linearly() -> None:
    def checked(count: int) -> int:
        code = HISTORY + "print(history['loss'])\n" * count
        return work(lambda: check_blocks([CodeBlock(1, code)], None))

    checked(10)
    few, many = checked(100), checked(400)
    assert many < 4.5 * few


NEW_MODEL = """net = keras.Sequential([keras.layers.Dense(1)])
net.compile("adam", "mse")
h{0} = net.fit(x, y)
print(h{0}.history["loss"])
"""
COMPILED_AGAIN = """net.compile("adam", "mse")
h{0} = net.fit(x, y, callbacks=[keras.callbacks.EarlyStopping("loss")])
print(h{0}.history["loss"])
"""


@pytest.mark.parametrize("training", [NEW_MODEL, COMPILED_AGAIN], ids=["new model", "same model"])
def test_the_work_to_check_what_trainings_compute_grows_linearly(training: str) -> None:
    def checked(count: int) -> int:
        start = "import keras\nnet = keras.Sequential([keras.layers.Dense(1)])\n"
        code = start + "".join(map(training.format, range(count)))
        facts = facts_of(read_program([CodeBlock(1, code)]))
        return work(lambda: monitor_of_no_metric.answers(facts))

    checked(10)
    few, many = checked(100), checked(400)
    assert many < 4.5 * few


def test_nothing_of_a_program_is_run() -> None:
    code = "import os\nos.system('touch ran')\nopen('ran', 'w')\nraise SystemExit\n1 / 0\n"
    report = check_code([CodeBlock(1, code)])
    assert not report.faults


def test_a_block_that_does_not_parse_does_not_affect_the_others() -> None:
    report = check_code(
        [
            CodeBlock(3, "%matplotlib inline\nimport keras\n"),
            CodeBlock(10, "model = (\n"),
            CodeBlock(20, "drop = keras.layers.Dropout(50)\n"),
        ]
    )
    (unparsed,) = report.unparsed
    assert unparsed.place == Place(10, 9)
    assert [(fault.rule.id, fault.answer.place) for fault in report.faults] == [
        ("code/dropout-rate-out-of-range", Place(20, 8))
    ]


def test_lines_of_a_notebook_are_left_out_where_a_statement_begins() -> None:
    code = (
        "%matplotlib inline\n!pip install 'keras (\n"
        "import keras\nprint('%d layers'\n      % (len(net.layers),))\n"
        'rate = 100 \\\n    % 60\ntext = """\n%kept\n"""  # not (\n'
        "if True:\n    %time\n    drop = keras.layers.Dropout(rate)\n"
    )
    report = check_code([CodeBlock(1, code)])
    assert not report.unparsed
    assert [(fault.rule.id, fault.answer.place) for fault in report.faults] == [
        ("code/dropout-rate-out-of-range", Place(13, 12))
    ]


@pytest.mark.parametrize(
    "first", ["%%bash", "\n%%sh --no-raise-error", "%%HTML", "%%!", "%%writefile params.yaml"]
)
def test_cells_in_another_language_are_passed_over(first: str) -> None:
    report = check_code([CodeBlock(1, f"{first}\nfor run in 1 2; do train $run; done\n")])
    assert not report.unparsed


@pytest.mark.parametrize("first", ["%%time", "%%capture out", "%%writefile train.py", "%%shorter"])
def test_other_cells_with_a_magic_are_python(first: str) -> None:
    report = check_code([CodeBlock(1, f"{first}\ndrop = keras.layers.Dropout(50)\n")])
    assert [fault.rule.id for fault in report.faults] == ["code/dropout-rate-out-of-range"]


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("x = '" + "a" * 1_000_000 + "'\n", "longer than 200,000 characters"),
        ("x = [" + "1," * 500_000 + "]\n", "longer than 200,000 characters"),
        ("x = " + "-" * 50_000 + "1\n", "nested too deeply"),
        ("x = " + "+".join(["a"] * 20_000) + "\n", "nested too deeply"),
    ],
    ids=["a text", "a list", "signs", "a sum"],
)
def test_a_hostile_block_is_not_parsed_and_says_why(code: str, why: str) -> None:
    (unparsed,) = check_code([CodeBlock(1, code)]).unparsed
    assert unparsed.why == why
