"""The code of an answer key, as a claim about code is checked on it: read, never run.

A claims file names the key beside its claims folder, and a control is the same program with the
decisive thing changed::

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
from refute.keys.code.models import Layer, Model
from refute.keys.code.program import CodeBlock, Program, Step, read_program
from refute.keys.code.rules.answers import Faulty, Rule, Unsure
from refute.keys.code.values import Event, Made, Value, known
from refute.suite import suite_of


class KeyCodeError(Exception):
    """Code that a claim cannot be decided on; the message says which key, what and why."""


@dataclass(frozen=True)
class Change:
    """One text of a step's code in the place of another."""

    old: str
    new: str
    step: Step | None = None


@dataclass(frozen=True)
class DenseLayer:
    """A dense layer: its units, the name of its initializer, and what follows it.

    ``weights`` is ``None`` where the library's default was left; ``then`` are the names of
    activations and the kinds of other layers until the next dense one.
    """

    units: int
    weights: str | None
    then: tuple[str, ...] = ()


@dataclass(frozen=True, repr=False)
class KeyCode:
    """The code blocks of a key as one program, some text of them perhaps changed.

    Args:
        path: of the key, as seen from the folder that the claims folder is in.
        changes: what was changed, in turn.
        home: that folder.
    """

    path: str
    changes: tuple[Change, ...] = ()
    home: Path = field(default=Path(), compare=False)

    def changed(self, old: str, new: str, *, step: Step | None = None) -> KeyCode:
        """The same program with one text in the place of another.

        Args:
            old: stands once in the code, or in that of the step.
            new: what stands there instead.
            step: change the code of this step only.

        Raises:
            KeyCodeError: ``old`` does not stand there, or more than once.
        """
        changed = replace(self, changes=(*self.changes, Change(old, new, step)))
        _ = changed.program  # a change that cannot be made is told where it is written
        return changed

    def __repr__(self) -> str:
        made = [
            f".changed({change.old!r}, {change.new!r}"
            f"{f', step={change.step!r}' if change.step else ''})"
            for change in self.changes
        ]
        return f"KeyCode({self.path!r}){''.join(made)}"

    @property
    def said(self) -> str:
        """The program in words."""
        told = [f"{change.new!r} instead of {change.old!r}" for change in self.changes]
        return " and ".join([f"the code of {self.path}", *told]).replace(" and ", " with ", 1)

    @cached_property
    def program(self) -> Program:
        """What parses of the code, in order.

        Raises:
            KeyCodeError: a change cannot be made, or a block does not parse.
            AnswerKeyError: the key cannot be read.
        """
        blocks = read_blocks(self.home / self.path)
        for change in self.changes:
            blocks = list(self._made(change, blocks))
        program = read_program(blocks)
        for block in program.unparsed:
            raise KeyCodeError(f"{self.path}:{block.line}: does not parse: {block.why}")
        return program

    @cached_property
    def facts(self) -> Facts:
        """What reading the program found."""
        return facts_of(self.program)

    def network(self, step: Step) -> Model:
        """The one model that a step builds.

        Raises:
            KeyCodeError: it builds none or several, or not every layer of it is known.
        """
        built = [model for model in self.facts.models if self.facts.step(model.block) == step]
        if len(built) != 1 or not built[0].complete:
            raise KeyCodeError(
                f"{self.path}: step {step} builds {len(built)} models, where one was looked for "
                "of which every layer is known"
            )
        return built[0]

    def dense_layers(self, step: Step) -> list[DenseLayer]:
        """The dense layers of a step's model, each with what follows it.

        Raises:
            KeyCodeError: the model or a value of a layer is unknown.
        """
        found: list[DenseLayer] = []
        for layer in self.network(step).layers:
            if layer.kind == "dense":
                weights = self._known(_name(layer.initializer), layer)
                activation = self._known(layer.activation, layer)
                then = () if activation == "linear" else (activation,)
                found.append(DenseLayer(self._known(layer.units, layer), weights, then))
            elif found:
                what = layer.activation if layer.kind == "activation" else layer.kind
                then = (*found[-1].then, self._known(what, layer))
                found[-1] = replace(found[-1], then=then)
        return found

    def inputs(self, step: Step) -> list[Scale]:
        """What was done to the pixels that a step's model is fitted to, fit by fit.

        Raises:
            KeyCodeError: there is no such model or fit, or nobody can tell.
        """
        network = self.network(step)
        first = next(at for at, layer in enumerate(network.layers) if layer.kind == "dense")
        if any(layer.kind in ("normalization", "batch norm") for layer in network.layers[:first]):
            return ["standardised"]
        fits = self.calls(network, "fit")
        found = [scale(fit.argument("x", 0)) for fit in fits]
        for fit, done in zip(fits, found, strict=True):
            if done is None:
                raise KeyCodeError(f"{self.path}:{fit.line}: what was done to these images?")
        return [done for done in found if done is not None]

    def calls(self, network: Model, name: str) -> list[Event]:
        """The calls of a method that a model receives, in order.

        Raises:
            KeyCodeError: there are none, or one that is not surely made.
        """
        found = self.facts.events(network.made, name)
        if not found or not all(event.certain for event in found):
            raise KeyCodeError(f"{self.path}:{network.line}: no {name} that is surely called")
        return found

    def faults(self, rule: Rule) -> list[str]:
        """What a rule about code finds wrong; nothing where the program is fine by it.

        Raises:
            KeyCodeError: the rule does not apply, or cannot tell.
        """
        answers = rule.answers(self.facts)
        unsure = [answer for answer in answers if isinstance(answer, Unsure)]
        if unsure or not answers:
            why = f"line {unsure[0].line}: {unsure[0].why}" if unsure else "nothing to judge"
            raise KeyCodeError(f"{self.path}: {rule.id} cannot tell: {why}")
        return [f"line {a.line}: {a.why}" for a in answers if isinstance(a, Faulty)]

    def _known(self, value: Value, layer: Layer) -> Any:
        if not known(value):
            raise KeyCodeError(f"{self.path}:{layer.line}: not every argument of it is known")
        return value

    def _made(self, change: Change, blocks: list[CodeBlock]) -> Iterator[CodeBlock]:
        steps = {parsed.block: parsed.step for parsed in read_program(blocks).blocks}
        meant = [b for b in blocks if change.step is None or steps.get(b) == change.step]
        times = sum(block.text.count(change.old) for block in meant)
        if times != 1:
            where = f"the code of step {change.step}" if change.step else "the code"
            raise KeyCodeError(
                f"{self.path}: {change.old!r} stands {times} times in {where}: name a text that "
                "stands there once"
            )
        for block in blocks:
            new = block.text.replace(change.old, change.new)
            yield replace(block, text=new) if block in meant else block


def key_code(claims_file: str, path: str) -> KeyCode:
    """The code of a key.

    Args:
        claims_file: the claims file that asks, ``__file__``.
        path: of the key, as seen from the folder that its claims folder is in:
            ``"answers/004.md"``.

    Raises:
        AnswerKeyError: the key cannot be read.
        SuiteError: the file is in no claims folder.
    """
    return KeyCode(path, home=suite_of(Path(claims_file)).folder.parent)


def _name(initializer: Value) -> Value:
    """An initializer by the name that Keras's strings have."""
    if isinstance(initializer, Made):
        name = initializer.kind.rpartition(".")[2]
        return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).removeprefix("_")
    return initializer
