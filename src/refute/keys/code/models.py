"""The models of a program, as lists of layers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from refute.keys.code.backbones import has_batch_norm, in_order, is_backbone, untouched
from refute.keys.code.creating import STACKS
from refute.keys.code.data import argument_beside
from refute.keys.code.layers import Kind, Layer, activation_name, layer_of
from refute.keys.code.places import NOWHERE, Place
from refute.keys.code.state import Trace
from refute.keys.code.values import (
    Function,
    Made,
    Method,
    Name,
    Sequence,
    Term,
    Unknown,
    Value,
    known,
)

_FLATTENING = ("flatten", "view", "reshape")


@dataclass(frozen=True)
class Model:
    """A model and its layers; ``complete`` if it certainly has no others."""

    made: Made
    layers: tuple[Layer, ...]
    complete: bool
    library: Literal["keras", "torch"]
    place: Place
    block: int

    @property
    def hidden(self) -> tuple[Layer, ...]:
        """The dense layers before the last one."""
        return tuple(layer for layer in self.layers if layer.kind == "dense")[:-1]

    @property
    def output(self) -> Layer | None:
        """The last dense layer."""
        dense = [layer for layer in self.layers if layer.kind == "dense"]
        return dense[-1] if dense else None

    @property
    def is_end_known(self) -> bool:
        """Whether the output layer, and everything behind it, is certainly known.

        If a convolution follows, the last dense layer is not the output.
        """
        if self.output is None or self.made.escaped:
            return False
        at = next(i for i, layer in enumerate(self.layers) if layer is self.output)
        return all(layer.kind not in ("unknown", "convolution") for layer in self.layers[at:])

    def activation_of(self, layer: Layer) -> Value:
        """The activation after a dense layer: its own, or that of a layer before the next one.

        It is unknown if an unknown layer comes first.  A layer that returns its input, such as
        ``nn.Identity`` in the place of batch normalization, is none.
        """
        if layer.activation != "linear":
            return layer.activation
        index = next(i for i, other in enumerate(self.layers) if other is layer)
        for other in self.layers[index + 1 :]:
            if other.kind == "activation" and other.activation != "linear":
                return other.activation
            if other.kind == "unknown":
                return Unknown("a layer of unknown kind")
            if other.kind in ("dense", "convolution"):
                break
        return "linear"

    def uses(self, *names: str) -> bool:
        return any(layer.activation in names for layer in self.layers if known(layer.activation))


def is_torch_module(value: Value) -> bool:
    """Whether a value is a torch module that the program defines, or a stack of layers."""
    return isinstance(value, Made) and value.is_a("torch.nn.Module", "torch.nn.Sequential")


def is_keras_model(value: Value) -> bool:
    """Whether a value is a Keras model, even one whose layers are unknown."""
    return isinstance(value, Made) and value.is_a("keras.Sequential", "keras.Model")


def models_of(trace: Trace) -> list[Model]:
    """Return every model of a program, in the order of creation."""
    parts = _parts(trace)
    return [
        model
        for made in trace.made
        if id(made) not in parts and (model := _model(made, trace)) is not None
    ]


def _parts(trace: Trace) -> set[int]:
    """The ids of the objects that are parts of other models."""
    inner: set[int] = set()
    for made in trace.made:
        layers = made.attributes.get("layers")
        values = list(layers.items) if isinstance(layers, Sequence) else []
        if made in trace.outputs or is_backbone(made):
            values += made.attributes.values()
        inner |= {id(value) for value in values if isinstance(value, Made)}
    return inner


def _model(made: Made, trace: Trace) -> Model | None:
    """An object as a model, or ``None`` if it is not one."""
    library: Literal["keras", "torch"] = "torch" if is_torch_module(made) else "keras"
    if made.is_a("keras.Sequential", "torch.nn.Sequential"):
        layers = list(_of_sequence(made.attributes.get("layers"), trace))
    elif made in trace.outputs and not made.is_a("keras.layers.Layer"):
        layers = list(_back_from(trace.outputs[made], trace))
    elif is_backbone(made):
        layers = list(_of_value(made, trace))
    elif made.is_a("keras.Model") and isinstance(made.callee, Name):
        layers = list(_back_from(made.argument("outputs", 1), trace))
    else:
        return None
    complete = all(layer.kind != "unknown" for layer in layers) and not made.escaped
    return Model(made, tuple(layers), complete, library, made.place, made.block)


def _of_sequence(items: Value, trace: Trace) -> Iterator[Layer]:
    if not isinstance(items, Sequence):
        yield Layer("unknown", NOWHERE)
        return
    for item in items.items:
        yield from _of_value(item, trace)
    if not items.complete:
        yield Layer("unknown", items.place)


def _of_value(value: Value, trace: Trace, call: Term | None = None) -> Iterator[Layer]:
    if isinstance(value, Made) and value.is_a(*STACKS):
        yield from _of_sequence(value.attributes.get("layers"), trace)
    elif isinstance(value, Made) and (parts := in_order(value)) is not None:
        for part in parts:
            yield from _of_stage(part) if untouched(part) else _of_value(part, trace)
            if untouched(part) and has_batch_norm(value):
                yield Layer("batch norm", value.place)
    elif isinstance(value, Made) and value.kind.startswith("keras.applications."):
        yield from _of_application(value)
    elif isinstance(value, Made) and value in trace.outputs:
        yield from _back_from(trace.outputs[value], trace)
    elif isinstance(value, Made):
        yield layer_of(value, call)
    elif isinstance(value, Name | Function) and (name := activation_name(value)) is not None:
        yield Layer("activation", call.place if call else NOWHERE, activation=name)
    elif isinstance(value, Term) and value.operation in ("call", "method", "input"):
        yield from _back_from(value, trace)
    else:
        yield Layer("unknown", getattr(value, "place", NOWHERE))


def _of_stage(stage: Made) -> Iterator[Layer]:
    """A stage of a pretrained network, as a convolution."""
    channels = stage.args[:2]
    convolution = Made(Name("torch.nn.Conv2d"), (*channels, 3), {}, stage.place, stage.block)
    yield Layer("convolution", stage.place, convolution)


def _of_application(made: Made) -> Iterator[Layer]:
    """One of Keras's pretrained networks without its top, as a convolution and its pooling."""
    if made.argument("include_top", 0, True) is not False:
        yield Layer("unknown", made.place, made)
        return
    yield Layer("convolution", made.place, made)
    if (pooling := made.kwargs.get("pooling")) is not None:
        pool = Made(Name("keras.layers.GlobalAveragePooling2D"), (), {}, made.place, made.block)
        yield Layer("pooling" if isinstance(pooling, str) else "unknown", made.place, pool)


