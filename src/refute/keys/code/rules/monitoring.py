"""Rules about what callbacks watch: a value that exists, and which of its values are better."""

from __future__ import annotations

import re
from collections.abc import Iterator

from refute.keys.code.facts import Facts
from refute.keys.code.fitting import callbacks, validation_data, validation_split
from refute.keys.code.models import is_keras_model
from refute.keys.code.rules.answers import Answer, Faulty, Fine, rule
from refute.keys.code.values import Event, Made, Sequence, Value

_WATCHING = {
    "keras.callbacks.EarlyStopping": (0, 4),
    "keras.callbacks.ReduceLROnPlateau": (0, 4),
    "keras.callbacks.ModelCheckpoint": (1, 5),
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
        for name, (monitor_at, mode_at) in _WATCHING.items():
            if not made.is_a(name):
                continue
            if name.endswith("Checkpoint") and made.argument("save_best_only", 3) is not True:
                continue
            monitor, mode = made.argument("monitor", monitor_at), made.argument("mode", mode_at)
            better = _better(monitor)
            if better is None or mode not in ("min", "max"):
                continue
            if mode == better:
                yield Fine(made.place)
            else:
                lower = "lower" if mode == "min" else "higher"
                yield Faulty(made.place, f'mode="{mode}" treats a {lower} {monitor} as better')


def _better(monitor: Value) -> str | None:
    """Whether a monitored value should be as large or as small as possible, if its name says so."""
    name = "val_loss" if monitor is None else monitor
    if not isinstance(name, str) or "neg" in name:
        return None
    return "max" if re.search(_TO_GROW, name) else "min" if re.search(_TO_FALL, name) else None


@rule(
    "code/monitor-of-no-metric",
    "a callback watches a value that training does not compute",
    severity="wrong",
    fix="Watch val_loss, or a metric by the name that compile gives it: val_accuracy.",
)
def monitor_of_no_metric(facts: Facts) -> Iterator[Answer]:
    for fit in facts.fits:
        compiled = [e for e in facts.events(fit.receiver, "compile") if e.place < fit.place]
        metrics = _metrics(compiled[-1]) if compiled else None
        if metrics is None or not is_keras_model(fit.receiver):
            continue
        validates = validation_data(fit) is not None or validation_split(fit) is not None
        for callback in callbacks(fit):
            monitor = _monitored(callback)
            if monitor is None or not isinstance(callback, Made):
                continue
            if "Early" in callback.kind and compiled[-1].argument("metrics", 2) is None:
                continue  # another rule tells
            plain = re.sub(r"_\d+$", "", monitor.removeprefix("val_"))  # auc_1, of a second model
            if plain not in metrics and not any(plain.endswith(f"_{name}") for name in metrics):
                yield Faulty(callback.place, f"there is no {monitor}: {_names(metrics)}")
            elif monitor.startswith("val_") and not validates and "Early" not in callback.kind:
                yield Faulty(callback.place, f"there is no {monitor} without validation data")
            else:
                yield Fine(callback.place)


def _names(metrics: list[str]) -> str:
    return f"training computes {', '.join(metrics)}"


def _monitored(callback: Value) -> str | None:
    """The name of what one of Keras's callbacks watches, if it is known and decides anything."""
    if not isinstance(callback, Made):
        return None
    for name, (at, _) in _WATCHING.items():
        if callback.is_a(name) and (
            not name.endswith("Checkpoint") or callback.argument("save_best_only", 3) is True
        ):
            monitor = callback.argument("monitor", at, "val_loss")
            return monitor if isinstance(monitor, str) else None
    return None


def _metrics(compiled: Event) -> list[str] | None:
    """The names of what training computes, ``None`` if they are unknown or depend on outputs."""
    given = compiled.argument("metrics", 2, Sequence([]))
    weighted = compiled.argument("weighted_metrics", 4)
    if not isinstance(given, Sequence) or not given.complete or weighted is not None:
        return None
    named = ["loss"]
    for metric in given.items:
        if isinstance(metric, Made):
            metric = metric.kwargs.get("name", _snake(metric.kind.rpartition(".")[2]))
        if not isinstance(metric, str) or (metric.lower() != metric):
            return None  # classes by name are called otherwise by each version
        named.append(metric)
    return named


def _snake(name: str) -> str:
    """The name that Keras gives an object of a class."""
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()
