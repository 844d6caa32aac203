"""The code of an answer key, for claims about what it says: it is read, never run.

A claims file names the key, and a control is the same program with the decisive line changed::

    ANSWER = key_code(__file__, "answers/004.md")

    @reading("as answered", code=ANSWER)
    @control("one layer fewer", code=ANSWER.changed("DEPTH, WIDTH = 20", "DEPTH, WIDTH = 19"))
    def test_hidden_layers(self, code):
        assert len(code.network("a").hidden) == 20
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from refute.keys.code.blocks import read_blocks
from refute.keys.code.data import Scale, scale
from refute.keys.code.facts import Facts, facts_of
from refute.keys.code.layers import Layer
from refute.keys.code.models import Model
from refute.keys.code.program import CodeBlock, Program, Step, read_program
from refute.keys.code.rules.answers import Faulty, Rule, Unsure
from refute.keys.code.values import Event, Made, Value, known
from refute.suite import suite_of


class KeyCodeError(Exception):
    """The code cannot decide the claim; the message names the key and says why."""


@dataclass(frozen=True)
class Change:
    """A replacement of one text of the code by another."""

    old: str
    new: str
    step: Step | None = None


@dataclass(frozen=True)
class DenseLayer:
    """A dense layer: its units, the name of its initializer, and what follows it.

    ``weights`` is ``None`` for the library's default.  ``then`` has the names of activations and
    the kinds of other layers up to the next dense one.
    """

    units: int
    weights: str | None
    then: tuple[str, ...] = ()


@dataclass(frozen=True, repr=False)
class KeyCode:
    """The code blocks of a key as one program, perhaps with changes.

    Args:
        path: of the key, relative to the folder that contains the claims folder.
        changes: the changes made, in order.
        home: the folder that contains the claims folder.
    """

    path: str
    changes: tuple[Change, ...] = ()
    home: Path = field(default=Path(), compare=False)

    def changed(self, old: str, new: str, *, step: Step | None = None) -> KeyCode:
        """Return the same program with one text replaced by another.

        Args:
            old: a text that occurs once in the code, or in that of the step.
            new: the text that replaces it.
            step: change only the code of this step.

        Raises:
            KeyCodeError: ``old`` does not occur exactly once, or the result does not parse.
        """
        changed = replace(self, changes=(*self.changes, Change(old, new, step)))
        _ = changed.program  # so that an impossible change fails where it is written
        return changed

    def __repr__(self) -> str:
        calls = [
            f".changed({change.old!r}, {change.new!r}"
            f"{f', step={change.step!r}' if change.step else ''})"
            for change in self.changes
        ]
        return f"KeyCode({self.path!r}){''.join(calls)}"

    @property
    def said(self) -> str:
        """The program in words."""
        changes = [f"{change.new!r} instead of {change.old!r}" for change in self.changes]
        return " and ".join([f"the code of {self.path}", *changes]).replace(" and ", " with ", 1)

    @cached_property
    def program(self) -> Program:
        """The parsed code blocks, in order.

        Raises:
            KeyCodeError: a change cannot be made, or a block does not parse.
            AnswerKeyError: the key cannot be read.
        """
        blocks = read_blocks(self.home / self.path)
        for change in self.changes:
            blocks = list(self._made(change, blocks))
        program = read_program(blocks)
        for block in program.unparsed:
            raise KeyCodeError(f"{self.path}:{block.place.line}: does not parse: {block.why}")
        return program

    @cached_property
    def facts(self) -> Facts:
        """What rules ask about the program."""
        return facts_of(self.program)

    def network(self, step: Step) -> Model:
        """Return the only model that a step builds.

        Raises:
            KeyCodeError: the step builds none or several, or not every layer is known.
        """
        built = [model for model in self.facts.models if self.facts.step(model.block) == step]
        if len(built) != 1:
            raise KeyCodeError(f"{self.path}: step {step} builds {len(built)} models, not one")
        if not built[0].complete:
            raise KeyCodeError(
                f"{self.path}: not every layer is known in the model that step {step} builds"
            )
        return built[0]

    def dense_layers(self, step: Step) -> list[DenseLayer]:
        """Return the dense layers of a step's model, each with what follows it.

        Raises:
            KeyCodeError: the model, or an argument of a layer, is unknown.
        """
        dense: list[DenseLayer] = []
        for layer in self.network(step).layers:
            if layer.kind == "dense":
                weights = self._known(_name(layer.initializer), layer)
                activation = self._known(layer.activation, layer)
                then = () if activation == "linear" else (activation,)
                dense.append(DenseLayer(self._known(layer.units, layer), weights, then))
            elif dense:
                name = layer.activation if layer.kind == "activation" else layer.kind
                then = (*dense[-1].then, self._known(name, layer))
                dense[-1] = replace(dense[-1], then=then)
        return dense

    def inputs(self, step: Step) -> list[Scale]:
        """Return how the pixels that a step's model is fitted to were scaled, for each fit.

        Raises:
            KeyCodeError: there is no such model or fit, or the scaling is unknown.
        """
        network = self.network(step)
        first = next(at for at, layer in enumerate(network.layers) if layer.kind == "dense")
        if any(layer.kind in ("normalization", "batch norm") for layer in network.layers[:first]):
            return ["standardised"]
        scales: list[Scale] = []
        for fit in self.calls(network, "fit"):
            scaled = scale(fit.argument("x", 0))
            if scaled is None:
                raise KeyCodeError(
                    f"{self.path}:{fit.line}: it is unknown how these images were scaled"
                )
            scales.append(scaled)
        return scales

    def calls(self, network: Model, name: str) -> list[Event]:
        """Return the calls of a model's method, in order.

        Raises:
            KeyCodeError: there is none, or it is unknown whether one of them is made.
        """
        events = self.facts.events(network.made, name)
        if not events or not all(event.certain for event in events):
            raise KeyCodeError(
                f"{self.path}:{network.place.line}: it is not certain that this model calls {name}"
            )
        return events

    def faults(self, rule: Rule) -> list[str]:
        """Return the faults that a rule finds; none if it finds the program right.

        Raises:
            KeyCodeError: the rule does not apply, or cannot tell.
        """
        answers = rule.answers(self.facts)
        unsure = [answer for answer in answers if isinstance(answer, Unsure)]
        if unsure or not answers:
            why = f"line {unsure[0].place.line}: {unsure[0].why}" if unsure else "nothing to judge"
            raise KeyCodeError(f"{self.path}: {rule.id} cannot tell: {why}")
        return [f"line {a.place.line}: {a.why}" for a in answers if isinstance(a, Faulty)]

    def _known(self, value: Value, layer: Layer) -> Any:
        if not known(value):
            raise KeyCodeError(
                f"{self.path}:{layer.place.line}: not every argument of this layer is known"
            )
        return value

    def _made(self, change: Change, blocks: list[CodeBlock]) -> Iterator[CodeBlock]:
        steps = {parsed.block: parsed.step for parsed in read_program(blocks).blocks}
        affected = [b for b in blocks if change.step is None or steps.get(b) == change.step]
        times = sum(block.text.count(change.old) for block in affected)
        if times != 1:
            where = f"the code of step {change.step}" if change.step else "the code"
            raise KeyCodeError(
                f"{self.path}: {change.old!r} occurs {times} times in {where}: name a text that "
                "occurs once"
            )
        for block in blocks:
            new = block.text.replace(change.old, change.new)
            yield replace(block, text=new) if block in affected else block


def key_code(claims_file: str, path: str) -> KeyCode:
    """Return the code of a key.

    Args:
        claims_file: ``__file__`` of the claims file.
        path: of the key, relative to the folder that contains the claims folder, such as
            ``"answers/004.md"``.

    Raises:
        AnswerKeyError: the key cannot be read.
        SuiteError: the claims file is not in a claims folder.
    """
    return KeyCode(path, home=suite_of(Path(claims_file)).folder.parent)


def _name(initializer: Value) -> Value:
    """The name of an initializer, spelled as in Keras's strings."""
    if isinstance(initializer, Made):
        name = initializer.kind.rpartition(".")[2]
        return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).removeprefix("_")
    return initializer
