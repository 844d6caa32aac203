"""What the reader makes of code that is written in several styles."""

from __future__ import annotations

import pytest

from refute.keys.code.checking import check_code
from refute.keys.code.facts import Facts, facts_of
from refute.keys.code.program import CodeBlock, read_program
from refute.keys.code.state import MAX_EQUAL_TURNS
from refute.keys.code.values import Element, Sequence, Unknown

IMPORTS = "import keras\nimport numpy as np\nimport tensorflow as tf\nimport torch\n"
LOADED = "(x, y), (xt, yt) = keras.datasets.mnist.load_data()\n"
FITTED = (
    "net = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, 'softmax')])\n"
    "net.compile('adam', 'sparse_categorical_crossentropy')\n"
    "net.fit(x, y)\nnet.evaluate(xt, yt)\n"
)


def facts(code: str) -> Facts:
    return facts_of(read_program([CodeBlock(1, IMPORTS + code)]))


def faults(code: str) -> set[str]:
    return {fault.rule.id for fault in check_code([CodeBlock(1, IMPORTS + code)]).faults}


@pytest.mark.parametrize(
    "scaled",
    [
        "{0} = np.expand_dims({0}, -1).astype('float32') / 255",
        "{0} = np.float32({0})[..., None] / 255.0",
        "{0} = tf.expand_dims(tf.cast({0}, tf.float32), -1) / 255",
        "{0} = np.divide({0}, 255.0)",
        "{0} = tf.reshape({0}, (-1, 784)) / 255",
        "{0} = {0}[..., np.newaxis] * (1 / 255)",
        "{0} = (lambda images: images.reshape(-1, 28, 28, 1) / 255)({0})",
    ],
)
def test_pixels_are_followed_through_every_style_of_scaling(scaled: str) -> None:
    both = LOADED + scaled.format("x") + "\n" + scaled.format("xt") + "\n" + FITTED
    train = LOADED + scaled.format("x") + "\n" + FITTED
    assert "code/test-data-scaled-otherwise" not in faults(both)
    assert "code/test-data-scaled-otherwise" in faults(train)


def test_pixels_are_followed_through_a_function_that_loads_them() -> None:
    load = (
        "def load():\n    (x, y), (xt, yt) = keras.datasets.mnist.load_data()\n"
        "    return x / 255, y, {}, yt\n\nx, y, xt, yt = load()\n"
    )
    assert "code/test-data-scaled-otherwise" in faults(load.format("xt") + FITTED)
    assert "code/test-data-scaled-otherwise" not in faults(load.format("xt / 255") + FITTED)


@pytest.mark.parametrize(
    "before",
    [
        "h = keras.layers.Add()([keras.layers.Dense(8)(i), i])",
        "h = keras.layers.add([keras.layers.Dense(8)(i), i])",
        "h = keras.layers.Dense(8)(i) + i",
        "h = keras.layers.Concatenate()([i, i])",
        "h = unknown(i)",
    ],
)
def test_the_end_of_a_model_is_known_behind_what_is_not(before: str) -> None:
    net = (
        f"i = keras.Input((8,))\n{before}\n"
        "o = keras.layers.Dense(10, activation={})(h)\nnet = keras.Model(i, o)\n"
        "loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)\n"
        "net.compile('adam', loss)\n"
    )
    assert "code/softmax-twice" in faults(net.format("'softmax'"))
    assert "code/softmax-twice" not in faults(net.format("None"))


def test_the_end_of_a_model_is_not_known_before_what_is_not() -> None:
    net = (
        "i = keras.Input((8,))\no = unknown(keras.layers.Dense(10)(i))\nnet = keras.Model(i, o)\n"
        "net.compile('adam', 'sparse_categorical_crossentropy')\n"
    )
    assert not faults(net)


def test_a_long_loop_is_read_to_its_end_if_its_turns_are_alike() -> None:
    program = facts(
        "t, kept, w = 0, [], torch.zeros(3)\n"
        + "for step in range(480):\n    for inner in range(480):\n"
        "        w = w - 0.1 * w\n        t += 1\n    kept.append(w)\n"
    )
    names = program.trace.scope.names
    assert not program.trace.cut
    assert program.trace.turns.popitem()[1] == 480
    assert not isinstance(names["t"], int)
    assert isinstance(names["kept"], Sequence)
    assert not names["kept"].complete


def test_a_long_loop_that_creates_layers_is_read_turn_by_turn() -> None:
    count = 3 * MAX_EQUAL_TURNS
    (model,) = facts(
        f"net = keras.Sequential()\nfor _ in range({count}):\n    net.add(keras.layers.Dense(9))\n"
    ).models
    assert len(model.layers) == count


@pytest.mark.parametrize(
    ("loop", "path"),
    [
        ("for x, y in loader:", (1,)),
        ("for batch in loader:\n    x, y = batch", (1,)),
        ("for i, (x, y) in enumerate(loader):", (1, 1)),
        ("for [_, y] in loader:", (1,)),
    ],
)
def test_what_a_loop_gets_from_a_loader_keeps_its_place(loop: str, path: tuple[int, ...]) -> None:
    trace = facts(f"loader = torch.utils.data.DataLoader(d)\n{loop}\n    print(y)\n").trace
    (printed,) = (call.args[0] for call in trace.calls if call.name == "print")
    assert isinstance(printed, Element)
    assert printed.path == path


