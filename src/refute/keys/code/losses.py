"""Which calls of a program are losses, and what they compare."""

from __future__ import annotations

import re
from collections.abc import Iterator

from refute.keys.code.facts import Facts
from refute.keys.code.models import Model
from refute.keys.code.values import Event, Made, Term


def losses(facts: Facts) -> Iterator[Event]:
    """Yield the calls that by their name are losses of Keras or torch."""
    for call in (*facts.trace.events, *facts.trace.calls):
        is_call = call.name == "()" if isinstance(call.receiver, Made) else call.receiver is None
        if call.args and is_call and re.search(r"loss|entropy", name_of_loss(call), re.I):
            yield call


def name_of_loss(call: Event) -> str:
    """The full name of the class or function that a call is of."""
    return call.receiver.kind if isinstance(call.receiver, Made) else call.name


def meets_labels(facts: Facts, model: Model) -> bool:
    """Whether a model's own output is compared with labels: it is fitted, or a loss takes it."""
    if model.library == "keras":
        return bool(facts.events(model.made, "fit"))
    return any(
        isinstance(call.args[0], Term) and call.args[0].operands[:1] == (model.made,)
        for call in losses(facts)
    )
