"""Models that each turn of a loop trains further: over folds, or over settings to compare."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator

from refute.keys.code.data import name_and_array
from refute.keys.code.facts import Facts
from refute.keys.code.models import is_keras_model, is_torch_module
from refute.keys.code.optimizers import is_torch_optimizer
from refute.keys.code.places import Place, place_of
from refute.keys.code.rules.answers import Answer, Faulty
from refute.keys.code.syntax import (
    PICKS,
    called,
    calls,
    calls_one_of,
    loops,
    names,
    nodes,
    owner,
    reaching,
)
from refute.keys.code.values import Event, Free, Made, Name, Term, Value, callee, walk

CONTINUES = re.compile(
    r"continu(?:e|es|ed|ing|ation)\b(?![ \t]*$)|\bfurther\b|fine.?tun|\bresum(?:e|ing)\b|unfr[eo]ez"
    r"|\b(?:more|another|additional|extra)\b.{0,12}\bepochs?\b|\b(?:train\w*|fit\w*)\b.{0,12}\blonger\b"
    r"|\bkeeps? (?:on )?(?:training|fitting)|\b(?:goes|go|carry|carries) on\b"
    r"|pre.?train|warm.?(?:up|start)|transfer.learning"
    r"|\b(?:second|next|last|final) (?:phase|stage)\b",
    re.IGNORECASE | re.MULTILINE,
)
"""Words of an author who continues on purpose; Python's own ``continue`` is not one of them."""

_RESETTING = r"load_state_dict|reset_|set_weights|load_weights|clone|deepcopy|\.apply\(|init"
_KEEPING = (
    r"state_dict|reset_|clone|copy|\.apply\(|(?<!_)init_|_init\b|requires_grad|freeze|\bload\("
)
"""What a loop over settings calls if its turns may not all start from what the last one left."""

_SPLITTERS = ("Fold", "ShuffleSplit")
"""How the names of scikit-learn's classes end that split samples into folds."""

_PASSING_ON = ("enumerate", "list", "tuple", "tqdm", "zip")
"""What gives the folds that it is given."""

_STAGES = r"(?i)epoch|round|iter|step|stage|phase|task|cycle|client|generation|episode|domain"
_STAGED = r"continual|curriculum|lifelong|forget|federat|snapshot|progressiv|incremental|prun"
_SHOWS_ALL = r"\bcompar|\bwhich\b.{0,40}\b(best|better|faster)\b|\b(effect|influence) of\b"


def trained_further_by_turns(facts: Facts) -> Iterator[Answer]:
    """Report models that are created before a loop whose turns should each start afresh."""
    for part in facts.with_uncalled:
        yield from _across_folds(part)
    if not facts.mentions(_STAGED):
        yield from _across_settings(facts)


def _across_folds(facts: Facts) -> Iterator[Answer]:
    """Report models that are created before a loop over folds and trained in each of them."""
    resetting = reaching(facts, _KEEPING)
    for loop in loops(facts):
        place = place_of(loop)
        iterated = facts.trace.iterated.get(place, ())
        if not isinstance(loop, ast.For) or not any(map(_are_folds, iterated)):
            continue
        if re.search(_RESETTING, ast.unparse(loop)) or _says_it_goes_on(facts, loop):
            continue
        if calls_one_of(loop, resetting):
            continue
        for event in facts.trace.events:
            models = _trained_by(event) if place in event.loops else []
            if any(place not in model.loops and not model.escaped for model in models):
                yield Faulty(event.place, "each fold starts from the weights of the one before")
                break


def _are_folds(iterated: Value) -> bool:
    """Whether a loop over a value is one over the folds of a splitter of scikit-learn."""
    waiting, seen = [iterated], set()
    while waiting:
        value = waiting.pop()
        if id(value) in seen or not isinstance(value, Term):
            continue
        seen.add(id(value))
        if value.operation == "call" and name_and_array(value)[0] in _PASSING_ON:
            waiting += value.operands[1:]
        elif value.operation == "method" and _splits(value):
            return True
    return False


