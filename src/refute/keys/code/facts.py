"""What rules ask of a program: its models, what happens to each, and the step that it answers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from refute.keys.code.interpreter import read
from refute.keys.code.models import Layer, Model, layer_of, models_of
from refute.keys.code.program import Program, Step
from refute.keys.code.state import Reading
from refute.keys.code.values import Event, Made, Sequence, Term, Value, known, walk

MANY_LAYERS = 10
"""Hidden layers from which on a model without a step's letter is taken for the exercise's."""

_COLLECTING = (
    "stack", "mean", "array", "std", "average", "concatenate", "asarray", "var", "vstack",
    "reduce_mean", "convert_to_tensor", "sum",
)  # fmt: skip


@dataclass(frozen=True)
class Facts:
    """A program as it was read."""

    program: Program
    found: Reading

    @cached_property
    def models(self) -> list[Model]:
        return models_of(self.found)

    def events(self, made: Made, *names: str) -> list[Event]:
        """The calls of these methods that an object received, in order."""
        return [event for event in self.found.events if event.of is made and event.name in names]

    def touched(self, made: Made) -> bool:
        """Whether the program calls anything of an object, or fits any model."""
        return any(event.of is made or event.name == "fit" for event in self.found.events)

    def step(self, block: int) -> Step | None:
        """The letter of a block, from its heading or its first comment."""
        return self.program.blocks[block].step if block < len(self.program.blocks) else None

    def step_of(self, model: Model) -> Step | None:
        """The letter of a model: of its block, or by what it has that the plain one has not."""
        letter = self.step(model.block)
        if letter is not None:
            return letter
        kinds = {layer.kind for layer in model.layers}
        if "alpha dropout" in kinds:
            return "e"
        if model.uses("selu"):
            return "d"
        return "c" if "batch norm" in kinds else None

    def text(self, block: int) -> str:
        """The source of a block with the headings above it."""
        read_block = self.program.blocks[block].block
        return "\n".join([*read_block.headings, read_block.text])

    @cached_property
    def all_text(self) -> str:
        return "\n".join(self.text(block) for block in range(len(self.program.blocks)))

    @cached_property
    def layers(self) -> list[Layer]:
        """Every layer that the program makes, in a model or not."""
        return [layer for made in self.found.made if (layer := layer_of(made)).kind != "unknown"]

    @cached_property
    def stacks(self) -> list[tuple[Layer, ...]]:
        """Layers in a row: those of each model, and of lists that no model has."""
        in_models = {id(layer.made) for model in self.models for layer in model.layers}
        rows = [model.layers for model in self.models]
        for value in self.found.scope.names.values():
            if not isinstance(value, Sequence) or not value.items:
                continue
            objects = [item for item in value.items if isinstance(item, Made)]
            if len(objects) == len(value.items) and not any(id(o) in in_models for o in objects):
                rows.append(tuple(map(layer_of, objects)))
        return rows

    def collected(self, result: Value) -> bool:
        """Whether a result ends in an average, a spread or a stack of several."""
        return id(result) in self._collected

    def used(self, result: Value) -> bool:
        """Whether a result is handed to anything."""
        return id(result) in self._used

    @cached_property
    def _used(self) -> set[int]:
        return _given([*self.found.calls, *self.found.events])

    @cached_property
    def _collected(self) -> set[int]:
        everything = [*self.found.calls, *self.found.events]
        return _given(
            [event for event in everything if event.name.rpartition(".")[2] in _COLLECTING]
        )

    @cached_property
    def turns(self) -> dict[tuple[str, int, tuple[int, ...]], list[Event]]:
        """Calls by name, line and the loops around them: those of one place, turn by turn."""
        by_place: dict[tuple[str, int, tuple[int, ...]], list[Event]] = defaultdict(list)
        for event in self.found.events:
            by_place[event.name, event.line, event.loops].append(event)
        return by_place

    def mentions(self, pattern: str) -> bool:
        """Whether code, comments or headings say something."""
        return re.search(pattern, self.all_text, re.IGNORECASE) is not None

    def optimizer_arguments(self) -> Iterator[Made]:
        """Every optimizer that the program makes."""
        for made in self.found.made:
            if made.kind.startswith(("keras.optimizers.", "torch.optim.")):
                yield made


def _given(events: list[Event]) -> set[int]:
    """What these calls were given, and all that it was computed from."""
    seen: set[int] = set()
    for event in events:
        of = [event.of] if isinstance(event.of, Term | Sequence) else []
        for given in (*of, *event.args, *event.kwargs.values()):
            for _ in walk(given, seen):
                pass
    return seen


def facts_of(program: Program) -> Facts:
    """Read a program."""
    return Facts(program, read(program))


def text_of(value: Value) -> str:
    """A known value as code; of an object, the name of its class."""
    if isinstance(value, Made):
        return value.kind.rpartition(".")[2]
    return repr(value) if known(value) else "an unknown value"
