"""From the reports of items to the ledger: each claim is written when it is complete."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from refute import ledger as ledgers
from refute.decision.verdict import verdict_of_claim
from refute.difference.earlier import PARTIAL, Earlier, keep, kept
from refute.ledger import Bench, ClaimRecord, Ledger, ReadingRecord, Run, question_of
from refute.ledger.growing import Growing
from refute.ledger.lines import arranged
from refute.plugin.payloads import Missing, Outline, Payload
from refute.prose.corrections import fill
from refute.prose.reasons import BY_SOURCES, why_not_run, why_of_claim
from refute.suite import Suite, classes_of


@dataclass
class _Heard:
    outline: Outline
    readings: dict[str, ReadingRecord]
    why_missing: str | None = None

    @property
    def complete(self) -> bool:
        return set(self.outline.cases) <= self.readings.keys()


@dataclass(frozen=True)
class Finished:
    """A run that has ended: its ledger, where that is, and what it is compared with."""

    ledger: Ledger
    path: Path
    earlier: Earlier


class Gathering:
    """The claims of a run, collected from the reports of their items."""

    def __init__(
        self,
        run: Run,
        suite: Suite,
        reports: Path | None = None,
        missing: Iterable[Missing] = (),
    ) -> None:
        """Gather into the folder ``reports``; by default, the suite's own.  The ``missing`` claims
        are listed without a verdict.
        """
        self._run, self._suite = run, suite
        self.reports = reports or suite.reports
        self._claims = {claim.outline.id: _Heard(claim.outline, {}, claim.why) for claim in missing}
        # A run is partial until it has finished: the last full ledger stays as it is.
        self._file = Growing(self.reports / PARTIAL / "verdicts.json")

    @property
    def suite(self) -> Suite:
        return self._suite

    @property
    def path(self) -> Path:
        """The ledger of the run while it goes on."""
        return self._file.path

    def open(self) -> None:
        """Write the ledger of what is complete so far, to which other claims are then added.

        It is called before any work, to find out whether the reports folder can be written.

        Raises:
            LedgerError: it cannot.
        """
        complete = [_record(heard) for heard in self._claims.values() if heard.complete]
        self._file.begin(msgspec.structs.replace(self._without_claims(), claims=complete))

    def hear(self, payload: Payload) -> ClaimRecord | None:
        """Note a reading; return the claim if all its readings and controls have reported.

        Raises:
            LedgerError: the reports folder cannot be written.
        """
        heard = self._claims.get(payload.outline.id)
        if heard is None or heard.why_missing is not None:  # another file has this claim, too
            heard = self._claims[payload.outline.id] = _Heard(payload.outline, {})
        was_complete = heard.complete
        heard.readings[payload.reading.name] = payload.reading
        record = self.complete(payload.outline.id)
        if self._learns(payload.bench) or was_complete or not self._file.begun:
            self.open()
        elif record is not None:
            self._file.add(record)
        return record

    def complete(self, id: str) -> ClaimRecord | None:
        """A claim, if all its readings and controls have reported."""
        heard = self._claims[id]
        return _record(heard) if heard.complete else None

    def finish(self, finished: str, steady: Sequence[str] = ()) -> Finished:
        """Write the ledger of the run, in a separate folder if any claim is missing.

        ``steady`` are digests of the kinds of experiments that are known to be steady.

        Raises:
            LedgerError: the reports folder cannot be written.
        """
        complete = {_absolute(heard.outline) for heard in self._claims.values() if heard.complete}
        partial = not classes_of(self._suite.folder) <= complete
        self._run = msgspec.structs.replace(
            self._run, finished=finished, partial=partial, steady=list(steady)
        )
        ledger = self.ledger()
        path = self._file.path if partial else self.reports / "verdicts.json"
        # Kept first: if interrupted in between, the last complete ledger exists twice.
        earlier = kept(path) if partial else keep(path)
        self._file.close()
        ledgers.write(ledger, path)
        if not partial:
            self._file.path.unlink(missing_ok=True)
            with suppress(OSError):  # the reports of an earlier partial run stay
                self._file.path.parent.rmdir()
        return Finished(ledger, path, earlier)

    def ledger(self) -> Ledger:
        """The ledger of what is known so far."""
        return arranged(self._without_claims(), map(_record, self._claims.values()))

    def _without_claims(self) -> Ledger:
        questions, sources = self._suite.questions, self._suite.sources
        return Ledger(self._run, list(questions.values()), list(sources.values()), [])

    def _learns(self, bench: Bench | None) -> bool:
        """Note how the lab's bench conforms, from the first process that reports it or finds a
        fault."""
        known = self._run.bench
        if bench is None or bench == known or (known is not None and not bench.wrong):
            return False
        self._run = msgspec.structs.replace(self._run, bench=bench)
        return True


def _why_incomplete(heard: _Heard) -> str:
    if heard.why_missing is not None:
        return heard.why_missing
    return why_not_run([name for name in heard.outline.cases if name not in heard.readings])


def _absolute(outline: Outline) -> str:
    return f"{outline.file}::{outline.nodeid.rpartition('::')[2]}"


def _record(heard: _Heard) -> ClaimRecord:
    outline = heard.outline
    readings = [heard.readings[name] for name in outline.cases if name in heard.readings]
    record = ClaimRecord(
        id=outline.id,
        question=question_of(outline.id),
        statement=outline.statement,
        verdict=None,
        why=_why_incomplete(heard),
        complete=heard.complete,
        correction=None if outline.correction is None else fill(outline.correction, readings),
        citations=outline.citations,
        location=outline.location,
        nodeid=outline.nodeid,
        command=outline.command,
        readings=readings,
        depends=outline.depends,
    )
    if record.results is None:
        return record
    found = verdict_of_claim(record.results)
    documentary = outline.documentary is not None
    why = BY_SOURCES[found.verdict] if documentary else why_of_claim(record, found)
    return msgspec.structs.replace(record, verdict=found.verdict.value, why=why)
