"""What the reader follows through the classes of a program: inheritance, properties, settings."""

from __future__ import annotations

import pytest

from refute.keys.code.checking import check_code
from refute.keys.code.facts import Facts, facts_of
from refute.keys.code.program import CodeBlock, read_program
from refute.keys.code.values import Unknown

IMPORTS = (
    "import argparse, copy, torch\nfrom dataclasses import asdict, dataclass, field\n"
    "from functools import cached_property\nfrom torch import nn\n"
)


def facts(code: str) -> Facts:
    return facts_of(read_program([CodeBlock(1, IMPORTS + code)]))


def rate(code: str) -> object:
    """The argument of the only dropout layer that a program creates."""
    (value,) = (m.argument("p", 0) for m in facts(code).trace.made if m.kind.endswith("Dropout"))
    return value


@pytest.mark.parametrize(
    "code",
    [
        "class A:\n    def __init__(self, p): self.p = p\n"
        "class B(A):\n    def __init__(self, p): super().__init__(p)\nnn.Dropout(B(7).p)",
        "class A:\n    def get(self): return self.p\n"
        "class B(A):\n    p = 7\n    def get(self): return super().get()\nnn.Dropout(B().get())",
        "class A:\n    def get(self): return 3\nclass B:\n    def get(self): return super().get()\n"
        "class M:\n    def get(self): return 7\nclass C(B, M): pass\nnn.Dropout(C().get())",
        "class A:\n    def __init__(self, p): self.p = p\n"
        "class B(A):\n    def __init__(self, p): A.__init__(self, p)\nnn.Dropout(B(7).p)",
        "class A:\n    def get(self): return 7\n"
        "class B(A):\n    def get(self): return max([super().get() for _ in range(1)]), 1\n"
        "    def one(self): return super(B, self).get()\nnn.Dropout(B().one())",
        "class A:\n    @property\n    def p(self): return 7\nnn.Dropout(A().p)",
        "class A:\n    @cached_property\n    def p(self): return 7\nnn.Dropout(A().p)",
        "class A:\n    @staticmethod\n    def of(p): return p\nnn.Dropout(A().of(7))",
        "class A:\n    @staticmethod\n    def of(p): return p\nnn.Dropout(A.of(7))",
        "class A:\n    p = 3\n    @classmethod\n    def of(cls, p):\n        a = cls()\n"
        "        a.p = p\n        return a\nnn.Dropout(A.of(7).p)",
        "class A:\n    def __call__(self, p): return p\nnn.Dropout(A()(7))",
        "class A:\n    rates = [3, 7]\nnn.Dropout(A().rates[1])",
    ],
)
def test_what_a_class_computes_is_known_whatever_way_it_is_asked(code: str) -> None:
    assert rate(code) == 7


@pytest.mark.parametrize(
    "code",
    [
        "@dataclass\nclass C:\n    ps: list = field(default_factory=lambda: [7])\n"
        "nn.Dropout(C().ps[0])",
        "@dataclass\nclass D:\n    p: float = 7\n@dataclass\nclass C:\n"
        "    d: D = field(default_factory=D)\nnn.Dropout(asdict(C())['d']['p'])",
        "c = {'p': 3}\nc.update({'p': 7})\nnn.Dropout(c['p'])",
        "c = {'p': 3} | {'p': 7}\nnn.Dropout(c['p'])",
        "c = {'d': {'p': 7}}\nd = copy.deepcopy(c)\nd['d']['p'] = 3\nnn.Dropout(c['d']['p'])",
        "a = argparse.ArgumentParser()\na.add_argument('-p', '--p-drop', default=7)\n"
        "nn.Dropout(a.parse_args().p_drop)",
        "a = argparse.ArgumentParser()\ng = a.add_argument_group('net')\n"
        "g.add_argument('--drop', dest='p', default=[7])\n"
        "o, _ = a.parse_known_args()\nnn.Dropout(vars(o)['p'][0])",
    ],
)
def test_a_setting_is_known_wherever_it_is_kept(code: str) -> None:
    assert rate(code) == 7


@pytest.mark.parametrize(
    "code",
    [
        "a = argparse.ArgumentParser()\na.add_argument('--p')\nnn.Dropout(a.parse_args().p)",
        "a = argparse.ArgumentParser()\na.add_argument('--p', default=7)\n"
        "nn.Dropout(a.parse_args(['--p', '3']).p)",
        "a = argparse.ArgumentParser()\na.add_argument('--p', action='store_true', default=False)\n"
        "nn.Dropout(a.parse_args().p)",
        "c = {'p': 7}\nif unknown():\n    c['p'] = 3\nnn.Dropout(c['p'])",
        "class A:\n    def __init__(self, p): self.p = p\n"
        "class B(A, Other):\n    def __init__(self): super().__init__(read())\nnn.Dropout(B().p)",
    ],
)
def test_a_setting_that_may_be_another_is_unknown(code: str) -> None:
    assert not isinstance(rate(code), int | float)


def test_a_setting_that_other_settings_replace_is_unknown() -> None:
    assert rate("c = {'p': 7}\nc.update(unknown())\nnn.Dropout(c['p'])") != 7


def test_a_stack_has_the_layers_that_super_is_given() -> None:
    code = "class Net(nn.Sequential):\n    def __init__(self, n):\n"
    code += "        super().__init__(nn.Linear(4, n), nn.ReLU(), nn.Linear(n, 2))\nnet = Net(9)\n"
    (model,) = facts(code).models
    assert [layer.units for layer in model.layers] == [9, None, 2]


def test_a_mode_that_a_method_sets_through_super_is_seen() -> None:
    code = (
        "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.a, self.d = nn.Linear(4, 2), nn.Dropout(0.5)\n"
        "    def forward(self, x): return self.d(self.a(x))\n"
        "    def train(self, mode=True): return super().train(mode)\n"
        "net = Net()\n{}\nprint((net(x).argmax(1) == y).sum())\n"
    )
    rules = [
        {fault.rule.id for fault in check_code([CodeBlock(1, IMPORTS + code.format(mode))]).faults}
        for mode in ("net.train()", "net.train(False)")
    ]
    assert ["code/evaluated-in-training-mode" in found for found in rules] == [True, False]


def test_a_method_that_calls_itself_without_end_is_unknown() -> None:
    code = "class A:\n    @property\n    def p(self): return self.p\nnn.Dropout(A().p)"
    assert isinstance(rate(code), Unknown)


def test_many_epochs_of_a_long_loop_are_read_to_the_end() -> None:
    body = "    a = 1 + 1\n" * 400
    read = facts(f"for epoch in range(100):\n{body}nn.Dropout(0.1)\n")
    assert not read.trace.cut
    assert read.trace.made
