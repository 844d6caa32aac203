"""Rules about what callbacks watch: a value that exists, and which of its values are better."""

from __future__ import annotations

import re
from collections.abc import Iterator

from refute.keys.code.facts import Facts
from refute.keys.code.fitting import callbacks, validates
from refute.keys.code.metrics import adds_metrics, is_computed, metrics_by_fit
from refute.keys.code.rules.answers import Answer, Faulty, Fine, rule
from refute.keys.code.rules.histories import read_from_histories
from refute.keys.code.values import Made, Value

_CHECKPOINT = "keras.callbacks.ModelCheckpoint"
_WATCHING = {
    "keras.callbacks.EarlyStopping": (0, 4),
    "keras.callbacks.ReduceLROnPlateau": (0, 4),
    _CHECKPOINT: (1, 5),
}
"""Callbacks that watch a value, with the positions of ``monitor`` and ``mode``."""

_TO_GROW = r"(^|_)(acc|accuracy|auc|precision|recall|f1|f1_score)$"
_TO_FALL = r"(^|_)(loss|error|mse|mae|crossentropy)$"


@rule(
    "code/monitor-with-wrong-mode",
    "a callback that treats a higher loss, or a lower accuracy, as better",
    severity="wrong",
    fix='Leave mode at "auto", or set "max" for an accuracy and "min" for a loss.',
    local=True,
)
def monitor_with_wrong_mode(facts: Facts) -> Iterator[Answer]:
    for made in facts.trace.made:
        if (positions := _positions(made)) is None:
            continue
        monitor, mode = map(made.argument, ("monitor", "mode"), positions)
        better = _better(monitor)
        if better is None or mode not in ("min", "max"):
            continue
        if mode == better:
            yield Fine(made.place)
        else:
            lower = "lower" if mode == "min" else "higher"
            yield Faulty(made.place, f'mode="{mode}" treats a {lower} {monitor} as better')


def _positions(made: Made) -> tuple[int, int] | None:
    """The positions of ``monitor`` and ``mode``, ``None`` if an object decides nothing by them."""
    if made.is_a(_CHECKPOINT) and made.argument("save_best_only", 3) is not True:
        return None
    return next((at for name, at in _WATCHING.items() if made.is_a(name)), None)


def _better(monitor: Value) -> str | None:
    """Whether a monitored value should be as large or as small as possible, if its name says so."""
    name = "val_loss" if monitor is None else monitor
    if not isinstance(name, str) or "neg" in name:
        return None
    return "max" if re.search(_TO_GROW, name) else "min" if re.search(_TO_FALL, name) else None


@rule(
    "code/monitor-of-no-metric",
    "a callback watches, or a program reads, a value that training does not compute",
    severity="wrong",
    fix="Use val_loss, or a metric by the name that compile gives it: val_accuracy.",
)
def monitor_of_no_metric(facts: Facts) -> Iterator[Answer]:
    if adds_metrics(facts):
        return
    computed = metrics_by_fit(facts)
    for fit, metrics in computed.items():
        for callback in callbacks(fit):
            if not isinstance(callback, Made) or (positions := _positions(callback)) is None:
                continue
            monitor = callback.argument("monitor", positions[0], "val_loss")
            if not isinstance(monitor, str):
                continue
            if "Early" in callback.kind and metrics == ["loss"]:
                continue  # another rule tells
            plain = re.sub(r"_\d+$", "", monitor.removeprefix("val_"))  # auc_1, of a second model
            if not is_computed(plain, metrics):
                why = f"there is no {monitor}: training computes {', '.join(metrics)}"
                yield Faulty(callback.place, why)
            elif monitor.startswith("val_") and not validates(fit) and "Early" not in callback.kind:
                yield Faulty(callback.place, f"there is no {monitor} without validation data")
            else:
                yield Fine(callback.place)
    yield from read_from_histories(facts, computed)
