"""Reading a program from top to bottom: what its names stand for, and which calls it makes.

Nothing is run.  Arithmetic on literals is done here; all else becomes a :class:`~.values.Term`
or an object that remembers how it was made.  A branch whose condition is unknown is read both
ways, and what differs after it is unknown; a loop over a known range is read as often as it runs;
a function of the program is read at each call.  Steps, loops and depth are bounded.
"""

from __future__ import annotations

from contextlib import suppress

from refute.keys.code.program import Program
from refute.keys.code.state import LoopLeft, Reading, ReturnReached, TooMuch
from refute.keys.code.statements import Statements
from refute.keys.code.values import (
    Class,
    Function,
    Made,
    Method,
    Scope,
    Term,
    Unknown,
)


def read(program: Program) -> Reading:
    """Read all blocks of a program in order, as one module."""
    interpreter = _Interpreter()
    for number, block in enumerate(program.blocks):
        interpreter.block = number
        for statement in block.tree.body:
            try:
                interpreter.statement(statement, interpreter.found.scope)
            except (ReturnReached, LoopLeft):
                continue
            except (TooMuch, RecursionError):
                interpreter.found.cut = True
                return interpreter.found
    interpreter.follow_modules()
    return interpreter.found


class _Interpreter(Statements):
    """Reading a whole program."""

    def follow_modules(self) -> None:
        """Read, for each module of the program, what its ``forward`` (``call``) makes of an input.

        What these calls do is no event: nobody has called them.
        """
        events, calls = list(self.found.events), list(self.found.calls)
        self._make_unmade(self.found.scope)
        for made in list(self.found.made):
            name = _forward(made)
            if name is not None:
                with suppress(TooMuch, RecursionError):
                    argument = Term("input", (made,), made.line)
                    self.found.outputs[made] = self.call(Method(made, name), (argument,), {}, 0)
        self.found.events, self.found.calls = events, calls

    def _make_unmade(self, scope: Scope) -> None:
        """An instance of each module class that the program defines and never makes."""
        made = {id(other.callee) for other in self.found.made}
        for value in list(scope.names.values()):
            if isinstance(value, Class) and id(value) not in made and _is_module(value):
                self._made_of_class(value, (), {"**": Unknown("arguments")}, value.line)


def _forward(made: Made) -> str | None:
    """The method by which a module of the program computes."""
    if not isinstance(made.callee, Class):
        return None
    if made.is_a("torch.nn.Module") and isinstance(made.callee.member("forward"), Function):
        return "forward"
    if made.is_a("keras.Model") and isinstance(made.callee.member("call"), Function):
        return "call"
    return None


def _is_module(of: Class) -> bool:
    names = set(of.names())
    return bool(names & {"torch.nn.Module", "keras.Model"})
