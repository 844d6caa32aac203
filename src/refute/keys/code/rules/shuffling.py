"""The rule about images that are shuffled without their labels."""

from __future__ import annotations

from collections.abc import Iterator

from refute.keys.code.data import name_and_array
from refute.keys.code.facts import Facts
from refute.keys.code.models import is_keras_model
from refute.keys.code.parts import role, samples
from refute.keys.code.places import Place
from refute.keys.code.rules.answers import Answer, Faulty, Fine, rule
from refute.keys.code.values import Event, Made, Name, Term, Value, callee, walk

_IN_PLACE = ("numpy.random.shuffle", "random.shuffle")
_PERMUTATIONS = ("permutation", "randperm")
_WRITTEN = (".ones", ".zeros", ".full", ".ones_like", ".zeros_like", ".full_like")
_SEEDS = r"seed|set_state|random_state|setstate"


@rule(
    "code/images-shuffled-without-labels",
    "images are shuffled, but not their labels in the same way",
    severity="error",
    fix="Draw one permutation and index both: X, y = X[order], y[order].",
)
def images_shuffled_without_labels(facts: Facts) -> Iterator[Answer]:
    for fit in facts.fits:
        images, labels = fit.argument("x", 0), fit.argument("y", 1)
        of_data = role(images) is not None and role(images) == role(labels)
        if not of_data or _is_written(labels) or not is_keras_model(fit.receiver):
            continue
        ours, theirs = _orders(facts, images, fit.place), _orders(facts, labels, fit.place)
        if not ours:
            continue
        if ours == theirs:
            yield Fine(fit.place)
        elif not (theirs and facts.mentions(_SEEDS)):  # a seed may repeat the same order
            yield Faulty(fit.place, "the images are in a different order from their labels")


def _is_written(labels: Value) -> bool:
    """Whether labels are constants that the program writes, such as for true and false images."""
    return any(isinstance(part, Name) and part.dotted.endswith(_WRITTEN) for part in walk(labels))


def _orders(facts: Facts, array: Value, until: Place) -> set[int]:
    """The ids of the random orders that an array was put into."""
    parts = {id(part): part for part in samples(array)}
    orders = {id(part.operands[1]) for part in parts.values() if _is_reordered(part)}
    orders |= {id(part) for part in parts.values() if _is_shuffled_copy(part)}
    return orders | {
        id(event)
        for event in _in_place(facts)
        if id(event.args[0]) in parts and event.place < until
    }


def _in_place(facts: Facts) -> Iterator[Event]:
    for call in facts.trace.calls:
        if call.name in _IN_PLACE and call.args:
            yield call
    for event in facts.trace.events:
        if event.name == "shuffle" and event.args and _is_generator(event.receiver):
            yield event


def _is_generator(value: Value) -> bool:
    """Whether a value is a generator of random numbers of numpy."""
    if isinstance(value, Made):
        return value.kind == "numpy.random.RandomState"
    made_by = value.operands[0] if isinstance(value, Term) and value.operands else None
    return isinstance(made_by, Name) and made_by.dotted == "numpy.random.default_rng"


def _is_reordered(part: Value) -> bool:
    """Whether a part is an array indexed by a permutation."""
    if not isinstance(part, Term) or part.operation != "item":
        return False
    order = part.operands[1]
    return isinstance(order, Term) and name_and_array(order)[0] in _PERMUTATIONS


def _is_shuffled_copy(part: Value) -> bool:
    """Whether a part is what scikit-learn's function returns that shuffles arrays."""
    name = callee(part)
    return isinstance(name, Name) and name.dotted == "sklearn.utils.shuffle"
