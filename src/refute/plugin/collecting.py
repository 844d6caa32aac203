"""Claim classes become test items; their mistakes become one clear line each."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from refute.claim import CASES, CLAIM, Case, ClaimInfo
from refute.decision.table import MAX_EDGES
from refute.ledger import CLAIM_ID, Citation
from refute.prose.corrections import FIELDS, placeholders
from refute.suite import Suite, SuiteError, citation, suite_of

INSTRUMENTS = ("measure", "race")

SEEN = pytest.StashKey[dict[str, str]]()
PART = "refute_part"


@dataclass(frozen=True)
class CheckInfo:
    """A check method with its readings and controls, readings first."""

    name: str
    function: Callable[..., object]
    parts: tuple[Case, ...]

    @property
    def readings(self) -> tuple[Case, ...]:
        return tuple(part for part in self.parts if part.role == "reading")

    @property
    def controls(self) -> tuple[Case, ...]:
        return tuple(part for part in self.parts if part.role == "control")

    @property
    def instrument(self) -> str | None:
        """``measure``, ``race``, or none for a property."""
        asked = inspect.signature(self.function).parameters
        return next((name for name in INSTRUMENTS if name in asked), None)


class ClaimClass(pytest.Class):
    """A collected claim."""

    info: ClaimInfo
    suite: Suite

    @property
    def statement(self) -> str:
        return inspect.getdoc(self.obj) or ""

    @property
    def checks(self) -> list[CheckInfo]:
        return checks_of(self.obj)

    @property
    def citations(self) -> list[Citation]:
        return [citation(source) for source in self.info.sources]

    def collect(self) -> Iterator[pytest.Item | pytest.Collector]:
        """Collect the checks.

        Raises:
            Collector.CollectError: what is wrong with the claim, one line for each mistake.
        """
        self.info = getattr(self.obj, CLAIM)
        where = f"{self.path.name}:{line_of(self.obj)}"
        try:
            self.suite = suite_of(self.path)
        except SuiteError as error:
            raise self.CollectError(str(error)) from None
        problems = list(_problems(self))
        seen = self.config.stash.setdefault(SEEN, {})
        first = seen.setdefault(self.info.id, self.nodeid)
        if first != self.nodeid:
            problems.append(f"duplicate id: {first} has it already; ids are unique")
        if problems:
            lines = [f"{where}: {self.info.id}: {problem}" for problem in problems]
            raise self.CollectError("\n".join(lines))
        if self.info.documentary is not None:
            yield Documentary.from_parent(self, name="documentary")
            return
        yield from super().collect()


class Documentary(pytest.Item):
    """The one item of a documentary claim: nothing is run, its sources decide."""

    def runtest(self) -> None:
        """Nothing is measured."""

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, None, self.nodeid


def make_claim(collector: pytest.Collector, name: str, obj: object) -> ClaimClass | None:
    """A collector for a claim class; ``None`` for anything else.

    Raises:
        Collector.CollectError: a class has readings and is no claim.
    """
    if not isinstance(obj, type):
        return None
    if CLAIM in vars(obj):
        node: ClaimClass = ClaimClass.from_parent(collector, name=name, obj=obj)
        return node
    if any(CASES in vars(value) for value in vars(obj).values() if inspect.isfunction(value)):
        raise collector.CollectError(
            f"{name}: has readings and is no claim: decorate the class with @claim(...)"
        )
    return None


def parametrize(metafunc: pytest.Metafunc) -> None:
    """One item for every reading and control of a check."""
    parts: Sequence[Case] = getattr(metafunc.function, CASES, ())
    if not parts:
        return
    ordered = sorted(parts, key=lambda part: part.role == "control")
    metafunc.parametrize(
        list(ordered[0].conditions),
        [
            pytest.param(
                *(part.conditions[key] for key in ordered[0].conditions),
                id=part.name,
                marks=getattr(pytest.mark, PART)(part),
            )
            for part in ordered
        ],
    )


def part_of(item: pytest.Item) -> Case | None:
    """The reading or control that an item is."""
    mark = item.get_closest_marker(PART)
    return None if mark is None else mark.args[0]


def claim_of(item: pytest.Item) -> ClaimClass | None:
    """The claim that an item belongs to."""
    return item.parent if isinstance(item.parent, ClaimClass) else None


def checks_of(cls: type) -> list[CheckInfo]:
    """The checks of a claim class, in source order."""
    found = []
    for name, value in vars(cls).items():
        if inspect.isfunction(value) and CASES in vars(value):
            parts = sorted(getattr(value, CASES), key=lambda part: part.role == "control")
            found.append(CheckInfo(name, value, tuple(parts)))
    return found


def guard_edges(items: Sequence[pytest.Item]) -> None:
    """Refuse more edges than the table's error rate was computed for.

    Raises:
        pytest.UsageError: too many measured readings and controls.
    """
    measured = sum(
        1 for item in items if part_of(item) is not None and set(INSTRUMENTS) & set(_fixtures(item))
    )
    if 2 * measured > MAX_EDGES:
        raise pytest.UsageError(
            f"{measured} measured readings may settle {2 * measured} edges, more than the "
            f"{MAX_EDGES} that one run can decide at its error rate: split the suite"
        )


def guard_assertions(items: Sequence[pytest.Item]) -> None:
    """Refuse to run checks in an interpreter that strips assertions.

    Raises:
        pytest.UsageError: there are claims, and Python was started with ``-O``.
    """
    if not __debug__ and any(claim_of(item) is not None for item in items):
        raise pytest.UsageError(
            "python -O (PYTHONOPTIMIZE) strips the assertions that checks rest on: run without it"
        )


def name_of(item: pytest.Item) -> str:
    """What a person knows an item by: its claim, and the reading or control."""
    claim, part = claim_of(item), part_of(item)
    return item.name if claim is None or part is None else f"{claim.info.id} [{part.name}]"


def turn(item: pytest.Item) -> int:
    """When an item's turn comes: what is searched here, what workers measure meanwhile, races.

    Races are held when nothing else of the run computes.
    """
    if uses_race(item):
        return 2
    return 1 if part_of(item) is not None and "measure" in _fixtures(item) else 0


def uses_race(item: pytest.Item) -> bool:
    """Whether an item is timed."""
    return part_of(item) is not None and "race" in _fixtures(item)


@lru_cache(maxsize=1024)
def line_of(obj: Any) -> int:
    """The first line of a class or function, decorators included."""
    return inspect.getsourcelines(obj)[1]


@lru_cache(maxsize=1024)
def code_of(function: Callable[..., object]) -> str:
    """The source of a check, as a reader should see it."""
    return textwrap.dedent(inspect.getsource(function))


def _fixtures(item: pytest.Item) -> Sequence[str]:
    return getattr(item, "fixturenames", ())


def _problems(node: ClaimClass) -> Iterator[str]:
    info, suite = node.info, node.suite
    if not inspect.cleandoc(vars(node.obj).get("__doc__") or ""):
        yield "no docstring: write the claim in one plain sentence"
    if not isinstance(info.id, str) or not CLAIM_ID.fullmatch(info.id):
        yield "malformed id: write question/name in lower case, digits and hyphens"
    elif (question := info.id.split("/")[0]) not in suite.questions:
        yield f"unknown question {question!r}: add it to {suite.folder.name}/questions.toml"
    for cited in node.citations:
        if cited.key not in suite.sources:
            yield f"unknown source {cited.key!r}: add it to {suite.folder.name}/sources.bib"
    if info.documentary is None:
        yield from _problems_of_checks(node)
    else:
        yield from _problems_of_documentary(node)


def _problems_of_documentary(node: ClaimClass) -> Iterator[str]:
    if node.info.documentary not in ("SUPPORTED", "REFUTED"):
        yield "a documentary claim is SUPPORTED or REFUTED by its sources"
    if not node.citations:
        yield "a documentary claim needs the sources that decide it"
    if node.checks:
        yield "a documentary claim is cited, not measured: it has no checks"
    if node.info.documentary == "REFUTED" and node.info.correction is None:
        yield "no correction: say in one sentence what is true instead"


def _problems_of_checks(node: ClaimClass) -> Iterator[str]:
    checks = node.checks
    readings = [part for check in checks for part in check.readings]
    if not readings:
        yield "no reading: put @reading(...) on a test method"
    names = [part.name for check in checks for part in check.parts]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"two readings or controls are called {name!r}: names are unique in a claim"
    for part in readings:
        if part.published not in ("holds", "fails", "undecided"):
            yield f"reading {part.name!r}: published is holds, fails or undecided"
        if part.of not in ("sense", "letter"):
            yield f"reading {part.name!r}: of is sense or letter"
    if readings and not any(part.of == "sense" for part in readings):
        yield "no reading of the sense: one at least says what the sentence means"
    for check in checks:
        yield from _problems_of_check(check)
    for name, value in vars(node.obj).items():
        if name.startswith("test") and inspect.isfunction(value) and CASES not in vars(value):
            yield f"{name}: a check without a reading"
    if node.info.correction is None:
        if any(part.published != "holds" for part in readings):
            yield "no correction: say in one sentence what is true instead"
    else:
        for name, field in placeholders(node.info.correction):
            if name not in names:
                yield f"correction: no reading is called {name!r}"
            if field and field not in FIELDS:
                yield f"correction: {field!r} is none of {', '.join(FIELDS)}"


def _problems_of_check(check: CheckInfo) -> Iterator[str]:
    if check.readings and not check.controls:
        yield f"{check.name}: no control: put @control(...) on it, or nobody knows it can fail"
    if not check.readings:
        yield f"{check.name}: a control without a reading to flip"
    keys = {frozenset(part.conditions) for part in check.parts}
    if len(keys) > 1:
        yield f"{check.name}: its readings and controls set different conditions"
        return
    conditions = next(iter(keys))
    if not conditions:
        yield f"{check.name}: its readings set no condition: a control has nothing to change"
    parameters = [*inspect.signature(check.function).parameters][1:]
    if missing := sorted(conditions - set(parameters)):
        yield f"{check.name}: takes no argument {', '.join(missing)}, which its readings set"
    if check.instrument and any(_is_searched(part) for part in check.parts):
        yield (
            f"{check.name}: a search would hunt for noise in {check.instrument}: draw no "
            "conditions, or assert something exact"
        )
    if check.instrument == "race" and set(parameters) != conditions | {"race"}:
        yield f"{check.name}: a timed check takes its conditions and race, nothing else"
    if check.instrument is None and not _asserts(check.function):
        yield f"{check.name}: neither measures nor asserts anything"


def _is_searched(part: Case) -> bool:
    from refute.plugin.searching import is_searched  # Hypothesis, where there are claims at all

    return is_searched(part.conditions)


def _asserts(function: Callable[..., object]) -> bool:
    """Whether a body has an assertion that could fail, or declares what refutes it."""
    for node in ast.walk(ast.parse(code_of(function))):
        if isinstance(node, ast.Assert) and not isinstance(node.test, ast.Constant | ast.Tuple):
            return True
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", None))
            if name in ("refuted_by", "Refuted"):
                return True
    return False