def _back_from(value: Value, trace: Trace) -> Iterator[Layer]:
    """The layers that a computed value went through, starting from its input."""
    chain: list[list[Layer]] = []
    while True:
        if isinstance(value, Made) and value.is_a("keras.Input"):
            chain.append([layer_of(value)])
            break
        if isinstance(value, Method) and value.name == "output":
            chain.append(list(_of_value(value.owner, trace)))
            break
        if not isinstance(value, Term):
            chain.append([Layer("unknown", NOWHERE)])
            break
        if value.operation == "input":
            break
        if value.operation == "call":
            callee, *args = value.operands
            chain.append(list(_applied(callee, value, trace)))
            inputs = args or [v for name, v in value.kwargs if name in ("inputs", "input", "x")]
        elif value.operation == "method":
            chain.append(list(_method(value)))
            inputs = [value.operands[0]]
        elif value.operation in ("+", "-", "*", "/"):
            # A skip connection or a scaling: only one operand is followed.
            chain.append([Layer("unknown", value.place)])
            inputs = [operand for operand in value.operands if isinstance(operand, Term)]
        else:
            inputs = []
        if not inputs:
            chain.append([Layer("unknown", value.place)])
            break
        value = inputs[0]
    for layers in reversed(chain):
        yield from layers


def _applied(callee: Value, call: Term, trace: Trace) -> Iterator[Layer]:
    if isinstance(callee, Name):
        last = callee.dotted.rpartition(".")[2]
        if last in _FLATTENING:
            yield Layer("flatten", call.place)
            return
        if last in ("dropout", "alpha_dropout", "feature_alpha_dropout"):
            rate = argument_beside(call, "p", default=0.5)
            training = argument_beside(call, "training", at=1, default=True)
            kind: Kind = "dropout" if last == "dropout" else "alpha dropout"
            yield Layer(kind, call.place, rate=rate, training=training)
            return
    yield from _of_value(callee, trace, call)


def _method(call: Term) -> Iterator[Layer]:
    name = call.operands[1]
    if name in _FLATTENING:
        yield Layer("flatten", call.place)
    elif (activation := activation_name(name)) is not None:
        yield Layer("activation", call.place, activation=activation)
    elif name not in ("to", "float", "cuda", "cpu", "contiguous"):
        yield Layer("unknown", call.place)
