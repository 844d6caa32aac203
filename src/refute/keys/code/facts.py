"""What rules ask about a program: its models, what happens to each, and the step it answers."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from refute.keys.code.interpreter import trace_of, trace_of_uncalled
from refute.keys.code.layers import Layer, layer_of
from refute.keys.code.models import Model, models_of
from refute.keys.code.places import Place
from refute.keys.code.program import Program, Step
from refute.keys.code.state import Trace
from refute.keys.code.values import Event, Made, Sequence, Term, Value, known, walk

MANY_LAYERS = 10
"""A model with this many hidden layers answers the exercise even if no step's letter says so."""

COLLECTING = (
    "stack", "mean", "array", "std", "average", "concatenate", "asarray", "var", "vstack",
    "reduce_mean", "convert_to_tensor", "sum",
)  # fmt: skip


_GRADIENTS = ("backward", "gradient", "minimize")
"""Methods that compute a gradient: of torch, of TensorFlow's tape, of Keras 2's optimizers."""


@dataclass(frozen=True)
class Facts:
    """A program with its trace, and the answers to what rules ask about it."""

    program: Program
    trace: Trace

    @cached_property
    def models(self) -> list[Model]:
        return models_of(self.trace)

    @cached_property
    def with_uncalled(self) -> tuple[Facts, ...]:
        """These facts, and those about functions that the program defines but never calls."""
        if not self.trace.has_uncalled:
            return (self,)
        uncalled = trace_of_uncalled(self.program)
        return (self,) if uncalled.hidden else (self, Facts(self.program, uncalled))

    def model_of(self, value: Value) -> Model | None:
        """The model that a value is, or ``None`` if it is not known as one."""
        return self._models_by_id.get(id(value))

    @cached_property
    def _models_by_id(self) -> dict[int, Model]:
        return {id(model.made): model for model in self.models}

    def shares_layers(self, model: Model) -> bool:
        """Whether a layer of a model belongs to another one too."""
        return any(self._models_with[layer] > 1 for layer in _objects(model))

    @cached_property
    def _models_with(self) -> Counter[Made]:
        """The number of models that each layer belongs to."""
        return Counter(layer for model in self.models for layer in _objects(model))

    @cached_property
    def fits(self) -> list[Event]:
        """Every call of a method ``fit`` of any object."""
        return [event for event in self.trace.events if event.name == "fit"]

    def events(self, receiver: Value, *names: str) -> list[Event]:
        """The calls of a value's methods with these names, or of all, in order."""
        events = self._events_by_receiver[id(receiver)]
        return [event for event in events if not names or event.name in names]

    @cached_property
    def _events_by_receiver(self) -> dict[int, list[Event]]:
        events: dict[int, list[Event]] = defaultdict(list)
        for event in self.trace.events:
            events[id(event.receiver)].append(event)
        return events

    def compiled_for(self, fit: Event) -> Event | None:
        """The call of ``compile`` that a training of Keras runs under: the last one before it."""
        before = [e for e in self.events(fit.receiver, "compile") if e.order < fit.order]
        return before[-1] if before else None

    def step(self, block: int) -> Step | None:
        """The letter of the part that a block answers, from its heading or first comment.

        Parts of any exercise may have letters: see :func:`.exercise.step_of_exercise`.
        """
        return self.program.blocks[block].step if block < len(self.program.blocks) else None

    def text(self, block: int) -> str:
        """The source of a block, after the headings above it."""
        read_block = self.program.blocks[block].block
        return "\n".join([*read_block.headings, read_block.text])

    @cached_property
    def all_text(self) -> str:
        return "\n".join(self.text(block) for block in range(len(self.program.blocks)))

    @cached_property
    def layers(self) -> list[Layer]:
        """Every layer that the program creates, in a model or not."""
        return [layer for made in self.trace.made if (layer := layer_of(made)).kind != "unknown"]

    @cached_property
    def stacks(self) -> list[tuple[Layer, ...]]:
        """Sequences of layers: those of each model, and those in lists that no model uses."""
        in_models = {id(layer.made) for model in self.models for layer in model.layers}
        rows = [model.layers for model in self.models]
        for value in self.trace.scope.names.values():
            if not isinstance(value, Sequence) or not value.items:
                continue
            objects = [item for item in value.items if isinstance(item, Made)]
            if len(objects) == len(value.items) and not any(id(o) in in_models for o in objects):
                rows.append(tuple(map(layer_of, objects)))
        return rows

    def collected(self, result: Value) -> bool:
        """Whether a result becomes part of an average, a spread or a stack."""
        return id(result) in self._collected

    def used(self, result: Value) -> bool:
        """Whether a result is passed to anything, or shown by itself."""
        return id(result) in self._used

    def compared(self, result: Value) -> bool:
        """Whether a result is part of a comparison, such as one with labels."""
        return id(result) in self._compared

    def decided(self, result: Value) -> bool:
        """Whether a class is taken from a result, by its largest output."""
        return id(result) in self._decided

    @cached_property
    def _decided(self) -> set[int]:
        methods = (e.receiver for e in self.trace.events if e.name == "argmax")
        calls = (e.args[0] for e in self.trace.calls if e.name.endswith(".argmax") and e.args)
        return _ids((*methods, *calls))

    def trains(self, value: Value) -> bool:
        """Whether a gradient is computed through a value, such as an output or its model."""
        return id(value) in self._differentiated

    @cached_property
    def _compared(self) -> set[int]:
        return _ids(self.trace.comparisons)

    @cached_property
    def _differentiated(self) -> set[int]:
        return _ids(_arguments(event for event in self.trace.events if event.name in _GRADIENTS))

    @cached_property
    def _used(self) -> set[int]:
        events = [*self.trace.calls, *self.trace.events]
        return _ids([*_arguments(events), *self.trace.shown])

    @cached_property
    def _collected(self) -> set[int]:
        events = [*self.trace.calls, *self.trace.events]
        return _ids(
            _arguments(event for event in events if event.name.rpartition(".")[2] in COLLECTING)
        )

    @cached_property
    def terms(self) -> list[Term]:
        """What the program computes and then names, passes to a call or shows."""
        seen: set[int] = set()
        named = self.trace.scope.names.values()
        events = _arguments([*self.trace.calls, *self.trace.events])
        parts = (part for value in (*named, *events) for part in walk(value, seen))
        return [part for part in parts if isinstance(part, Term)]

    @cached_property
    def iterations(self) -> dict[tuple[str, Place, tuple[Place, ...]], list[Event]]:
        """Calls by name, place and enclosing loops: for each call in the source, its iterations."""
        by_place: dict[tuple[str, Place, tuple[Place, ...]], list[Event]] = defaultdict(list)
        for event in self.trace.events:
            by_place[event.name, event.place, event.loops].append(event)
        return by_place

    def mentions(self, pattern: str) -> bool:
        """Whether code, comments or headings match a regular expression, in any case."""
        return re.search(pattern, self.all_text, re.IGNORECASE) is not None


def _objects(model: Model) -> set[Made]:
    """The layers of a model that are objects."""
    return {layer.made for layer in model.layers if layer.made is not None}


def _arguments(events: Iterable[Event]) -> Iterator[Value]:
    """All arguments of these calls, and what has a method called if it was computed."""
    for event in events:
        if isinstance(event.receiver, Term | Sequence):
            yield event.receiver
        yield from event.args
        yield from event.kwargs.values()


def _ids(values: Iterable[Value]) -> set[int]:
    """The ids of values, and of everything they were computed from."""
    seen: set[int] = set()
    for value in values:
        for _ in walk(value, seen):
            pass
    return seen


def facts_of(program: Program) -> Facts:
    """Read a program, which is never run."""
    return Facts(program, trace_of(program))


def text_of(value: Value) -> str:
    """A known value as code, or the name of an object's class."""
    if isinstance(value, Made):
        return value.kind.rpartition(".")[2]
    return repr(value) if known(value) else "an unknown value"