@pytest.mark.parametrize(
    "is_linear",
    [
        "isinstance(m, torch.nn.Linear)",
        "type(m) == torch.nn.Linear",
        "type(m) is torch.nn.Linear",
        "type(m) in (torch.nn.Linear, torch.nn.Conv2d)",
        "not type(m) != torch.nn.Linear",
    ],
)
def test_the_type_of_a_layer_is_known_however_it_is_asked_for(is_linear: str) -> None:
    init = f"def init(m):\n    if {is_linear}:\n        torch.nn.init.zeros_(m.weight)\n"
    net = "net = torch.nn.Sequential(torch.nn.Linear(3, 3), torch.nn.ReLU())\nnet.apply(init)\n"
    assert [call.certain for call in facts(init + net).trace.calls if "zeros_" in call.name] == [
        True
    ]


RATE = "layer = torch.nn.Dropout({})\n"


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("make", True),
        ("torch.nn.ReLU", True),
        ("(unknown(),)", True),
        ("not make", False),
        ("make and 0", False),
        ("0 or make", True),
    ],
)
def test_functions_and_classes_are_true(condition: str, holds: bool) -> None:
    make = "make = lambda: 1\n"
    chosen = facts(f"{make}rate = 0.5 if {condition} else 5\n{RATE.format('rate')}").layers
    assert [layer.rate for layer in chosen] == [0.5 if holds else 5]


@pytest.mark.parametrize("condition", ["[]", "filled", "unknown()", "settings.DEBUG", "net"])
def test_lists_and_objects_may_be_true_or_not(condition: str) -> None:
    before = "import settings\nfilled = [unknown()]\nnet = torch.nn.Linear(2, 2)\n"
    last = facts(f"{before}rate = 0.5 if {condition} else 5\n{RATE.format('rate')}").layers[-1]
    assert isinstance(last.rate, Unknown)


@pytest.mark.parametrize(
    ("body", "rate"),
    [
        ("    if unknown():\n        return 0.1\n    return 0.1\n", 0.1),
        ("    if unknown():\n        return 0.1\n    return 0.2\n", None),
        ("    if unknown():\n        return 0.1\n    else:\n        return 0.2\n", None),
        ("    if unknown():\n        return 0.1\n    raise ValueError\n", None),
        ("    for x in unknown():\n        return x\n", None),
    ],
)
def test_a_function_that_returns_in_a_branch_does_not_return_its_end(
    body: str, rate: float | None
) -> None:
    layer = facts(f"def choose():\n{body}\n\n{RATE.format('choose()')}").layers[0]
    assert layer.rate == rate or (rate is None and isinstance(layer.rate, Unknown))


def test_a_dictionary_that_is_not_known_as_a_whole_may_have_any_key() -> None:
    code = "settings = {}\nsettings[unknown()] = 1\n"
    layer = facts(f"{code}{RATE.format('settings.get(1, 50)')}").layers[0]
    assert not isinstance(layer.rate, int)


LONG = "def much(k):\n    t = 0\n" + "    t += k * 2\n" * 90 + "    return t\n\n\n"
LONG += "[much(a + b) for a in range(12) for b in range(12)]\n"
UNTIL_THE_END = """
norm = keras.layers.Normalization()
stop = keras.callbacks.EarlyStopping(restore_best_weights=True, patience=5)
net = keras.Sequential([keras.Input((8,)), norm, keras.layers.Dense(1)])
first = keras.Sequential([keras.Input((8,)), keras.layers.Dense(1)])
first.compile("adam", "mse")
first.fit(x, y)
line = torch.nn.Linear(8, 1)
opt = torch.optim.SGD(line.parameters(), lr=0.1)
sched = torch.optim.lr_scheduler.StepLR(opt, 3)
line(x).sum().backward()
opt.step()
print(net.evaluate(x, y))
"""


def test_that_something_never_happens_is_not_said_of_a_program_that_is_read_in_part() -> None:
    never = {
        "code/early-stopping-without-effect",
        "code/model-never-fitted",
        "code/normalization-never-adapted",
        "code/schedule-without-effect",
    }
    assert faults(UNTIL_THE_END) >= never
    report = check_code([CodeBlock(1, IMPORTS + UNTIL_THE_END + LONG)])
    assert report.cut
    assert {answer.rule.id for answer in report.unsure} >= never
    assert not {fault.rule.id for fault in report.faults} & never


def test_loops_in_loops_are_read_to_their_end_if_their_turns_are_alike() -> None:
    loops = "for a in range(9):\n for b in range(300):\n  for c in range(300):\n"
    read = facts(loops + "   t = t * 2 + a * b * c\nlayer = torch.nn.Linear(8, 1)\n")
    assert not read.trace.cut
    assert len(read.layers) == 1


def test_a_changed_copy_of_settings_and_all_pairs_of_settings_are_known() -> None:
    code = (
        "from dataclasses import dataclass, replace\nfrom itertools import product\n\n"
        "@dataclass(frozen=True)\nclass Settings:\n    rate: float = 0.5\n    units: int = 8\n\n"
        "for units, rate in product([8, 16], (0.2, 50)):\n"
        "    settings = replace(Settings(), rate=rate)\n"
        "    keras.layers.Dropout(settings.rate)\n"
        "    keras.layers.Dense(settings.units)\n"
    )
    made = facts(code).trace.made
    assert [m.args[0] for m in made if m.kind.endswith("Dropout")] == [0.2, 50, 0.2, 50]
    assert [m.args[0] for m in made if m.kind.endswith("Dense")] == [8, 8, 8, 8]
