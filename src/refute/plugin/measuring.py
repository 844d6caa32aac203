"""Measured claims: replicates against a region, look by look."""

from __future__ import annotations

from collections.abc import Callable

from refute.decision.counts import settle
from refute.decision.outcome import Outcome
from refute.decision.regions import Region
from refute.decision.samples import MeasurementError, Sample
from refute.decision.table import Table
from refute.engine.engine import Archive, Engine, Measurement
from refute.ledger import Measured, Reused
from refute.plugin.evidence import measured, quantity_record
from refute.plugin.interrupts import INTERRUPTS
from refute.plugin.progress import Progress
from refute.quantity import Quantity, Within


class Measure:
    """The ``measure`` fixture: measures one quantity against the region that the claim names."""

    def __init__(
        self,
        engine: Engine,
        table: Table,
        progress: Progress,
        archive: Archive | None = None,
        meanwhile: Callable[[], None] = lambda: None,
    ) -> None:
        self._engine, self._table, self._archive = engine, table, archive
        self._progress, self._meanwhile = progress, meanwhile
        self.result: tuple[Outcome, Measured] | None = None
        self.reused: Reused | None = None
        self.seconds = 0.0
        """Work that was done before this check ran does not belong to a single check."""

    def __call__(self, quantity: Quantity, *, claimed: Region) -> None:
        """Run replicates until the region is settled or the table's looks are spent.

        Args:
            quantity: one value per replicate.
            claimed: the region that the words of the claim name.

        Raises:
            TypeError: this check has measured already, or region and quantity do not match.
            MeasurementError: a replicate measured NaN.
        """
        if self.result is not None:
            raise TypeError("one measure per check: this one has measured already")
        refuse_misfits(quantity, claimed)

        last: Measurement | None = None

        def draw(n: int) -> Sample:
            nonlocal last
            self._progress.look(n)
            last = self._engine.measure(quantity, n, self._chunks, self._archive)
            return last.sample

        try:
            decision, sample = settle(draw, claimed, self._table, self._progress.decided)
        except MeasurementError as error:
            raise MeasurementError(f"{quantity.name}: {error}") from None
        assert last is not None
        self.reused = last.reused
        self.result = (
            decision.outcome,
            measured(quantity_record(quantity), claimed, decision, sample, last.series),
        )

    def _chunks(self, done: int, of: int) -> None:
        INTERRUPTS.raise_again()
        self._progress.chunks(done, of)
        self._meanwhile()


def refuse_misfits(quantity: object, claimed: object) -> None:
    """Refuse what cannot be measured, before anything is run.

    Raises:
        TypeError: no quantity, no region, or a region for another kind of quantity.
    """
    if not isinstance(quantity, Quantity):
        raise TypeError(
            f"measure({quantity!r}, ...): a quantity is needed, with one value per "
            "replicate, such as steps_to_loss(dropout=0.5) / steps_to_loss(dropout=0)"
        )
    refuse_no_region(claimed)
    assert isinstance(claimed, Region)
    if (claimed.of == "proportion") != isinstance(quantity, Within):
        raise TypeError(
            f"{claimed.words!r} is about a {claimed.of}: "
            "use .within(region) on the quantity for a proportion, and only then"
        )


def refuse_no_region(claimed: object) -> None:
    """Refuse what is not a region.

    Raises:
        TypeError: it is something else.
    """
    if not isinstance(claimed, Region):
        raise TypeError(
            f"claimed={claimed!r}: a region is needed, such as a word of refute.wording gives: "
            "claimed=roughly(2)"
        )
