"""The rule about a second fit that should start afresh, but continues from trained weights."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from refute.keys.code.facts import Facts
from refute.keys.code.optimizers import name_of_optimizer
from refute.keys.code.rules.answers import Answer, Faulty, Fine, Unsure, rule
from refute.keys.code.rules.turns import CONTINUES, trained_further_by_turns
from refute.keys.code.values import Event, Made, Value, alike

_WHY = "compile keeps the weights, so this fit continues from them"

_COMPARES = re.compile(
    r"from scratch|\bafresh\b|\banew\b|\bbest\b|\bsearch|compar"
    r"|\bwhich (?:one|rate|(?:\w+ )?is better)\b",
    re.IGNORECASE,
)
"""Words of an author who compares trainings, which therefore have to start alike."""

_USUAL_RATES = {"sgd": 0.01, "adam": 0.001, "nadam": 0.001, "rmsprop": 0.001, "adamw": 0.001}
"""The learning rates of Keras if none is given."""


@dataclass
class _Training:
    """What has happened to a model: its last fit, and how it was compiled before and since."""

    fit: Event | None = None
    compiled: Event | None = None
    again: Event | None = None
    unfrozen: bool = False

    def fitted(self, fit: Event) -> None:
        self.compiled = self.again or self.compiled
        self.fit, self.again, self.unfrozen = fit, None, False


@rule(
    "code/model-trained-further",
    "a second fit continues from trained weights",
    severity="wrong",
    fix="Build a new model, or clone this one, before each training that should start afresh.",
)
def model_trained_further(facts: Facts) -> Iterator[Answer]:
    keras = {id(model.made) for model in facts.models if model.library == "keras"}
    trainings: dict[int, _Training] = defaultdict(_Training)
    for event in facts.trace.events:
        training = trainings[id(event.receiver)]
        if event.name.startswith("trainable"):
            for each in trainings.values():
                each.unfrozen = True
        elif id(event.receiver) not in keras:
            continue
        elif event.name == "compile":
            training.again = event
        elif event.name in ("set_weights", "load_weights"):
            training.fit = None
        elif event.name == "fit":
            yield from _judged(facts, training, event)
            training.fitted(event)
    yield from trained_further_by_turns(facts)


def _judged(facts: Facts, training: _Training, fit: Event) -> Iterator[Answer]:
    """Judge a fit by what happened to the model before, and by what the author says about it."""
    if training.fit is None:
        yield Fine(fit.place)
        return
    if training.again is None or training.unfrozen or "initial_epoch" in fit.kwargs:
        return
    around = _text_around(facts, training.fit, fit)
    if CONTINUES.search(around):
        return
    why = _may_be_meant(training, fit)
    if not (fit.certain and training.fit.certain):
        yield Unsure(fit.place, "it is unknown whether both fits happen")
    elif why and not _compares(facts, training.fit, fit, around, why):
        yield Unsure(fit.place, f"{why}: it may be meant to continue from the trained weights")
    else:
        yield Faulty(fit.place, _WHY)


def _compares(facts: Facts, before: Event, fit: Event, around: str, why: str) -> bool:
    """Whether the author compares the two fits: says so between them, or says so and shows both.

    After the first fit, a lower rate may be there to reach the "best" accuracy.
    """
    lower = why == _LOWER and fit.place != before.place

    def says_so(text: str) -> bool:
        text = re.sub(r"\bbest\b", "", text, flags=re.IGNORECASE) if lower else text
        return _COMPARES.search(text) is not None

    both_shown = facts.used(before.result) and facts.used(fit.result)
    return says_so(around) or (both_shown and says_so(facts.text(fit.block)))


_LOWER = "this fit has a lower learning rate"


def _may_be_meant(training: _Training, fit: Event) -> str | None:
    """Why a second fit may be meant to continue, although its author does not say so."""
    assert training.fit is not None
    assert training.again is not None
    if not alike(training.fit.argument("x", 0), fit.argument("x", 0)):
        return "this fit has other data"
    before = None if training.compiled is None else _rate(training.compiled)
    rate = _rate(training.again)
    if before is None or rate is None:
        return "the learning rates are unknown"
    if rate < before:
        return _LOWER
    if fit.place == training.fit.place:
        return None  # a loop over optimizers or rates
    if _optimizer(training.compiled) != _optimizer(training.again):
        return "this fit has another optimizer"
    return "the learning rate is as before" if rate == before else None


def _optimizer(compiled: Event | None) -> str | None:
    name = None if compiled is None else name_of_optimizer(compiled)
    return None if name is None else name.lower()


def _rate(compiled: Event) -> float | None:
    optimizer: Value = compiled.argument("optimizer", 0, "rmsprop")
    if isinstance(optimizer, Made):
        usual = _USUAL_RATES.get(optimizer.kind.rpartition(".")[2].lower())
        rate = optimizer.argument("learning_rate", 0, optimizer.kwargs.get("lr", usual))
    else:
        rate = _USUAL_RATES.get(optimizer.lower()) if isinstance(optimizer, str) else None
    return float(rate) if isinstance(rate, int | float) else None


def _text_around(facts: Facts, before: Event, fit: Event) -> str:
    """The headings of a fit, and what is written in its block since the fit before it."""
    block = facts.program.blocks[fit.block].block
    first, last = block.line, fit.place.line
    if before.block == fit.block and before.place.line < last:
        first = before.place.line + 1
    if fit.loops:
        last = block.line + len(block.lines)  # what follows the loop says what it was for
    lines = block.lines[first - block.line : last - block.line + 1]
    return "\n".join([*block.headings, *lines])
