"""The rule about logits that are compared with a probability of one half."""

from __future__ import annotations

from collections.abc import Iterator

from refute.keys.code.data import SHAPING, name_and_array
from refute.keys.code.facts import Facts
from refute.keys.code.fitting import from_logits, loss_name
from refute.keys.code.models import is_keras_model, is_torch_module
from refute.keys.code.rules.answers import Answer, Faulty, Fine, rule
from refute.keys.code.values import Argument, Event, Made, Method, Sequence, Term, Value, callee

_KEEPING = (*SHAPING, "detach", "data", "item", "round")
_SIGMOIDS = ("sigmoid", "Sigmoid", "expit", "softmax")
_WITH_LOGITS = "BCEWithLogits|cross_entropy_with_logits"


@rule(
    "code/logits-compared-with-half",
    "logits are compared with 0.5, which is a threshold for probabilities",
    severity="error",
    fix="Compare logits with 0, or apply a sigmoid before comparing with 0.5.",
)
def logits_compared_with_half(facts: Facts) -> Iterator[Answer]:
    for part in facts.with_uncalled:
        for term in part.trace.comparisons:
            for side, other in (term.operands, term.operands[::-1]):
                if not _is_halved(term, side, other):
                    continue
                made_by, names = _origin(side)
                if any(name in _SIGMOIDS for name in names):
                    yield Fine(term.place)
                elif _gives_logits(facts, part, made_by):
                    yield Faulty(term.place, "a logit above 0.5 is a probability above 0.62")
    for compiled in facts.trace.events:
        if compiled.name == "compile" and _trains_logits(compiled):
            if any(map(_halves, _listed(compiled.argument("metrics", 2)))):
                yield Faulty(compiled.place, "this accuracy compares the logits with 0.5")
            else:
                yield Fine(compiled.place)


def _is_halved(term: Term, side: Value, other: Value) -> bool:
    """Whether a comparison is with one half, or of what is rounded."""
    if term.operation in (">", ">=", "<", "<="):
        return isinstance(other, float) and other == 0.5
    return isinstance(side, Term) and name_and_array(side)[0] == "round"


def _origin(value: Value) -> tuple[Value, list[str]]:
    """What an output is the result of calling, and the functions that it went through."""
    names: list[str] = []
    while True:
        if isinstance(value, Method):
            name, inner = value.name, value.owner
        elif isinstance(value, Term) and value.operation == "item":
            name, inner = "data", value.operands[0]
        elif isinstance(value, Term):
            called = callee(value)
            if isinstance(called, Made) and called.kind.endswith(_SIGMOIDS):
                return None, [*names, "sigmoid"]
            name, inner = name_and_array(value)
            if name == "predict" or isinstance(called, Made | Argument | Term):
                return (inner if name == "predict" else called), names
        else:
            return None, names
        if name not in (*_KEEPING, *_SIGMOIDS):
            return None, names
        names.append(name)
        value = inner


def _gives_logits(facts: Facts, part: Facts, made_by: Value) -> bool:
    """Whether a model ends in no sigmoid, and the loss that it is trained by applies one."""
    model = part.model_of(made_by)
    ends = model.activation_of(model.output) if model and model.output else None
    is_linear = model is not None and model.is_end_known and ends == "linear"
    if is_keras_model(made_by):
        return is_linear and any(map(_trains_logits, facts.events(made_by, "compile")))
    if made_by is None or not facts.mentions(_WITH_LOGITS):
        return False
    if not facts.mentions("sigmoid|expit|logit_threshold"):
        return is_torch_module(made_by) or isinstance(made_by, Argument | Term)
    return is_linear


def _trains_logits(compiled: Event) -> bool:
    loss = compiled.argument("loss", 1)
    return loss_name(loss) == "binarycrossentropy" and from_logits(loss) is True


def _listed(metrics: Value) -> list[Value]:
    return metrics.items if isinstance(metrics, Sequence) else [metrics]


def _halves(metric: Value) -> bool:
    """Whether a metric of Keras compares outputs with one half."""
    if isinstance(metric, Made) and metric.is_a("keras.metrics.BinaryAccuracy"):
        return bool(metric.argument("threshold", 2, 0.5) == 0.5)
    return metric in ("accuracy", "acc", "binary_accuracy")
