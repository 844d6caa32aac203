"""Rules about what callbacks watch: a value that exists, and which of its values are better.

What a program reads from the history of a training exists under the same names.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from refute.keys.code.facts import Facts
from refute.keys.code.fitting import (
    callbacks,
    may_do_anything,
    validation_data,
    validation_split,
)
from refute.keys.code.models import is_keras_model
from refute.keys.code.rules.answers import Answer, Faulty, Fine, Severity, rule
from refute.keys.code.values import Class, Event, Made, Method, Sequence, Term, Value, walk

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
    "a callback watches, or a program reads, a value that training does not compute",
    severity="wrong",
    fix="Use val_loss, or a metric by the name that compile gives it: val_accuracy.",
)
def monitor_of_no_metric(facts: Facts) -> Iterator[Answer]:
    if _adds_metrics(facts):
        return
    for fit in facts.fits:
        metrics = _metrics_of(facts, fit)
        if metrics is None:
            continue
        validates = validation_data(fit) is not None or validation_split(fit) is not None
        for callback in callbacks(fit):
            monitor = _monitored(callback)
            if monitor is None or not isinstance(callback, Made):
                continue
            if "Early" in callback.kind and metrics == ["loss"]:
                continue  # another rule tells
            plain = re.sub(r"_\d+$", "", monitor.removeprefix("val_"))  # auc_1, of a second model
            if plain not in metrics and not any(plain.endswith(f"_{name}") for name in metrics):
                yield Faulty(callback.place, f"there is no {monitor}: {_names(metrics)}")
            elif monitor.startswith("val_") and not validates and "Early" not in callback.kind:
                yield Faulty(callback.place, f"there is no {monitor} without validation data")
            else:
                yield Fine(callback.place)
    yield from _read_from_histories(facts)


_OLD_NAMES = r"tensorflow\s*(==|version)?\s*1\.|keras\s*(==|version)?\s*(1|2\.[0-2])\b"
_OLD_CODE = r"\bnp_utils\b|\bfit_generator\b|\blr\s*="
"""What a program for a version before Keras 2.3 may say, which called an accuracy acc."""


def _read_from_histories(facts: Facts) -> Iterator[Answer]:
    """Judge the names by which a program reads the history of one of its trainings."""
    items = [(term, fit) for term in facts.terms if (fit := _fit_of(facts, term)) is not None]
    set_keys = _keys_set(facts) if items and not facts.mentions(_OLD_NAMES) else None
    if set_keys is None:
        return
    metrics_of = {fit: _metrics_of(facts, fit) for _, fit in items}
    old = facts.mentions(_OLD_CODE)
    for term, fit in items:
        key, metrics = term.operands[-1], metrics_of[fit]
        if metrics is None or not isinstance(key, str) or key in set_keys:
            continue
        plain = key.removeprefix("val_")
        validates = validation_data(fit) is not None or validation_split(fit) is not None
        of_output = any(plain.endswith(f"_{name}") for name in metrics)
        if plain in _KEPT or (plain not in metrics and plain[-1:].isdigit()):
            continue
        if plain not in metrics and not of_output:
            severity: Severity = "note" if old and plain == "acc" else "error"
            yield Faulty(term.place, f"the history has no {key}: {_names(metrics)}", severity)
        elif key.startswith("val_") and not validates:
            why = f"the history has no {key} without validation data"
            yield Faulty(term.place, why, "error")
        else:
            yield Fine(term.place)


def _metrics_of(facts: Facts, fit: Event) -> list[str] | None:
    """The names of what a fit computes, ``None`` if they are unknown.

    They are those of the last compile before it that is certain, and of all that may come later.
    """
    compiled = [e for e in facts.events(fit.receiver, "compile") if e.order < fit.order]
    certain = [at for at, event in enumerate(compiled) if event.certain]
    compiled = compiled[certain[-1] if certain else 0 :]
    if not compiled or not _is_plain(fit):
        return None
    named: list[str] = []
    for event in compiled:
        metrics = _metrics(event)
        if metrics is None:
            return None
        named += metrics
    return list(dict.fromkeys(named))


def _is_plain(fit: Event) -> bool:
    """Whether a fit is Keras's own, with callbacks that write nothing into its history."""
    model = fit.receiver
    if not is_keras_model(model) or any(map(may_do_anything, callbacks(fit))):
        return False
    own = model.callee if isinstance(model.callee, Class) else None
    changed = ("train_step", "test_step", "metrics", "compile", "fit", "compute_metrics")
    return own is None or all(own.member(name) is None for name in changed)


