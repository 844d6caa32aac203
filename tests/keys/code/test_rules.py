"""Each rule on its examples: faulty ones, fine ones, traps, and those it cannot tell."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from refute.keys.code.checking import CodeReport, RuleAnswer, check_code
from refute.keys.code.facts import facts_of
from refute.keys.code.places import Place
from refute.keys.code.program import CodeBlock, read_program
from refute.keys.code.rules.answers import SEVERITIES, Faulty, Fine, Unsure
from refute.keys.code.rules.table import rules
from tests.packaging import ROOT

DOCS = (ROOT / "docs/checking-code.md").read_text(encoding="utf-8")
EXAMPLES = Path(__file__).parent / "examples"
SECTION = re.compile(
    r"^## (?P<title>.*?)\n\n```python\n(?P<code>.*?)^```", re.MULTILINE | re.DOTALL
)
IMPORTS = CodeBlock(1, "import keras\nimport numpy as np\nimport torch\nfrom torch import nn\n")


def examples() -> Iterator[object]:
    for path in sorted(EXAMPLES.glob("*.md")):
        for match in SECTION.finditer(path.read_text(encoding="utf-8")):
            title = match["title"]
            yield pytest.param(
                f"code/{path.stem}", title, match["code"], id=f"{path.stem}: {title}"
            )


def checked(code: str) -> CodeReport:
    report = check_code([IMPORTS, CodeBlock(10, code)])
    assert not report.unparsed
    assert not report.cut
    return report


def answers_of(rule: str, report: CodeReport) -> list[RuleAnswer]:
    return [each for each in report.answers if each.rule.id == rule]


@pytest.mark.parametrize(("rule", "title", "code"), list(examples()))
def test_a_rule_answers_an_example_as_its_title_says(rule: str, title: str, code: str) -> None:
    answers = answers_of(rule, checked(code))
    faults = [each for each in answers if isinstance(each.answer, Faulty)]
    kind = title.split(":")[0]
    if kind == "note":
        assert {fault.severity for fault in faults} == {"note"}
    else:
        assert bool(faults) == (kind == "faulty")
    unsure = any(isinstance(each.answer, Unsure) for each in answers)
    assert unsure or kind != "unsure"
    assert not unsure or kind != "fine"


@pytest.mark.parametrize(
    ("callbacks", "severity", "why"),
    [
        ("", "weak", "the validation data are the test set"),
        ("TensorBoard()", "weak", "the validation data are the test set"),
        ('EarlyStopping(monitor="loss")', "weak", "the validation data are the test set"),
        ('ModelCheckpoint("net.keras")', "weak", "the validation data are the test set"),
        ("EarlyStopping(patience=5)", "wrong", "the test set decides when training stops"),
        (
            'ModelCheckpoint("net.keras", "val_accuracy", save_best_only=True)',
            "wrong",
            "the test set decides which weights are kept",
        ),
        ("ReduceLROnPlateau()", "wrong", "the test set decides when the learning rate falls"),
    ],
)
def test_the_test_set_decides_only_through_a_callback_that_watches_it(
    callbacks: str, severity: str, why: str
) -> None:
    report = checked(
        "from keras.callbacks import EarlyStopping, ModelCheckpoint\n"
        "from keras.callbacks import ReduceLROnPlateau, TensorBoard\n"
        "net = keras.Sequential([keras.layers.Dense(3)])\n"
        f"net.fit(X_train, y_train, validation_data=(X_test, y_test), callbacks=[{callbacks}])\n"
    )
    (fault,) = answers_of("code/test-set-as-validation", report)
    assert (fault.severity, fault.answer.why) == (severity, why)


@pytest.mark.parametrize(
    ("loss", "why"),
    [
        ("nn.MSELoss()", "outputs (N, 1) against labels (N,) give N by N numbers"),
        ("nn.functional.huber_loss", "outputs (N, 1) against labels (N,) give N by N numbers"),
        ("nn.BCELoss()", "BCELoss stops: outputs (N, 1) and labels (N,) have different shapes"),
        (
            "nn.BCEWithLogitsLoss()",
            "BCEWithLogitsLoss stops: outputs (N, 1) and labels (N,) have different shapes",
        ),
        (
            "nn.functional.binary_cross_entropy",
            "binary_cross_entropy stops: outputs (N, 1) and labels (N,) have different shapes",
        ),
    ],
)
def test_a_loss_broadcasts_or_stops_as_torch_does(loss: str, why: str) -> None:
    report = checked(
        "net = nn.Sequential(nn.Linear(8, 1))\n"
        "x, y = torch.randn(9, 8), torch.ones(9)\n"
        f"loss = {loss}(net(x), y)\n"
    )
    assert [fault.answer.why for fault in answers_of("code/loss-by-broadcasting", report)] == [why]


@pytest.mark.parametrize(
    ("schedule", "why"),
    [
        ("StepLR(optimizer, 10)", "the rate changes every 10 batches, not every 10 epochs"),
        (
            "MultiStepLR(optimizer, [10, 20])",
            "the last milestone comes after 20 batches, within the first epochs",
        ),
        (
            "CosineAnnealingLR(optimizer, 30)",
            "the cosine ends after 30 batches, within the first epochs",
        ),
    ],
)
def test_a_schedule_in_batches_is_said_to_do_what_its_class_does(schedule: str, why: str) -> None:
    report = checked(
        "net = nn.Linear(8, 1)\n"
        "optimizer = torch.optim.SGD(net.parameters(), lr=0.1)\n"
        f"scheduler = torch.optim.lr_scheduler.{schedule}\n"
        "for epoch in range(30):\n"
        "    for x, y in loader:\n"
        "        optimizer.zero_grad()\n"
        "        nn.functional.mse_loss(net(x), y).backward()\n"
        "        optimizer.step()\n"
        "        scheduler.step()\n"
    )
    (fault,) = answers_of("code/epochs-counted-in-batches", report)
    assert fault.answer.why == why


def test_dropout_that_stays_on_is_said_to_do_so_in_the_words_of_its_library() -> None:
    in_keras = checked(
        "start = keras.Input((8,))\n"
        "hidden = keras.layers.Dropout(0.5)(start, training=True)\n"
        "net = keras.Model(start, keras.layers.Dense(1)(hidden))\n"
    )
    in_torch = checked(
        "class Net(nn.Module):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.last = nn.Linear(8, 1)\n"
        "    def forward(self, x):\n"
        "        return self.last(nn.functional.dropout(x, 0.5))\n"
        "net = Net()\n"
    )
    said = [
        fault.answer.why
        for report in (in_keras, in_torch)
        for fault in answers_of("code/functional-dropout-always-on", report)
    ]
    assert [why.partition(", ")[2] for why in said] == ["in predict() too", "even after eval()"]


def test_a_step_uses_selu_if_one_of_its_blocks_does() -> None:
    base, net = (
        CodeBlock(
            line, f"net = keras.Sequential([keras.layers.Dense(9, '{activation}')])\n", ("SELU",)
        )
        for line, activation in ((10, "elu"), (20, "selu"))
    )
    both, elu = (check_code([IMPORTS, *blocks]) for blocks in ([base, net], [base]))
    assert [each.answer for each in answers_of("code/selu-missing", both)] == [Fine(Place(10, 25))]
    assert [each.severity for each in answers_of("code/selu-missing", elu)] == ["wrong"]


def test_dropout_that_a_loop_adds_is_reported_once() -> None:
    report = checked(
        "net = keras.Sequential()\n"
        "for _ in range(3):\n"
        "    net.add(keras.layers.Dense(100, 'selu'))\n"
        "    net.add(keras.layers.Dropout(0.2))\n"
        "net.add(keras.layers.Dense(10))\n"
    )
    assert len(answers_of("code/selu-with-plain-dropout", report)) == 1


def test_every_rule_has_a_fault_a_fine_one_and_three_traps() -> None:
    for rule in rules():
        titles = SECTION.findall(
            (EXAMPLES / f"{rule.id.removeprefix('code/')}.md").read_text("utf-8")
        )
        kinds = [title.split(":")[0] for title, _ in titles]
        assert kinds.count("faulty") >= 1
        assert kinds.count("fine") >= 4
    assert len(rules()) == len(list(EXAMPLES.glob("*.md"))) == 110


def test_a_rule_has_thirty_lines_at_most() -> None:
    for rule in rules():
        lines, _ = inspect.getsourcelines(rule.body)
        assert len(lines) <= 30, rule.id


def test_the_documentation_says_what_each_severity_means() -> None:
    rows = dict(re.findall(r"^\| ([a-z ]+) \| (.*) \|$", DOCS, re.MULTILINE))
    assert rows | SEVERITIES == rows


def test_the_rule_of_the_documentation_answers() -> None:
    (source,) = re.findall(r"```python\n(from refute.*?)```", DOCS, re.DOTALL)
    defined: dict[str, Any] = {}
    exec(source, defined)  # what the documentation says
    code = "net = keras.Sequential()\nnet.fit(x, epochs=1), net.fit(x, epochs=9)\n"
    assert defined["too_few_epochs"].answers(
        facts_of(read_program([IMPORTS, CodeBlock(5, code)]))
    ) == [
        Faulty(Place(6, 1), "the model is trained for a single epoch"),
        Fine(Place(6, 23)),
    ]
