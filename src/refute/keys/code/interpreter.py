"""Reads a program from top to bottom: what its names stand for, and which calls it makes.

Nothing is run.  Arithmetic on literals is computed; everything else becomes a
:class:`~.values.Term`, or an object that remembers how it was created.  If a condition is unknown,
both branches are read, and what differs between them is unknown afterwards.  A loop over a
known range is read once per iteration, and a function of the program once per call.  Steps,
iterations and depth are bounded.
"""

from __future__ import annotations

from contextlib import suppress

from refute.keys.code.places import NOWHERE
from refute.keys.code.program import Program
from refute.keys.code.state import LoopLeft, ProgramTooLarge, ReturnReached, Trace
from refute.keys.code.statements import Statements
from refute.keys.code.values import (
    Class,
    Function,
    Made,
    Method,
    Scope,
    Term,
    Unknown,
    Value,
)


def trace_of(program: Program) -> Trace:
    """Read all blocks of a program in order, as one module."""
    interpreter = _Interpreter()
    interpreter.read(program)
    if not interpreter.trace.cut:
        interpreter.trace.has_uncalled = bool(interpreter.uncalled())
        interpreter.follow_modules()
    return interpreter.trace


def trace_of_uncalled(program: Program) -> Trace:
    """Read what the functions do that a program defines but never calls, with unknown arguments.

    The trace has the objects of the whole program, but no calls or comparisons outside these
    functions.
    """
    interpreter = _Interpreter()
    interpreter.read(program)
    if interpreter.trace.cut:
        return Trace()
    interpreter.follow_modules()
    interpreter.follow_uncalled()
    return interpreter.trace


_STEPS = ("training_step", "validation_step", "test_step")
"""Methods of modules that Lightning calls."""


class _Interpreter(Statements):
    """Reads a whole program."""

    def read(self, program: Program) -> None:
        for number, block in enumerate(program.blocks):
            self.block = number
            for statement in block.tree.body:
                try:
                    self.statement(statement, self.trace.scope)
                except (ReturnReached, LoopLeft):
                    continue
                except (ProgramTooLarge, RecursionError):
                    self.trace.cut = True
                    return

    def follow_uncalled(self) -> None:
        """Follow each function of the module that was not called, and leave only its events."""
        trace = self.trace
        trace.events, trace.calls, trace.comparisons = [], [], []
        for function in self.uncalled():
            with suppress(ProgramTooLarge, RecursionError):
                self.call(function, (), {}, NOWHERE)

    def uncalled(self) -> list[Value]:
        """The functions of the module, and methods that a library would call, never called."""
        values = self.trace.scope.names.values()
        functions: list[Value] = [
            value
            for value in values
            if isinstance(value, Function) and id(value.node) not in self._followed
        ]
        for made in self.trace.made:
            for name in _STEPS if _forward(made) == "forward" else ():
                method = made.own(name)
                if isinstance(method, Function) and id(method.node) not in self._followed:
                    functions.append(Method(made, name))
        return functions

    def follow_modules(self) -> None:
        """Follow an input through ``forward`` or ``call`` of each module that the program defines.

        An index is followed through ``__getitem__`` of each of its datasets in the same way.  The
        program itself did not make these calls, so they leave no events.
        """
        events, calls = list(self.trace.events), list(self.trace.calls)
        self._make_unmade(self.trace.scope)
        for made in list(self.trace.made):
            name = _forward(made)
            if name is not None:
                with suppress(ProgramTooLarge, RecursionError):
                    argument = Term("input", (made,), made.place)
                    self.trace.outputs[made] = self.call(
                        Method(made, name), (argument,), {}, made.place
                    )
            elif _is_dataset(made):
                with suppress(ProgramTooLarge, RecursionError):
                    index = Term("index", (made,), made.place)
                    self.trace.samples[made] = self.call(
                        Method(made, "__getitem__"), (index,), {}, made.place
                    )
        self.trace.events, self.trace.calls = events, calls

    def _make_unmade(self, scope: Scope) -> None:
        """Create an instance of each module class that the program defines but never uses."""
        used = {id(made.callee) for made in self.trace.made}
        for value in list(scope.names.values()):
            if isinstance(value, Class) and id(value) not in used and _is_module(value):
                self._made_of_class(value, (), {"**": Unknown("arguments")}, value.place)


def _forward(made: Made) -> str | None:
    """The name of the method that computes a module's output; ``None`` if it is not a module."""
    if made.is_a("torch.nn.Module") and isinstance(made.own("forward"), Function):
        return "forward"
    is_keras = made.is_a("keras.Model", "keras.layers.Layer")
    return "call" if is_keras and isinstance(made.own("call"), Function) else None


def _is_dataset(made: Made) -> bool:
    """Whether an object is a dataset of torch whose class the program defines."""
    if not isinstance(made.callee, Class) or not isinstance(made.own("__getitem__"), Function):
        return False
    return any(name.endswith("utils.data.Dataset") for name in made.callee.names())


def _is_module(cls: Class) -> bool:
    return bool(set(cls.names()) & {"torch.nn.Module", "keras.Model"})
