"""What the page says first: why the verdicts of this run may not be trusted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from refute.decision.published import Standing
from refute.decision.verdict import Verdict
from refute.ledger import Ledger, Run
from refute.prose.bench import disagreements
from refute.prose.problems import expected
from refute.report.claims import ClaimView


@dataclass(frozen=True)
class Item:
    """A line of a list, and the place on the page that it is about."""

    text: str
    href: str | None = None


@dataclass(frozen=True)
class Alarm:
    """One thing that is wrong with the run."""

    headline: str
    text: str
    items: tuple[Item, ...] = ()


def alarms(ledger: Ledger, claims: Iterable[ClaimView], faults: Sequence[str]) -> list[Alarm]:
    """Everything wrong with the run, the most serious first."""
    return [*_of_run(ledger.run), *_of_keys(faults), *_of_claims(list(claims))]


def _of_run(run: Run) -> Iterator[Alarm]:
    if run.finished is None:
        yield Alarm("This run did not finish.", "Only what it measured before it stopped is shown.")
    elif run.partial:
        yield Alarm(
            "This run is partial.",
            "It did not check every claim; run “pytest claims/” for all of them.",
        )
    if wrong := disagreements(run.bench):
        yield Alarm(
            "The bench and torch disagree.",
            "Training with a broken part proves nothing.",
            tuple(Item(line) for line in wrong),
        )


def _of_keys(faults: Sequence[str]) -> Iterator[Alarm]:
    if faults:
        yield Alarm(
            "Keys that could not be checked.",
            "They are missing below. Fix them and rebuild the report.",
            tuple(Item(line) for fault in faults for line in fault.splitlines()),
        )


def _of_claims(claims: Sequence[ClaimView]) -> Iterator[Alarm]:
    if without := [view for view in claims if view.verdict is Verdict.NONE]:
        yield Alarm(
            "Claims without a verdict.",
            "Something in their checks broke, did not run or proves nothing.",
            tuple(Item(f"{view.record.id} {view.record.why}", view.id) for view in without),
        )
    if changed := _standing(claims, Standing.CONTRADICTED):
        yield Alarm(
            "Outcomes that are not as expected.",
            "Believe neither outcome until somebody has found out why.",
            changed,
        )
    if differing := _standing(claims, Standing.DIFFERS_HERE):
        yield Alarm(
            "Times that differ on this machine.",
            "Times depend on the machine: the expected outcomes stand.",
            differing,
        )


def _standing(claims: Iterable[ClaimView], standing: Standing) -> tuple[Item, ...]:
    """The readings whose outcome stands in this relation to the published one."""
    return tuple(
        Item(
            f"{view.record.id}, “{reading.record.name}”: {expected(reading.record)}",
            reading.id,
        )
        for view in claims
        for reading in view.readings
        if reading.record.standing is standing
    )