def _adds_metrics(facts: Facts) -> bool:
    """Whether layers may have metrics of their own, which compile does not name."""
    compiled = [e for e in facts.trace.events if e.name == "compile"]
    seen: set[int] = set()
    values = (value for e in compiled for value in (*e.args, *e.kwargs.values()))
    given = {id(part) for value in values for part in walk(value, seen)}
    others = (made for made in facts.trace.made if id(made) not in given)
    return facts.mentions(r"\badd_metric\b") or any(map(_is_metric, others))


def _is_metric(made: Made) -> bool:
    names = made.callee.names() if isinstance(made.callee, Class) else [made.kind]
    return any(name.startswith("keras.metrics.") for name in names)


def _fit_of(facts: Facts, term: Term) -> Event | None:
    """The fit whose history a term is an item of: of its result, or of a model fitted once."""
    if term.operation != "item" or not isinstance(term.operands[0], Method):
        return None
    owner, name = term.operands[0].owner, term.operands[0].name
    model = owner.owner if isinstance(owner, Method) and owner.name == "history" else None
    fits = [fit for fit in facts.fits if fit.result is owner or fit.receiver is model]
    return fits[0] if name == "history" and len(fits) == 1 else None


_KEPT = ("lr", "learning_rate")
"""What callbacks of Keras write into the history; the name depends on the version."""


def _keys_set(facts: Facts) -> set[str] | None:
    """The keys that a program sets itself, ``None`` if it asks which keys there are."""
    nodes = [node for block in facts.program.blocks for node in ast.walk(block.tree)]
    if any(map(_asks, nodes)):
        return None
    items = (n for n in nodes if isinstance(n, ast.Subscript) and isinstance(n.ctx, ast.Store))
    keys = (item.slice.value for item in items if isinstance(item.slice, ast.Constant))
    return {key for key in keys if isinstance(key, str)}


_ASKING = r"(acc|loss|_).*['\"] (not )?in | in .*(hist|logs|keys\(|\bh\b)"


def _asks(node: ast.AST) -> bool:
    """Whether a node catches a key that is missing, or looks for one in a history."""
    if isinstance(node, ast.ExceptHandler):
        return node.type is None or re.search("Key|Exception", ast.unparse(node.type)) is not None
    source = ast.unparse(node) if isinstance(node, ast.Compare) else ""
    return re.search(_ASKING, source, re.I) is not None


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
            metric = _name_of_metric(metric)
        if not isinstance(metric, str) or (metric.lower() != metric):
            return None  # classes by name are called otherwise by each version
        named.append(metric)
    return named


_OTHER_NAMES = {"LogCoshError": "logcosh", "FBetaScore": "fbeta_score"}
"""Metrics of Keras whose names are not made of the names of their classes."""


def _name_of_metric(metric: Made) -> Value:
    """The name of a metric's values, ``None`` if its class is not one of Keras's."""
    if not metric.kind.startswith("keras.metrics.") or "**" in metric.kwargs:
        return None
    cls = metric.kind.rpartition(".")[2]
    if any(isinstance(value, str) for value in metric.args):  # their first argument is the name
        return metric.args[0] if cls.endswith(("Accuracy", "Error", "Crossentropy")) else None
    return metric.kwargs.get("name") or _OTHER_NAMES.get(cls, _snake(cls))


def _snake(name: str) -> str:
    """The name that Keras gives an object of a class."""
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()
