"""Measured claims: replicates against a region, look by look."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from refute.decision.counts import Decision, settle
from refute.decision.outcome import Outcome
from refute.decision.regions import Region
from refute.decision.samples import MeasurementError, Sample
from refute.engine.engine import Archive, Engine
from refute.ledger import (
    ArmRecord,
    EdgeRecord,
    Measured,
    Number,
    QuantityRecord,
    RegionRecord,
    Reused,
    number,
)
from refute.plugin.plotting import series_record, short
from refute.plugin.progress import Progress
from refute.quantity import Difference, Quantity, Ratio, Series, Within


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


def quantity_record(quantity: Quantity) -> QuantityRecord:
    """What is measured, as the ledger keeps it."""
    match quantity:
        case Within():
            of = quantity_record(quantity.quantity)
            return QuantityRecord("share", of.what, of.unit, of.arms, of, quantity.region.words)
        case Ratio() | Difference():
            kind: Literal["ratio", "difference"]
            kind = "ratio" if isinstance(quantity, Ratio) else "difference"
            arms = [ArmRecord(arm.name, arm.setting) for arm in (quantity.one, quantity.other)]
            return QuantityRecord(kind, quantity.what, quantity.unit, arms)
    return QuantityRecord(
        "value", quantity.what, quantity.unit, [ArmRecord(quantity.name, quantity.setting)]
    )


def measured(
    quantity: QuantityRecord,
    claimed: Region,
    decision: Decision,
    sample: Sample,
    series: Sequence[Series] = (),
    *,
    timed: bool = False,
) -> Measured:
    """The evidence of a decision, as the ledger keeps it."""
    return Measured(
        quantity=quantity,
        region=RegionRecord(
            claimed.words,
            None if claimed.low is None else float(claimed.low),
            None if claimed.high is None else float(claimed.high),
            claimed.low_open,
            claimed.high_open,
            claimed.of,
        ),
        n=decision.n,
        estimate=number(decision.estimate),
        low=number(decision.low),
        high=number(decision.high),
        edges=[
            EdgeRecord(
                float(count.edge.value), count.edge.side, count.edge.open, count.wrong,
                count.within, count.allowed_wrong, count.allowed_within, count.settled,
            )
            for count in decision.counts
        ],
        capped=sample.capped,
        needed=decision.needed,
        values=_values(sample),
        series=[series_record(one) for one in series],
        timed=timed,
    )  # fmt: skip


def _values(sample: Sample) -> list[Number | list[Number]]:
    """Each replicate's number, or its bounds where a cap hides it; to plot, so six digits."""
    values: list[Number | list[Number]] = []
    for low, high in zip(sample.lower / sample.scale, sample.upper / sample.scale, strict=True):
        if low == high:
            values.append(short(low))
        else:
            values.append([short(low), short(high)])
    return values
