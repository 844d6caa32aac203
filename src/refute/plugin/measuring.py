"""Measured claims: replicates against a region, look by look."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from refute.decision.counts import settle
from refute.decision.outcome import Outcome
from refute.decision.regions import Region
from refute.decision.samples import MeasurementError, Sample
from refute.engine.engine import Archive, Engine
from refute.ledger import Measured, Reused
from refute.plugin.evidence import measured, quantity_record
from refute.plugin.progress import Progress
from refute.quantity import Quantity, Within


class Measure:
    """The ``measure`` fixture: measures one quantity against the region that the claim names."""

    def __init__(
        self,
        engine: Engine,
        looks: Sequence[int],
        progress: Progress,
        archive: Archive | None = None,
        meanwhile: Callable[[], None] = lambda: None,
    ) -> None:
        self._engine, self._looks, self._archive = engine, looks, archive
        self._progress, self._meanwhile = progress, meanwhile
        self.result: tuple[Outcome, Measured] | None = None
        self.reused: Reused | None = None

    def __call__(self, quantity: Quantity, *, claimed: Region) -> None:
        """Run replicates until the region is settled or the looks are spent.

        Args:
            quantity: one value per replicate.
            claimed: the region that the words of the claim name.

        Raises:
            TypeError: this check has measured already, or region and quantity do not fit.
            MeasurementError: a replicate measured NaN.
        """
        if self.result is not None:
            raise TypeError("one measure per check: this one has measured already")
        if (claimed.of == "proportion") != isinstance(quantity, Within):
            raise TypeError(
                f"{claimed.words!r} speaks of a {claimed.of}: "
                "use .within(region) on the quantity for a proportion, and only then"
            )

        def draw(n: int) -> Sample:
            self._progress.look(n)
            return self._engine.sample(quantity, n, self._chunks, self._archive)

        try:
            decision, sample = settle(draw, claimed, self._looks, told=self._progress.decided)
        except MeasurementError as error:
            raise MeasurementError(f"{quantity.name}: {error}") from error
        series = self._engine.series(quantity, decision.n)
        self.reused = self._engine.reused(quantity, decision.n)
        self.result = (
            decision.outcome,
            measured(quantity_record(quantity), claimed, decision, sample, series),
        )

    def _chunks(self, done: int, of: int) -> None:
        self._progress.chunks(done, of)
        self._meanwhile()
