"""The rule about metrics that get predictions and labels in the wrong order."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from refute.keys.code.facts import Facts
from refute.keys.code.places import place_of
from refute.keys.code.rules.answers import Answer, Faulty, Fine, rule
from refute.keys.code.syntax import assigned_once, called, nodes

_METRICS = (
    "confusion_matrix", "classification_report", "precision_score", "recall_score", "r2_score",
    "roc_auc_score", "roc_curve", "average_precision_score", "precision_recall_curve",
    "precision_recall_fscore_support", "from_predictions",
)  # fmt: skip
"""Functions that take the labels first, and whose result depends on it."""

_PREDICTED = re.compile(r"pred|y_?hat|prob|output", re.IGNORECASE)
_TRUE = re.compile(r"true|label|target|test|\by|gt\b", re.IGNORECASE)


@rule(
    "code/metric-arguments-swapped",
    "a metric gets the predictions first, then the labels",
    severity="error",
    fix="Give the labels first: confusion_matrix(y_true, y_pred).",
)
def metric_arguments_swapped(facts: Facts) -> Iterator[Answer]:
    given = assigned_once(facts)
    for call in nodes(facts, ast.Call):
        if called(call) not in _METRICS or len(call.args) < 2:
            continue
        first, second = (_with_source(part, given) for part in call.args[:2])
        if _is_predicted(first) and not _is_predicted(second) and _TRUE.search(second):
            yield Faulty(
                place_of(call), f"{ast.unparse(call.args[1])} are the labels, which come first"
            )
        elif _is_predicted(second) and not _is_predicted(first):
            yield Fine(place_of(call))


def _with_source(part: ast.expr, given: dict[str, ast.expr]) -> str:
    """An argument, and what computes it if that is a prediction."""
    name = ast.unparse(part)
    source = ast.unparse(given[name]) if name in given else ""
    return f"{name} {source}" if "predict(" in source else name


def _is_predicted(source: str) -> bool:
    """Whether an argument is a prediction by its name."""
    return _PREDICTED.search(source) is not None and not re.search(r"true|label", source)
