"""A claim's checks as they are written: their readings and controls, their source."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from refute.claim import CASES, Case

INSTRUMENTS = ("measure", "race")


@dataclass(frozen=True)
class CheckInfo:
    """A check method with its readings and controls, readings first."""

    name: str
    function: Callable[..., object]
    cases: tuple[Case, ...]

    @property
    def readings(self) -> tuple[Case, ...]:
        return tuple(case for case in self.cases if case.role == "reading")

    @property
    def controls(self) -> tuple[Case, ...]:
        return tuple(case for case in self.cases if case.role == "control")

    @property
    def instrument(self) -> str | None:
        """``measure``, ``race``, or none for a property."""
        asked = inspect.signature(self.function).parameters
        return next((name for name in INSTRUMENTS if name in asked), None)


def checks_of(cls: type) -> list[CheckInfo]:
    """The checks of a claim class, in source order."""
    found = []
    for name, value in vars(cls).items():
        if inspect.isfunction(value) and CASES in vars(value):
            cases = sorted(getattr(value, CASES), key=lambda case: case.role == "control")
            found.append(CheckInfo(name, value, tuple(cases)))
    return found


@lru_cache(maxsize=1024)
def line_of(obj: Any) -> int:
    """The first line of a class or function, decorators included; 1 where it is not written out."""
    try:
        return inspect.getsourcelines(obj)[1]
    except OSError:  # made by code, under a name that its file does not have
        return 1


@lru_cache(maxsize=1024)
def code_of(function: Callable[..., object]) -> str:
    """The source of a check, as a reader should see it."""
    return textwrap.dedent(inspect.getsource(function))


def asserts(function: Callable[..., object]) -> bool:
    """Whether a body has an assertion that could fail, or declares what refutes it."""
    for node in ast.walk(ast.parse(code_of(function))):
        if isinstance(node, ast.Assert) and not isinstance(node.test, ast.Constant | ast.Tuple):
            return True
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", None))
            if name in ("refuted_by", "Refuted"):
                return True
    return False
