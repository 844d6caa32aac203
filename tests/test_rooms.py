"""Who may import whom: the rooms of ``src/refute``, read from its import statements.

Imports inside functions count as much as those at the top of a module, and so do those that only a
type checker follows.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Mapping, Set
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent.parent / "src"
MODULES = {
    ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(SOURCE.rglob("*.py"))
}
LAB = sorted(
    path.name for path in (SOURCE / "refute/lab").iterdir() if (path / "__init__.py").exists()
)
PHENOMENA = [room for room in LAB if room != "bench"]


@cache
def imported(module: str) -> frozenset[str]:
    """What a module imports: modules of ours by their full name, others by their first."""
    found = set()
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: imports are absolute"
            named = {f"{node.module}.{alias.name}" for alias in node.names}
            ours = {name for name in named if name in MODULES}
            found |= ours | ({str(node.module)} if len(ours) < len(named) else set())
    return frozenset(name if name in MODULES else name.partition(".")[0] for name in found) - {
        module
    }


@cache
def reached(module: str) -> frozenset[str]:
    """All that is imported when a module is: by itself, or by what it imports."""
    seen: set[str] = set()
    waiting = [module]
    while waiting:
        for name in imported(waiting.pop()) - seen:
            seen.add(name)
            if name in MODULES:
                waiting.append(name)
    return frozenset(seen)


def room(*names: str) -> list[str]:
    """The modules of some rooms."""
    inside = tuple(f"refute.{name}." for name in names)
    return [module for module in MODULES if f"{module}.".startswith(inside)]


@pytest.mark.parametrize(
    "module",
    room("decision", "ledger", "keys", "prose", "grading", "linking", "report", "export"),
)
def test_who_decides_and_who_tells_know_neither_pytest_nor_torch(module: str) -> None:
    assert reached(module).isdisjoint({"pytest", "_pytest", "torch", "hypothesis"})


@pytest.mark.parametrize("module", room("lab.bench"))
def test_the_bench_knows_no_phenomenon(module: str) -> None:
    assert imported(module).isdisjoint(room(*(f"lab.{name}" for name in PHENOMENA)))


@pytest.mark.parametrize("phenomenon", PHENOMENA)
def test_no_phenomenon_knows_another(phenomenon: str) -> None:
    others = set(room(*(f"lab.{name}" for name in PHENOMENA if name != phenomenon)))
    for module in room(f"lab.{phenomenon}"):
        assert imported(module).isdisjoint(others), module


@pytest.mark.parametrize("module", MODULES)
def test_no_module_imports_a_claims_folder_or_a_test(module: str) -> None:
    assert imported(module).isdisjoint({"claims", "tests", "benchmarks"})


def test_the_lab_itself_imports_nothing() -> None:
    for package in ("refute.lab", *(f"refute.lab.{name}" for name in LAB)):
        assert imported(package) == frozenset(), package


@pytest.mark.parametrize("module", room("lab"))
def test_the_lab_knows_no_key(module: str) -> None:
    assert reached(module).isdisjoint(room("keys", "key_code", "suite"))


def test_only_the_run_knows_the_lab() -> None:
    """Claims import it; of Refute only the plugin and the engine do, for the device."""
    lab = set(room("lab"))
    for module in set(MODULES) - lab - set(room("plugin", "engine")):
        assert imported(module).isdisjoint(lab), module


def test_no_circle_of_imports() -> None:
    refuse_circles({module: imported(module) & MODULES.keys() for module in MODULES})


def test_no_circle_of_rooms() -> None:
    graph: dict[str, set[str]] = {}
    for module in MODULES:
        ours = imported(module) & MODULES.keys() - {"refute"}
        graph.setdefault(room_of(module), set()).update(map(room_of, ours))
    for name, others in graph.items():
        others.discard(name)
    refuse_circles(graph)


def room_of(module: str) -> str:
    """The room of a module: of the lab, each folder is one."""
    names = [*module.split(".")[1:], ""]
    return ".".join(names[:2]) if names[0] == "lab" else names[0]


def refuse_circles(graph: Mapping[str, Set[str]]) -> None:
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" imports ".join(reversed(error.args[1])))


def test_a_public_name_means_one_thing() -> None:
    """Of classes and types; the lab and the reader of code have words of their own."""
    homes: dict[str, list[str]] = {}
    for module in set(MODULES) - set(room("lab", "keys.code")):
        for name in types_of(module):
            homes.setdefault(name, []).append(module)
    shared = {name: sorted(modules) for name, modules in homes.items() if len(modules) > 1}

    assert shared == {
        "Of": ["refute.claim", "refute.decision.verdict"],  # a claim's decorators import nothing
        "Steadiness": ["refute.engine.engine", "refute.plugin.steadiness"],  # what asks for it, too
    }


@pytest.mark.parametrize("name", ["bench", *PHENOMENA])
def test_in_a_room_of_the_lab_a_class_has_a_name_of_its_own(name: str) -> None:
    times = Counter(each for module in room(f"lab.{name}") for each in classes_of(module))
    assert [each for each, count in times.items() if count > 1] == []


def types_of(module: str) -> set[str]:
    """The public classes and types that a module defines; one capital is a type variable."""
    assigned = {
        target.id
        for node in body_of(module)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    types = {name for name in assigned if name[:1].isupper() and not name.isupper()}
    return classes_of(module) | {name for name in types if not name.startswith("_")}


def classes_of(module: str) -> set[str]:
    """The public classes that a module defines."""
    classes = {node.name for node in body_of(module) if isinstance(node, ast.ClassDef)}
    return {name for name in classes if not name.startswith("_")}


@cache
def body_of(module: str) -> list[ast.stmt]:
    return ast.parse(MODULES[module].read_text(encoding="utf-8")).body


def test_the_rooms_are_read() -> None:
    """That nothing was overlooked because a folder moved."""
    assert len(MODULES) > 100
    assert {"refute.ledger"} < set(room("ledger", "keys"))
    assert "refute.experiment" in imported("refute.lab.bench.data")
    assert "numpy" in reached("refute.decision.verdict") | reached("refute.decision.samples")
    assert len(PHENOMENA) >= 7
