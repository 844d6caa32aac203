"""How the weights of layers start: all at one value, at random, or unknown."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import Literal

from refute.keys.code.facts import Facts
from refute.keys.code.layers import Layer
from refute.keys.code.values import Event, Made, Method, Name, Unknown, Value

Start = float | Literal["random"] | Unknown
"""The one value that all weights start at, or how else they start."""

_VALUES = {"zeros": 0.0, "zero": 0.0, "ones": 1.0, "one": 1.0}
_WITH_VALUE = ("constant", "fill")
_REPLACING = ("set_weights", "load_weights", "load_state_dict")
_UNKNOWN = Unknown("weights that are not known")


@dataclass(frozen=True)
class Starts:
    """How the kernel and the bias of a layer start."""

    kernel: Start
    bias: Start


class InitialWeights:
    """How the dense layers of a program start."""

    def __init__(self, facts: Facts) -> None:
        self.replaced = any(event.name in _REPLACING for event in facts.trace.events)
        """Whether the program puts other weights in their place."""
        self._set: dict[tuple[int, str], Start] = {}
        for event in chain(facts.trace.calls, facts.trace.events):
            if (target := _target(event)) is not None and isinstance(target.owner, Made):
                key, start = (id(target.owner), target.name), _of_torch(event)
                # Which of two comes last is not known.
                self._set[key] = start if self._set.get(key, start) == start else _UNKNOWN

    def of(self, layer: Layer) -> Starts:
        """Return how a dense layer starts."""
        made = layer.made
        if made is None or {"weight", "bias"} & made.attributes.keys():
            return Starts(_UNKNOWN, _UNKNOWN)
        if layer.initializer is not None or made.kind.startswith("keras."):
            bias = made.argument("bias_initializer", 4, "zeros")
            return Starts(_of_keras(layer.initializer), _of_keras(bias))
        no_bias = made.argument("bias", 2, True) is False
        bias = 0.0 if no_bias else self._set.get((id(made), "bias"), "random")
        return Starts(self._set.get((id(made), "weight"), "random"), bias)


def _of_keras(initializer: Value) -> Start:
    if initializer is None:
        return "random"
    value: Value = 0.0
    if isinstance(initializer, Made):
        value, initializer = initializer.argument("value", 0, 0.0), initializer.callee
    name = initializer.dotted if isinstance(initializer, Name) else initializer
    return _start(name.rpartition(".")[2].lower(), value) if isinstance(name, str) else _UNKNOWN


def _target(event: Event) -> Method | None:
    """The weights or biases that a call of torch fills: ``layer.weight``, or its data."""
    if event.name.startswith("torch.nn.init."):
        target = event.argument("tensor", 0)
    else:
        target = event.receiver if event.name.endswith("_") else None
    if isinstance(target, Method) and target.name == "data":
        target = target.owner
    return target if isinstance(target, Method) and target.name in ("weight", "bias") else None


def _of_torch(event: Event) -> Start:
    if not event.certain:
        return _UNKNOWN
    name = event.name.rpartition(".")[2].rstrip("_")
    at = 1 if event.name.startswith("torch.") else 0
    return _start(name, event.argument("val" if at else "value", at))


def _start(name: str, value: Value) -> Start:
    if name in _WITH_VALUE:
        return float(value) if isinstance(value, int | float) else _UNKNOWN
    return _VALUES.get(name, "random")
