"""The number of features along the last axis, through recurrent layers and embeddings of torch.

Nothing needs to be known about the input: an embedding or a recurrent layer says how wide its
output is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from refute.keys.code.data import argument_beside, name_and_array
from refute.keys.code.layers import RECURRENT, activation_name, layer_of
from refute.keys.code.places import Place
from refute.keys.code.state import Trace
from refute.keys.code.values import Made, Sequence, Term, Value, callee, members, walk

_KEEPING = ("contiguous", "to", "float", "dropout", "tanh", "relu", "squeeze", "detach", "sigmoid")
_KINDS = ("activation", "dropout", "alpha dropout", "norm")


@dataclass
class Widths:
    """Follows the last axis, and notes what each layer expects and gets."""

    trace: Trace
    met: dict[Place, tuple[int, int]] = field(default_factory=dict)

    def read(self) -> Iterator[tuple[Place, int, int]]:
        """Yield the places of layers with the widths that they expect and get, where known."""
        for output in self.trace.outputs.values():
            for part in walk(output):
                if isinstance(callee(part), Made):
                    self.of(part)
        for place, (expected, got) in self.met.items():
            yield place, expected, got

    def of(self, value: Value) -> int | None:
        """Return the number of features of a value, ``None`` if it is unknown."""
        if not isinstance(value, Term):
            return None
        made = callee(value)
        if isinstance(made, Made):
            given = self.of(value.operands[1]) if len(value.operands) > 1 else None
            return self._after(made, given)
        if value.operation == "item":
            return self._of_item(*value.operands)
        name, of = name_and_array(value)
        if name in ("cat", "concat"):
            return self._joined(of, argument_beside(value, "dim", default=0))
        if name == "mean":
            return self.of(of) if argument_beside(value, "dim") == 1 else None
        kept = name in _KEEPING or activation_name(name) is not None
        return self.of(of) if kept else None

    def _after(self, made: Made, given: int | None) -> int | None:
        """The width behind a layer; ``None`` behind a recurrent one, which returns several."""
        layers = made.attributes.get("layers")
        if made.kind == "torch.nn.Sequential" and isinstance(layers, Sequence):
            for layer in layers.items:
                given = self._after(layer, given) if isinstance(layer, Made) else None
            return given if layers.complete else None
        if made.kind == "torch.nn.Linear" or made.kind in RECURRENT:
            recurrent = made.kind != "torch.nn.Linear"
            expected = made.argument("input_size" if recurrent else "in_features", 0)
            if type(expected) is int and given is not None:
                self.met[made.place] = expected, given
            width = None if recurrent else made.argument("out_features", 1)
        elif made.kind == "torch.nn.Embedding":
            width = made.argument("embedding_dim", 1)
        else:
            width = given if layer_of(made).kind in _KINDS else None
        return width if type(width) is int else None

    def _of_item(self, of: Value, index: Value) -> int | None:
        layer = callee(of)
        path: tuple[Value, ...] = (index,)
        if isinstance(of, Term) and of.operation == "item":
            layer, path = callee(of.operands[0]), (of.operands[1], index)
        if isinstance(layer, Made) and layer.kind in RECURRENT and path == (0,):
            self.of(of)
            hidden, both = _hidden(layer), layer.argument("bidirectional", 6, False)
            return hidden * (1 + both) if hidden and isinstance(both, bool) else None
        parts = members(index) or ()
        ends = [part for part in parts if isinstance(part, Term) and part.operation == "slice"]
        if len(parts) == 2 and type(parts[1]) is int and len(ends) == 1:
            return self.of(of)  # a step of a sequence: the last one of three axes is kept
        if len(parts) == 3 and type(parts[1]) is int and len(ends) == 2:
            return self.of(of) if ends[1].operands == (None, None, None) else None
        return self._of_state(of) if type(index) is int else None

    def _of_state(self, states: Value) -> int | None:
        """The width of the last state of a layer: ``h[-1]``."""
        of = states
        if isinstance(of, Term) and of.operation == "item" and of.operands[1] == 0:
            inner = of.operands[0]
            if isinstance(inner, Term) and inner.operation == "item":
                of = inner
                layer = callee(of.operands[0])
                is_lstm = isinstance(layer, Made) and layer.kind == "torch.nn.LSTM"
                return _hidden(layer) if is_lstm and of.operands[1] == 1 else None
        if isinstance(of, Term) and of.operation == "item" and of.operands[1] == 1:
            layer = callee(of.operands[0])
            return _hidden(layer) if getattr(layer, "kind", "") in _GATED else None
        return None

    def _joined(self, parts: Value, axis: Value) -> int | None:
        """The width of states side by side, or of features along the last axis."""
        given = [self.of(part) for part in members(parts) or ()]
        widths = [width for width in given if width is not None]
        return sum(widths) if axis in (1, -1) and widths and len(widths) == len(given) else None


_GATED = ("torch.nn.GRU", "torch.nn.RNN")


def _hidden(layer: Value) -> int | None:
    if not isinstance(layer, Made) or layer.argument("proj_size", 7, 0) != 0:
        return None
    hidden = layer.argument("hidden_size", 1)
    return hidden if type(hidden) is int else None
