"""What is wrong with how a claim is written: one clear line for each mistake."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator

from refute.claim import CLAIM, Case, ClaimInfo
from refute.exceptions import in_words
from refute.ledger import CLAIM_ID, question_of
from refute.plugin.checks import (
    CheckInfo,
    asserts,
    asserts_a_constant,
    cases_of,
    checks_of,
    skips,
)
from refute.prose.corrections import FIELDS, placeholders
from refute.suite import Suite, citation

NEVER_RUN = (inspect.iscoroutinefunction, inspect.isgeneratorfunction, inspect.isasyncgenfunction)


def mistakes(claim: type, suite: Suite) -> Iterator[str]:
    """What the author of a claim class has to fix, the most basic mistakes first."""
    info: ClaimInfo = getattr(claim, CLAIM)
    if not inspect.cleandoc(vars(claim).get("__doc__") or ""):
        yield "no docstring: write the claim in one plain sentence"
    if not isinstance(info.id, str) or not CLAIM_ID.fullmatch(info.id):
        yield "malformed id: write question/name in lower case, digits and hyphens"
    elif (question := question_of(info.id)) not in suite.questions:
        yield f"unknown question {question!r}: add it to {suite.folder.name}/questions.toml"
    for source in info.sources:
        if not isinstance(source, str):
            yield f"source {source!r} is not a text: write key and place, such as 'he2015, 2.2'"
        elif (cited := citation(source)).key not in suite.sources:
            yield f"unknown source {cited.key!r}: add it to {suite.folder.name}/sources.bib"
    for name in ("correction", "depends"):
        text = getattr(info, name)
        if text is not None and (not isinstance(text, str) or not text.strip()):
            yield f"{name} is {text!r}: write one sentence"
            return
    if info.documentary is None:
        yield from _of_checks(claim, info)
    else:
        yield from _of_documentary(claim, info)


def _of_documentary(claim: type, info: ClaimInfo) -> Iterator[str]:
    if info.documentary not in ("SUPPORTED", "REFUTED"):
        yield "a documentary claim is SUPPORTED or REFUTED by its sources"
    if not info.sources:
        yield "a documentary claim needs the sources that decide it"
    if checks_of(claim):
        yield "a documentary claim is cited, not measured: it has no checks"
    if info.documentary == "REFUTED" and info.correction is None:
        yield "no correction: say in one sentence what is true instead"


def _of_checks(claim: type, info: ClaimInfo) -> Iterator[str]:
    checks = checks_of(claim)
    readings = [case for check in checks for case in check.readings]
    if not readings:
        yield "no reading: put @reading(...) on a test method"
    names = [case.name for check in checks for case in check.cases]
    unnamed = [name for name in names if not isinstance(name, str) or not name.strip()]
    if unnamed:
        yield f"a reading or control is called {unnamed[0]!r}: name its conditions in words"
        return
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"two readings or controls are called {name!r}: names must be unique within a claim"
    for case in readings:
        if case.published not in ("holds", "fails", "undecided"):
            yield f"reading {case.name!r}: published must be holds, fails or undecided"
        if case.of not in ("sense", "letter"):
            yield f"reading {case.name!r}: of must be sense or letter"
    if readings and not any(case.of == "sense" for case in readings):
        yield "no reading of the sense: at least one must say what the sentence means"
    for check in checks:
        yield from _of_check(check)
    for name, value in vars(claim).items():
        if name.startswith("test") and inspect.isfunction(value) and not cases_of(value):
            yield f"{name}: a check without a reading"
    of_sense = [case.published for case in readings if case.of == "sense"]
    both_ways = "holds" in of_sense and "fails" in of_sense
    if both_ways and not (info.depends or "").strip():
        yield (
            "no depends: it holds in some readings of its sense and fails in others: say in one "
            'sentence what it depends on, depends="holds at the start of training, not after it"'
        )
    if info.correction is None:
        if any(case.published != "holds" for case in readings):
            yield "no correction: say in one sentence what is true instead"
    else:
        for name, field in placeholders(info.correction):
            if name not in names:
                yield f"correction: no reading is called {name!r}"
            if field and field not in FIELDS:
                yield f"correction: {field!r} is unknown: use one of {', '.join(FIELDS)}"


def _of_check(check: CheckInfo) -> Iterator[str]:
    if check.readings and not check.controls:
        yield f"{check.name}: no control: put @control(...) on it, to show that it can fail"
    if not check.readings:
        yield f"{check.name}: a control without a reading to flip"
    keys = {frozenset(case.conditions) for case in check.cases}
    if len(keys) > 1:
        yield f"{check.name}: {_which_differ(check)}: set the same conditions in all of them"
        return
    conditions = next(iter(keys))
    if not conditions:
        yield f"{check.name}: its readings set no condition: a control has nothing to change"
    for case in check.cases:
        for name, value in case.conditions.items():
            if (error := _why_unshown(value)) is not None:
                yield f"{case.role} {case.name!r}: {name} cannot be shown: its repr raises {error}"
    parameters = [*inspect.signature(check.function).parameters][1:]
    if missing := sorted(conditions - set(parameters)):
        yield f"{check.name}: takes no argument {', '.join(missing)}, which its readings set"
    if check.instrument and any(_is_searched(case) for case in check.cases):
        yield (
            f"{check.name}: a search would hunt for noise in {check.instrument}: draw no "
            "conditions, or assert something exact"
        )
    if check.instrument == "race" and set(parameters) != conditions | {"race"}:
        yield f"{check.name}: a timed check takes its conditions and race, nothing else"
    if any(kind(check.function) for kind in NEVER_RUN):
        yield f"{check.name}: is async or yields, so it would not run: make it a plain function"
    if check.instrument is not None and asserts(check.function):
        yield (
            f"{check.name}: measures and asserts: a check must do only one; assert in another "
            "check, or raise an error where a value that cannot be measured is made"
        )
    if check.instrument is None and not asserts(check.function):
        yield f"{check.name}: {_why_nothing(check.function)}"


def _which_differ(check: CheckInfo) -> str:
    """The first condition that only some readings and controls of a check set."""
    name = min({name for case in check.cases for name in case.conditions} - _set_by_all(check))
    setting = next(case.name for case in check.cases if name in case.conditions)
    leaving = next(case.name for case in check.cases if name not in case.conditions)
    return f"“{setting}” sets {name}, and “{leaving}” does not"


def _why_unshown(value: object) -> str | None:
    """What the repr of a condition raises, if anything: the ledger keeps it."""
    try:
        repr(value)
    except Exception as error:
        return in_words(error)
    return None


def _set_by_all(check: CheckInfo) -> set[str]:
    return set.intersection(*(set(case.conditions) for case in check.cases))


def _why_nothing(body: Callable[..., object]) -> str:
    """What is wrong with a body that decides nothing."""
    if asserts_a_constant(body):
        return (
            "asserts a constant, so its readings and controls all come out the same: assert "
            "something about their conditions"
        )
    if skips(body):
        return (
            "skips, but neither measures nor asserts anything: write the check below the "
            "skip; until it can be run, the claim is undecided for the reason of the skip"
        )
    return "neither measures nor asserts anything"


def _is_searched(case: Case) -> bool:
    from refute.plugin.searching import is_searched  # Hypothesis, where there are claims at all

    return is_searched(case.conditions)
