"""A function of torch that is a little off is found, and all that the lab calls are checked."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.nn.functional as F  # noqa: N812 (its usual name)

from refute.lab.bench.conformance.conform import CHECKS
from refute.lab.bench.conformance.functions import functions
from refute.lab.bench.conformance.points import run_check

ROOT = Path(__file__).parents[4]

NAMES = list(dict.fromkeys(check.part for check in functions() if check.part != "autograd.grad"))

IN_PLACE, ADD, COPY = torch.Tensor.mul_, torch.Tensor.add_, torch.Tensor.clone


def wrong_parts(part: str = "") -> list[str]:
    """The parts that do not agree, of all or of one part."""
    checks = [check for check in functions() if part in ("", check.part)]
    with torch.no_grad():
        return [point.part for point in map(run_check, checks) if not point.agrees]


def test_the_installed_torch_agrees() -> None:
    assert wrong_parts() == []


def spoilt(value: Any, in_place: bool) -> Any:
    """The result of a function, a little off; what is no float is plainly wrong."""
    if isinstance(value, tuple):
        kind = type(value)
        parts = [spoilt(part, in_place) for part in value]
        return kind(parts) if kind.__module__ == "torch.return_types" else tuple(parts)
    if not isinstance(value, torch.Tensor):
        return not value
    if value.layout != torch.strided:
        return value * 1.002
    if not value.is_floating_point():
        return ~value if value.dtype == torch.bool else value + 1
    off = value if in_place else COPY(value)
    return ADD(IN_PLACE(off, 1.002), 0.0 if off.any() else 0.002)


def break_function(name: str, patch: pytest.MonkeyPatch) -> None:
    owner: Any = torch
    *path, last = name.partition(",")[0].split(".")
    for part in path:
        owner = {"torch": torch, "functional": F}.get(part) or getattr(owner, part)
    function = getattr(owner, last)
    foreach = last.startswith("_foreach")

    def wrong(*given: Any, **named: Any) -> Any:
        value = function(*given, **named)
        if foreach:
            for each in given[0]:
                IN_PLACE(each, 1.002)
            return value
        return spoilt(value, in_place=(last[-1] == "_" and last[0] != "_") or "out" in named)

    patch.setattr(owner, last, wrong)


@pytest.mark.parametrize("name", NAMES)
def test_a_function_that_is_a_little_off_is_found(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_function(name, monkeypatch)
    wrong = wrong_parts(name)
    monkeypatch.undo()
    assert name in wrong


def test_a_wrong_gradient_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def halved(x: torch.Tensor, function: Any = torch.sqrt) -> torch.Tensor:
        values: torch.Tensor = function(x)
        return values if not values.requires_grad else values / 2 + values.detach() / 2

    monkeypatch.setattr(torch, "sqrt", halved)
    assert wrong_parts() == ["torch.sqrt"]


# --- everything that the lab calls ---------------------------------------------------------

NO_ARITHMETIC = {
    "torch": {
        "Generator", "Size", "empty", "empty_like", "enable_grad", "finfo", "from_numpy",
        "get_num_threads", "is_grad_enabled", "no_grad", "set_num_threads", "tensor",
    },
    "Tensor": {
        "cpu", "data_ptr", "detach", "dim", "double", "new_empty", "numel", "numpy",
        "register_hook", "is_floating_point", "requires_grad_", "size", "to", "tolist", "backward",
        "values",
    },
    "functional": set(),
}  # fmt: skip
"""Storage, conversion and bookkeeping, without which no point could be checked at all."""

OF_OTHERS = {"__init__", "_values", "absolute", "index", "take"}
"""Methods of the lab's own classes, lists, paths and arrays that tensors have too."""


def called() -> Iterator[str]:
    """The functions and methods of torch that the lab and the claims call, by name."""
    for path in [*ROOT.glob("src/refute/lab/**/*.py"), *ROOT.glob("claims/**/*.py")]:
        code = path.read_text(encoding="utf-8")
        if "conformance" in path.parts or "torch" not in code:
            continue
        for call in (node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)):
            if not isinstance(call.func, ast.Attribute):
                continue
            name, of = call.func.attr, ast.unparse(call.func.value)
            if of in ("torch", "F", "torch.nn.functional"):
                yield f"{'torch' if of == 'torch' else 'functional'}.{name}"
            elif of in ("torch.linalg", "torch.special"):
                yield f"{of}.{name}"
            elif name in OF_OTHERS or of.split(".")[0] in ("np", "math", "nn", "st"):
                continue
            elif callable(getattr(torch.Tensor, name, None)):
                yield f"Tensor.{name}"


def test_every_function_that_the_lab_calls_is_checked() -> None:
    checked = {check.part for checks in CHECKS for check in checks()}
    exempt = {f"{owner}.{name}" for owner, names in NO_ARITHMETIC.items() for name in names}
    assert set(called()) - checked - exempt == set()
