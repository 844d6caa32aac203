"""Turns claim classes into test items, and finds an item's claim and case."""

from __future__ import annotations

import inspect
import traceback
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

import pytest

from refute.claim import CLAIM, Case, ClaimInfo
from refute.files import from_here
from refute.ledger import Citation
from refute.plugin.checks import CheckInfo, cases_of, checks_of, line_of
from refute.plugin.mistakes import mistakes
from refute.plugin.results import RESULT, Result, cite
from refute.spacing import single_spaced
from refute.suite import Suite, SuiteError, citation, suite_of

SEEN = pytest.StashKey[dict[str, str]]()
CASE = "refute_case"


class ClaimClass(pytest.Class):
    """A collected claim."""

    info: ClaimInfo
    suite: Suite
    mistakes: list[str]

    @cached_property
    def results(self) -> dict[str, Result]:
        """The results of its cases that have run in this process."""
        return {}

    @property
    def statement(self) -> str:
        """Its docstring on one line."""
        return single_spaced(inspect.getdoc(self.obj) or "")

    @property
    def checks(self) -> list[CheckInfo]:
        return checks_of(self.obj)

    @property
    def citations(self) -> list[Citation]:
        return [citation(source) for source in self.info.sources if isinstance(source, str)]

    @property
    def can_be_listed(self) -> bool:
        """Whether a ledger may have it although it has mistakes: its id is valid and its own."""
        id = self.info.id
        return self.suite.can_have(id) and self.config.stash[SEEN][id] == self.nodeid

    def collect(self) -> Iterator[pytest.Item | pytest.Collector]:
        """Collect the checks.

        Raises:
            Collector.CollectError: what is wrong with the claim, one line for each mistake.
        """
        self.info, self.mistakes = getattr(self.obj, CLAIM), []
        where = f"{self.path.name}:{line_of(self.obj)}"
        try:
            self.suite = suite_of(self.path)
        except SuiteError as error:
            raise self.CollectError(str(error)) from None
        self.mistakes = list(mistakes(self.obj, self.suite))
        seen = self.config.stash.setdefault(SEEN, {})
        first = seen.setdefault(str(self.info.id), self.nodeid)
        if first != self.nodeid:
            self.mistakes.append(f"duplicate id: {first} already has it; ids must be unique")
        if self.mistakes:
            lines = [f"{where}: {self.info.id}: {mistake}" for mistake in self.mistakes]
            raise self.CollectError("\n".join(lines))
        if self.info.documentary is not None:
            yield Documentary.from_parent(self, name="documentary")
            return
        yield from super().collect()


class Documentary(pytest.Item):
    """The only item of a documentary claim: nothing is run, its sources decide."""

    def runtest(self) -> None:
        claim = claim_of(self)
        assert claim is not None
        self.stash[RESULT] = cite(claim.info, claim.suite.sources)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, None, self.nodeid


def make_claim(collector: pytest.Collector, name: str, obj: object) -> ClaimClass | None:
    """A collector for a claim class; ``None`` for anything else.

    Raises:
        Collector.CollectError: a class has readings but is not a claim.
    """
    if not isinstance(obj, type):
        return None
    if CLAIM in vars(obj):
        node: ClaimClass = ClaimClass.from_parent(collector, name=name, obj=obj)
        return node
    if checks_of(obj):
        raise collector.CollectError(
            f"{name}: has readings but is not a claim: decorate the class with @claim(...)"
        )
    return None


def ended_python(file: pytest.Collector, ended: SystemExit) -> pytest.CollectReport:
    """The report of a file that ends Python while it is imported."""
    frames = traceback.extract_tb(ended.__traceback__)
    own = [frame for frame in frames if Path(frame.filename) == file.path]
    where = f"{from_here(file.path)}:{own[-1].lineno}" if own else from_here(file.path)
    reason = f"{where}: exits Python when it is imported (SystemExit: {ended.code}): remove that"
    return pytest.CollectReport(file.nodeid, "failed", reason, [])


def parametrize(metafunc: pytest.Metafunc) -> None:
    """One item for every reading and control of a check."""
    cases = cases_of(metafunc.function)
    if not cases:
        return
    names = list(cases[0].conditions)
    metafunc.parametrize(
        names,
        [
            pytest.param(
                *(case.conditions[name] for name in names),
                id=case.name,
                marks=getattr(pytest.mark, CASE)(case),
            )
            for case in cases
        ],
    )


def case_of(item: pytest.Item) -> Case | None:
    """The reading or control that an item is."""
    mark = item.get_closest_marker(CASE)
    return None if mark is None else mark.args[0]


def claim_of(item: pytest.Item) -> ClaimClass | None:
    """The claim that an item belongs to."""
    return item.parent if isinstance(item.parent, ClaimClass) else None


def guard_assertions(items: Sequence[pytest.Item]) -> None:
    """Refuse to run checks in an interpreter that strips assertions.

    Raises:
        pytest.UsageError: there are claims, and Python was started with ``-O``.
    """
    if not __debug__ and (claims := [item for item in items if claim_of(item) is not None]):
        _without_warnings(claims[0].config)
        raise pytest.UsageError(
            "python -O (PYTHONOPTIMIZE) strips the assertions\nthat checks rest on: run without it"
        )


def _without_warnings(config: pytest.Config) -> None:
    """Leave out pytest's own warning of stripped assertions, which is 259 columns wide."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None:
        reporter.stats.pop("warnings", None)


def name_of(item: pytest.Item) -> str:
    """A person's name for an item: its claim, and the reading or control."""
    claim, case = claim_of(item), case_of(item)
    return item.name if claim is None or case is None else f"{claim.info.id} [{case.name}]"


def turn(item: pytest.Item) -> int:
    """When an item runs: first searches, while workers measure, then measurements, then races, when
    nothing else computes.
    """
    if uses_race(item):
        return 2
    return 1 if case_of(item) is not None and "measure" in _fixtures(item) else 0


def uses_race(item: pytest.Item) -> bool:
    """Whether an item is timed."""
    return case_of(item) is not None and "race" in _fixtures(item)


def _fixtures(item: pytest.Item) -> Sequence[str]:
    return getattr(item, "fixturenames", ())
