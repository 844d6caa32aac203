"""The rule about callbacks that take the best value of what they watch for the worst."""

from __future__ import annotations

import re
from collections.abc import Iterator

from refute.keys.code.facts import Facts
from refute.keys.code.rules.answers import Answer, Faulty, Fine, rule
from refute.keys.code.values import Value

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
    "a callback that takes a higher loss, or a lower accuracy, for better",
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
                yield Faulty(made.place, f'mode="{mode}" takes a {lower} {monitor} for better')


def _better(monitor: Value) -> str | None:
    """Whether a monitored value should be as large or as small as possible, if its name says so."""
    name = "val_loss" if monitor is None else monitor
    if not isinstance(name, str) or "neg" in name:
        return None
    return "max" if re.search(_TO_GROW, name) else "min" if re.search(_TO_FALL, name) else None
