"""The rule about predictions that are compared with labels in another order."""

from __future__ import annotations

from collections.abc import Iterator

from refute.keys.code.facts import Facts
from refute.keys.code.labels import generated
from refute.keys.code.rules.answers import Answer, Faulty, Fine, rule
from refute.keys.code.values import Element, Method, Term, Value, alike, walk


@rule(
    "code/predictions-in-another-order",
    "predictions for shuffled data are compared with labels in their first order",
    severity="error",
    fix="Pass shuffle=False where the test data are loaded.",
)
def predictions_in_another_order(facts: Facts) -> Iterator[Answer]:
    for part in facts.with_uncalled:
        labelled = list(_labelled(part))
        for event in part.trace.events:
            if event.name != "predict" or not event.args:
                continue
            source = generated(event.args[0])
            if source is None or not any(alike(source, other) for other in labelled):
                continue
            shuffle = dict(source.kwargs).get("shuffle", True)
            if shuffle is True and "**" not in dict(source.kwargs):
                yield Faulty(event.place, "these data come in a new order each time")
            elif shuffle is False:
                yield Fine(event.place)


def _labelled(facts: Facts) -> Iterator[Term]:
    """Yield the data from folders whose labels a program takes by themselves, all of them."""
    events = (*facts.trace.events, *facts.trace.calls)
    joining = [event for event in events if event.name.rpartition(".")[2] in _JOINING]
    joined = {id(part) for event in joining for part in walk((event.args, *event.kwargs.values()))}
    given = [value for event in events for value in (*event.args, *event.kwargs.values())]
    seen: set[int] = set()
    for value in (*given, *facts.trace.comparisons, *facts.trace.scope.names.values()):
        for part in walk(value, seen):
            if isinstance(part, Method) and part.name in ("classes", "labels"):
                source = generated(part.owner)
            elif isinstance(part, Element) and part.path == (1,) and id(part) in joined:
                source = None if _is_cut(part.of) else generated(part.of)
            else:
                continue
            if source is not None:
                yield source


_JOINING = ("concatenate", "concat", "hstack", "array", "extend", "append")


def _is_cut(data: Value) -> bool:
    """Whether a dataset has only some of the batches of what it was made from."""
    return any(
        isinstance(p, Term) and p.operands[1:2] in (("take",), ("skip",)) for p in walk(data)
    )
