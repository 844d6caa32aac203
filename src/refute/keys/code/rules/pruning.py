"""The rule about pruning by TensorFlow's toolkit."""

from __future__ import annotations

from collections.abc import Iterator

from refute.keys.code.facts import Facts
from refute.keys.code.fitting import callbacks, may_do_anything
from refute.keys.code.rules.answers import Answer, Faulty, Fine, Unsure, rule
from refute.keys.code.values import Made, Name, Value, callee


@rule(
    "code/pruning-without-its-callback",
    "a model wrapped for pruning is fitted without UpdatePruningStep",
    severity="error",
    fix="Pass callbacks=[tfmot.sparsity.keras.UpdatePruningStep()] to fit.",
)
def pruning_without_its_callback(facts: Facts) -> Iterator[Answer]:
    for fit in facts.fits:
        if not _is_pruned(fit.receiver):
            continue
        given = callbacks(fit)
        if any(_is_named(part, "UpdatePruningStep") for part in given):
            yield Fine(fit.place)
        elif any(may_do_anything(p) and not _is_named(p, "PruningSummaries") for p in given):
            yield Unsure(fit.place, "the callbacks are unknown")
        else:
            yield Faulty(fit.place, "without UpdatePruningStep, fit stops with an error")


def _is_pruned(model: Value) -> bool:
    called = callee(model)
    return isinstance(called, Name) and called.dotted.endswith(".prune_low_magnitude")


def _is_named(part: Value, name: str) -> bool:
    return isinstance(part, Made) and part.kind.endswith(f".{name}")