def _splits(call: Term) -> bool:
    """Whether a call of a method is that of ``split`` of such a splitter."""
    splitter, method = call.operands[:2]
    if method != "split":
        return False
    if isinstance(splitter, Made):
        return isinstance(splitter.callee, Name) and splitter.kind.endswith(_SPLITTERS)
    made_by = callee(splitter)  # in an excerpt that does not import it
    return isinstance(made_by, Free) and made_by.name.endswith(_SPLITTERS)


def _trained_by(event: Event) -> list[Made]:
    """The models that a call trains: ``fit`` of Keras, or a step of an optimizer of torch."""
    if event.name == "fit" and is_keras_model(event.receiver):
        return [event.receiver]
    if event.name != "step" or not isinstance(event.receiver, Made):
        return []
    if not is_torch_optimizer(event.receiver):
        return []
    return [part for part in walk(event.receiver.argument("params", 0)) if is_torch_module(part)]


def _across_settings(facts: Facts) -> Iterator[Answer]:
    """Report models of torch that a loop trains with one setting after another and compares.

    An optimizer for all turns goes on by intention.
    """
    kept = reaching(facts, _KEEPING)
    for loop in loops(facts):
        place = place_of(loop)
        if not isinstance(loop, ast.For) or facts.trace.turns.get(place, 0) < 2:
            continue
        if _goes_on(facts, loop) or calls_one_of(loop, kept):
            continue
        if _trains_one_model(facts, place) and _compares(facts, loop):
            yield Faulty(place, "each turn starts from the weights of the one before")


def _trains_one_model(facts: Facts, loop: Place) -> bool:
    """Whether turns of a loop train a model from before it, each with an optimizer of its own."""
    optimizers: dict[tuple[int, Place], set[int]] = defaultdict(set)
    for event in facts.trace.events:
        models = _trained_by(event) if event.name == "step" and loop in event.loops else []
        anew = bool(models) and loop in event.receiver.loops
        if not anew or any(loop in model.loops or model.escaped for model in models):
            continue
        for model in models:
            optimizers[id(model), event.receiver.place].add(id(event.receiver))
    return any(len(of_model) > 1 for of_model in optimizers.values())


def _goes_on(facts: Facts, loop: ast.For) -> bool:
    """Whether a loop, by its words, is about stages of one training, or keeps weights itself."""
    return bool(
        re.search(_STAGES, ast.unparse(loop.target))
        or re.search(_KEEPING, ast.unparse(loop))
        or _says_it_goes_on(facts, loop)
    )


def _says_it_goes_on(facts: Facts, loop: ast.For) -> bool:
    """Whether the words in a loop, or shortly before it, say that training continues."""
    first, last = loop.lineno - 3, loop.end_lineno or loop.lineno
    lines = [
        line
        for block in facts.program.blocks
        for number, line in enumerate(block.block.lines, block.block.line)
        if first <= number <= last
    ]
    return CONTINUES.search("\n".join(lines)) is not None


def _compares(facts: Facts, loop: ast.For) -> bool:
    """Whether a loop keeps a result of each turn, and the program picks the best or compares."""
    turn = {node.id for node in ast.walk(loop.target) if isinstance(node, ast.Name)}
    kept, listed = set(), False
    for node in loop.body:
        for call in calls(node, "append") if isinstance(node, ast.Expr) else ():
            listed = True
            kept |= {owner(call) for arg in call.args if names(arg) & turn}
        for target in node.targets if isinstance(node, ast.Assign) else ():
            for part in getattr(target, "elts", [target]):
                if isinstance(part, ast.Subscript) and names(part.slice) & turn:
                    kept.add(ast.unparse(part.value))
    picks = (call for call in nodes(facts, ast.Call) if called(call) in PICKS)
    picked = any(names(call) & kept for call in picks)
    return picked or bool((kept or listed) and facts.mentions(_SHOWS_ALL))
