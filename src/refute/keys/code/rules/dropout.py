"""Rules about dropout outside Monte Carlo passes, and about evaluation in training mode."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from refute.keys.code.facts import Facts
from refute.keys.code.layers import DROPOUTS, WITH_MODES
from refute.keys.code.losses import meets_labels
from refute.keys.code.models import Model
from refute.keys.code.modes import has_modes, is_handed_on, torch_models, with_modes
from refute.keys.code.places import place_of
from refute.keys.code.repeating import predicts_repeatedly, repeats
from refute.keys.code.rules.answers import Answer, Evidence, Faulty, Fine, Unsure, rule
from refute.keys.code.syntax import called, functions, nodes
from refute.keys.code.values import Argument, Class, Event, Method, known

_ON_PURPOSE = r"mc|monte|bayes|always|stochastic"

_SAYS_WHY = r"monte.?carlo|\bmc.?dropout|bayesian|\buncertaint|\bepistemic|\bpix2pix|\bgenerator\b"
"""Words of an author who wants random predictions, as generators of images have them, too."""


@rule(
    "code/dropout-rate-out-of-range",
    "a dropout rate that is not between 0 and 1",
    severity="error",
    fix="Give the rate as a fraction: 0.1 for 10 %.",
    local=True,
)
def dropout_rate_out_of_range(facts: Facts) -> Iterator[Answer]:
    in_models = [layer for model in facts.models for layer in model.layers]
    for layer in [*facts.layers, *(layer for layer in in_models if layer.made is None)]:
        if layer.kind not in DROPOUTS:
            continue
        if not known(layer.rate) or isinstance(layer.rate, str | tuple) or layer.rate is None:
            yield Unsure(layer.place, "the dropout rate is unknown")
        elif layer.rate == 1:
            yield Faulty(layer.place, "a dropout rate of 1 drops everything", "wrong")
        elif not 0 <= layer.rate < 1:
            yield Faulty(layer.place, f"a dropout rate of {layer.rate} is not between 0 and 1")
        else:
            yield Fine(layer.place)


@rule(
    "code/functional-dropout-always-on",
    "dropout that stays on at inference",
    severity="wrong",
    fix="In Keras, leave out training=True; in torch, pass training=self.training, or use a layer.",
    evidence=(Evidence("dropout/off-at-inference", "bare function call, flag forgotten"),),
)
def functional_dropout_always_on(facts: Facts) -> Iterator[Answer]:
    for model in facts.models:
        if facts.step(model.block) == "e" or _is_random_on_purpose(facts, model):
            continue
        for layer in model.layers:
            if layer.kind not in DROPOUTS or layer.training is None:
                continue
            flag = layer.training
            if flag is True and not (layer.made and isinstance(layer.made.callee, Class)):
                after = "in predict() too" if model.library == "keras" else "even after eval()"
                yield Faulty(layer.place, f"this dropout stays on at inference, {after}")
            elif flag is False or (isinstance(flag, Method) and flag.name == "training"):
                yield Fine(layer.place)
            elif flag is not True:
                yield Unsure(layer.place, "the training flag is unknown")


def _is_random_on_purpose(facts: Facts, model: Model) -> bool:
    """Whether the author says so, or the program predicts several times as Monte Carlo does."""
    owner = model.made.callee
    if isinstance(owner, Class) and re.search(_ON_PURPOSE, owner.name, re.I):
        return True
    if re.search(_SAYS_WHY, facts.text(model.block), re.I):
        return True
    has_always_on = any(layer.training is True for layer in model.layers)
    return has_always_on and predicts_repeatedly(facts, model)


@rule(
    "code/evaluated-in-training-mode",
    "a model with dropout or batch normalization is evaluated in training mode",
    severity="wrong",
    fix="Call model.eval() before the evaluation and model.train() after it.",
    evidence=(
        Evidence("dropout/off-at-inference", "dropout layers, training mode"),
        Evidence("mc/training-flag-only-dropout", "later predictions, batch normalization"),
    ),
)
def evaluated_in_training_mode(facts: Facts) -> Iterator[Answer]:
    places = {made.place for made in facts.trace.made}
    models = [(part, model) for part in facts.with_uncalled for model in part.models]
    for part, model in models:
        if model.library != "torch" or not has_modes(model):
            continue
        if part is not facts and model.place in places:
            continue  # its mode is unknown when the function is called
        for event, training in with_modes(part.events(model.made)):
            if event.name != "()" or not _is_evaluation(part, event):
                continue
            if training is None or (training and model.made.escaped):
                yield Unsure(event.place, "the mode of the model is unknown")
            elif training:
                yield Faulty(event.place, _STILL_TRAINING)
            else:
                yield Fine(event.place)
    yield from (*_evaluated_in_functions(facts), *_measured_in_training(facts))


def _evaluated_in_functions(facts: Facts) -> Iterator[Answer]:
    """Report evaluations after ``train()`` in functions that the program never calls.

    A model that is an argument may be any that the program defines, so all must have modes.
    """
    for part in facts.with_uncalled[1:]:
        of_torch = [model for model in part.models if model.library == "torch"]
        if not of_torch or not all(map(has_modes, of_torch)):
            continue
        for model, _ in torch_models(part):
            if not isinstance(model, Argument) or is_handed_on(part, model):
                continue
            for event, training in with_modes(part.events(model), mode=None):
                if event.name == "()" and training and _is_evaluation(part, event):
                    yield Faulty(event.place, _STILL_TRAINING)


def _measured_in_training(facts: Facts) -> Iterator[Answer]:
    """Report outputs of Keras models in training mode that a metric takes, but no gradient."""
    updates = [event for event in facts.trace.events if event.name == "update_state"]
    measured = {id(argument) for event in updates for argument in event.args}
    for model in facts.models:
        if model.library != "keras" or not any(layer.kind in WITH_MODES for layer in model.layers):
            continue
        for event in facts.events(model.made, "()"):
            if id(event.result) in measured and not facts.trains(event.result):
                if event.kwargs.get("training") is True:
                    yield Faulty(event.place, "the model is in training mode here")
                else:
                    yield Fine(event.place)


_STILL_TRAINING = "the model is still in training mode here: call eval() first"


def _is_evaluation(facts: Facts, event: Event) -> bool:
    """Whether classes are taken from an output, neither to train nor as a Monte Carlo pass."""
    judged = facts.compared(event.result) or facts.decided(event.result)
    if not judged or facts.trains(event.result):
        return False
    return not (facts.collected(event.result) and repeats(facts, event))


@rule(
    "code/dropout-of-kept-share",
    "a dropout layer gets the share of units to keep, instead of the one to drop",
    severity="wrong",
    fix="Write Dropout(1 - keep_prob).",
    local=True,
)
def dropout_of_kept_share(facts: Facts) -> Iterator[Answer]:
    own = {each.name for each in (*functions(facts), *nodes(facts, ast.ClassDef))}
    for call in nodes(facts, ast.Call):
        name = called(call)
        if name in own or not re.fullmatch(r"(Alpha)?Dropout[123]?d?|dropout", name):
            continue  # what the program defines itself may take the share to keep
        named = [each.value for each in call.keywords if "keep" not in (each.arg or "")]
        given = [ast.unparse(value) for value in (*call.args, *named)]
        kept = [source for source in given if re.search(r"\bkeep(_|\b|p)|(^|_)keep_", source, re.I)]
        if kept and not re.search(r"1(\.0?)? *-", kept[0]):
            yield Faulty(place_of(call), f"{kept[0]} is the share to keep, but it is dropped")
        elif kept:
            yield Fine(place_of(call))


@rule(
    "code/dropout-behind-output",
    "dropout after the output layer",
    severity="wrong",
    fix="Put the dropout layer before the output layer.",
)
def dropout_behind_output(facts: Facts) -> Iterator[Answer]:
    for model in facts.models:
        if model.output is None or not model.complete or not meets_labels(facts, model):
            continue
        last = next(i for i, layer in enumerate(model.layers) if layer is model.output)
        if any(layer.has_weights for layer in model.layers[last + 1 :]):
            continue
        for place, layer in enumerate(model.layers):
            if layer.kind not in DROPOUTS:
                continue
            if place < last or layer.rate == 0:
                yield Fine(layer.place)
            else:
                yield Faulty(layer.place, "in training, this sets outputs of the model to zero")
