"""What is known about an object as a layer: its kind and the arguments that matter."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Literal

from refute.keys.code.places import Place
from refute.keys.code.values import Function, Made, Method, Name, Term, Unknown, Value

Kind = Literal[
    "input", "flatten", "dense", "activation", "batch norm", "norm", "dropout", "alpha dropout",
    "normalization", "convolution", "pooling", "reshape", "unknown",
]  # fmt: skip

DROPOUTS: tuple[Kind, ...] = ("dropout", "alpha dropout")
WITH_MODES: tuple[Kind, ...] = (*DROPOUTS, "batch norm")
"""Kinds of layers that behave differently in training and in evaluation mode."""

RECURRENT = ("torch.nn.LSTM", "torch.nn.GRU", "torch.nn.RNN")
"""The recurrent layers of torch."""

_KERAS: dict[str, Kind] = {
    "Flatten": "flatten",
    "Dense": "dense",
    "Activation": "activation",
    "BatchNormalization": "batch norm",
    "LayerNormalization": "norm",
    "UnitNormalization": "norm",
    "GroupNormalization": "norm",
    "Dropout": "dropout",
    "SpatialDropout1D": "dropout",
    "SpatialDropout2D": "dropout",
    "GaussianDropout": "dropout",
    "AlphaDropout": "alpha dropout",
    "Normalization": "normalization",
    "Rescaling": "normalization",
    "Reshape": "reshape",
    "GaussianNoise": "norm",
}
_TORCH: dict[str, Kind] = {
    "Flatten": "flatten",
    "Linear": "dense",
    "LazyLinear": "dense",
    "BatchNorm1d": "batch norm",
    "BatchNorm2d": "batch norm",
    "LayerNorm": "norm",
    "Dropout": "dropout",
    "Dropout1d": "dropout",
    "Dropout2d": "dropout",
    "AlphaDropout": "alpha dropout",
    "FeatureAlphaDropout": "alpha dropout",
    "Unflatten": "reshape",
}
_ACTIVATIONS = {
    "elu", "selu", "relu", "gelu", "swish", "silu", "mish", "tanh", "sigmoid", "softmax",
    "softplus", "leakyrelu", "leaky_relu", "prelu", "hardswish", "logsoftmax", "log_softmax",
    "celu", "relu6", "softsign", "linear", "identity", "exponential",
}  # fmt: skip
_SAME = {"silu": "swish", "leakyrelu": "leaky_relu", "identity": "linear", "none": "linear",
         "logsoftmax": "log_softmax"}  # fmt: skip


@dataclass(frozen=True)
class Layer:
    """One layer: its kind, its place, and the arguments that matter.

    ``activation`` is a name, or ``"linear"`` if there is none.  ``initializer`` is the argument for
    the weights, or ``None`` for the library's default.
    """

    kind: Kind
    place: Place
    made: Made | None = None
    units: Value = None
    activation: Value = "linear"
    initializer: Value = None
    rate: Value = None
    training: Value = None

    @property
    def has_weights(self) -> bool:
        return self.kind in ("dense", "convolution", "batch norm", "norm")


def layer_of(made: Made, call: Term | None = None) -> Layer:
    """Return what is known about an object as a layer."""
    training = dict(call.kwargs).get("training") if call is not None else None
    callee = made.callee
    dotted = callee.dotted if isinstance(callee, Name) else next(callee.names(), "")
    last = dotted.rpartition(".")[2]
    torch = dotted.startswith("torch.nn.")
    if dotted == "keras.Input":
        return Layer("input", made.place, made)
    if not torch and not dotted.startswith("keras.layers."):
        return Layer("unknown", made.place, made)
    kind = (_TORCH if torch else _KERAS).get(last, "unknown")
    if kind == "dense":
        return _torch_dense(made, last) if torch else _keras_dense(made)
    if kind in DROPOUTS:
        rate = made.argument("p", 0, 0.5) if torch else made.argument("rate", 0, Unknown("no rate"))
        return Layer(kind, made.place, made, rate=rate, training=_flag(made, training))
    if kind == "activation":
        return Layer(kind, made.place, made, activation=_activation(made.argument("activation", 0)))
    if kind == "unknown" and last.lower() in _ACTIVATIONS:
        name = last.lower()
        return Layer("activation", made.place, made, activation=_SAME.get(name, name))
    if "Conv" in last:
        return Layer("convolution", made.place, made)
    if "Pool" in last:
        return Layer("pooling", made.place, made)
    return Layer(kind, made.place, made, training=training)


def _flag(made: Made, training: Value) -> Value:
    """The training flag that a dropout layer is called with; the program's own class may set it."""
    call = made.own("call")
    if isinstance(call, Function):
        for node in ast.walk(call.node):
            if isinstance(node, ast.keyword) and node.arg == "training":
                always_on = isinstance(node.value, ast.Constant) and node.value.value is True
                return True if always_on else training
        return Unknown("the program's own dropout class")
    return training


def _torch_dense(made: Made, name: str) -> Layer:
    units = made.argument("out_features", 0 if name == "LazyLinear" else 1)
    return Layer("dense", made.place, made, units=units)


def _keras_dense(made: Made) -> Layer:
    return Layer(
        "dense",
        made.place,
        made,
        units=made.argument("units", 0),
        activation=_activation(made.argument("activation", 1)),
        initializer=made.argument("kernel_initializer", 3),
    )


def _activation(value: Value) -> Value:
    if value is None:
        return "linear"
    name = activation_name(value)
    return Unknown("an activation of unknown value") if name is None else name


def activation_name(value: Value) -> str | None:
    """Return the usual name of an activation, or ``None`` if the value is not a known one."""
    if isinstance(value, str):
        name = value
    elif isinstance(value, Name):
        name = value.dotted.rpartition(".")[2]
    elif isinstance(value, Method):
        name = value.name
    elif isinstance(value, Made) and isinstance(value.callee, Name):
        name = value.callee.dotted.rpartition(".")[2]
    elif isinstance(value, Function):
        return "selu" if _has_constants_of_selu(value) else None
    else:
        return None
    name = name.lower()
    return _SAME.get(name, name) if name in _ACTIVATIONS else None


def _has_constants_of_selu(function: Function) -> bool:
    numbers = {
        round(node.value, 2)
        for node in ast.walk(function.node)
        if isinstance(node, ast.Constant) and isinstance(node.value, float)
    }
    return {1.05, 1.67} <= numbers
