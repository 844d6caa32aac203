"""The check of what a program reads from the histories of its trainings in Keras."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator

from refute.keys.code.facts import Facts
from refute.keys.code.fitting import validates
from refute.keys.code.metrics import is_computed
from refute.keys.code.rules.answers import Answer, Faulty, Fine, Severity
from refute.keys.code.syntax import nodes
from refute.keys.code.values import Event, Method, Term

_OLD_NAMES = r"tensorflow\s*(==|version)?\s*1\.|keras\s*(==|version)?\s*(1|2\.[0-2])\b"
_OLD_CODE = r"\bnp_utils\b|\bfit_generator\b|\blr\s*="
"""What a program may say for a version before Keras 2.3, which called an accuracy ``acc``."""

_KEPT = ("lr", "learning_rate")
"""What callbacks of Keras write into the history; the name depends on the version."""


def read_from_histories(facts: Facts, computed: dict[Event, list[str]]) -> Iterator[Answer]:
    """Judge the names by which a program reads the histories of its trainings.

    ``computed`` are the names of what each fit computes, where they are known.
    """
    items = [(term, fit) for term, fit in _items(facts) if fit in computed]
    set_keys = _keys_set(facts) if items and not facts.mentions(_OLD_NAMES) else None
    if set_keys is None:
        return
    old = facts.mentions(_OLD_CODE)
    for term, fit in items:
        key, metrics = term.operands[-1], computed[fit]
        if not isinstance(key, str) or key in set_keys:
            continue
        plain = key.removeprefix("val_")
        if plain in _KEPT or (plain not in metrics and plain[-1:].isdigit()):
            continue
        if not is_computed(plain, metrics):
            severity: Severity = "note" if old and plain == "acc" else "error"
            why = f"the history has no {key}: training computes {', '.join(metrics)}"
            yield Faulty(term.place, why, severity)
        elif key.startswith("val_") and not validates(fit):
            why = f"the history has no {key} without validation data"
            yield Faulty(term.place, why, "error")
        else:
            yield Fine(term.place)


def _items(facts: Facts) -> Iterator[tuple[Term, Event]]:
    """Yield the items of histories, each with its fit.

    A history is an attribute of what a fit returns, or of a model that is fitted once.
    """
    by_result = {id(fit.result): fit for fit in facts.fits}
    by_model: dict[int, list[Event]] = defaultdict(list)
    for fit in facts.fits:
        by_model[id(fit.receiver)].append(fit)
    for term in facts.terms:
        match term:
            case Term("item", (Method(Method(model, "history"), "history"), _)):
                fits = by_model.get(id(model), [])
            case Term("item", (Method(result, "history"), _)):
                fits = [by_result[id(result)]] if id(result) in by_result else []
            case _:
                continue
        if len(fits) == 1:
            yield term, fits[0]


def _keys_set(facts: Facts) -> set[str] | None:
    """The keys that a program sets itself, ``None`` if it asks which keys there are."""
    if any(map(_asks, nodes(facts, ast.AST))):
        return None
    items = (item for item in nodes(facts, ast.Subscript) if isinstance(item.ctx, ast.Store))
    keys = (item.slice.value for item in items if isinstance(item.slice, ast.Constant))
    return {key for key in keys if isinstance(key, str)}


_ASKING = r"(acc|loss|_).*['\"] (not )?in | in .*(hist|logs|keys\(|\bh\b)"


def _asks(node: ast.AST) -> bool:
    """Whether a node catches a key that is missing, or looks for one in a history."""
    if isinstance(node, ast.ExceptHandler):
        return node.type is None or re.search("Key|Exception", ast.unparse(node.type)) is not None
    source = ast.unparse(node) if isinstance(node, ast.Compare) else ""
    return re.search(_ASKING, source, re.I) is not None
