"""Follows the size of a sample through modules and functions of torch, as far as it is known."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from math import prod
from typing import Literal

from refute.keys.code.backbones import STAGE, in_order, is_backbone, untouched
from refute.keys.code.facts import Facts
from refute.keys.code.images import size_of_images
from refute.keys.code.layers import activation_name, layer_of
from refute.keys.code.loading import dataset_of
from refute.keys.code.models import is_torch_module
from refute.keys.code.places import Place
from refute.keys.code.state import Trace
from refute.keys.code.values import (
    Element,
    Made,
    Method,
    Name,
    Sequence,
    Term,
    Value,
    members,
    walk,
)
from refute.keys.code.windows import Size, after_padding, after_resizing, after_window, is_window

_KEEPING = ("to", "float", "double", "half", "cuda", "cpu", "contiguous", "clone", "detach",
            "requires_grad_", "type")  # fmt: skip
_KINDS = ("activation", "dropout", "alpha dropout")
_POOLS = {
    "max_pool1d": "MaxPool1d",
    "max_pool2d": "MaxPool2d",
    "avg_pool1d": "AvgPool1d",
    "avg_pool2d": "AvgPool2d",
    "adaptive_avg_pool1d": "AdaptiveAvgPool1d",
    "adaptive_avg_pool2d": "AdaptiveAvgPool2d",
    "adaptive_max_pool2d": "AdaptiveMaxPool2d",
}
_DROPOUTS = ("dropout", "dropout1d", "dropout2d", "alpha_dropout", "feature_alpha_dropout")
_RESIZING = re.compile(r"torch\.nn\.Upsampl(e|ing(Nearest|Bilinear)2d)")
_CREATING = ("randn", "rand", "zeros", "ones", "empty")

RESHAPING = r"grayscale|resize|crop|pad\b|repeat|expand|lambda|subset|concat|\bcat\("
"""What a program mentions if its images may not have the size of its dataset."""

Side = int | Literal["all"] | None
"""The number along an axis; ``"all"`` samples of the batch."""


@dataclass(frozen=True)
class Misfit:
    """A layer or a view that does not take samples of the size that it gets.

    ``is_first`` says that these went through no layer with weights before.
    """

    place: Place
    why: str
    is_first: bool


def flows(facts: Facts) -> Iterator[tuple[Made, Sizes]]:
    """Yield the modules of torch that get samples of known size, with what happens to these.

    A model whose inputs are not known is taken to get the images of the program's only data; if
    these are not known either, sizes are known from the first view that states them.
    """
    followed: set[int] = set()
    for part in facts.with_uncalled:
        seen: set[tuple[int, Size]] = set()
        for event in part.trace.events:
            module = event.receiver
            if event.name != "()" or not _is_module(module) or len(event.args) != 1:
                continue
            flow = Sizes(part.trace)
            flow.is_probe = any(
                isinstance(part, Name) and part.dotted.endswith(_CREATING)
                for part in walk(event.args[0])
            )
            size = flow.of(event.args[0])
            if size is not None and (id(module), size) not in seen:
                seen.add((id(module), size))
                followed.add(id(module))
                flow.end = flow.of(event.result)
                yield module, flow
    models = [model.made for model in facts.models if model.library == "torch"]
    size = _only_size(facts) if len(models) == 1 else None
    for made in models:
        if id(made) not in followed and not (made.escaped and isinstance(made.callee, Name)):
            flow = Sizes(facts.trace)
            flow.end = flow.after(made, size)
            yield made, flow


def _is_module(value: Value) -> bool:
    """Whether a value is a module or a layer of torch that only code that is followed has got."""
    if not isinstance(value, Made) or value.escaped:
        return False
    return is_torch_module(value) or value.kind.startswith("torch.nn.")


def _only_size(facts: Facts) -> Size | None:
    """The size of the images of all of torchvision's datasets in a program, if it is one."""
    if facts.mentions(RESHAPING):
        return None
    sets = [made for made in facts.trace.made if made.kind.startswith("torchvision.datasets.")]
    sizes = {size_of_images(made) for made in sets}
    return sizes.pop() if len(sizes) == 1 else None


@dataclass
class Sizes:
    """Follows sizes through what modules compute, and notes what fits and what does not.

    Attributes:
        trace: what the program does.
        fitting: the places of the layers that take what they get.
        misfits: the layers and views that do not.
        split: the places of views that make several samples of each one.
        grouped: the places of views of tensors whose size was not known.
        passed: the layers that samples went through and that have weights, or may have some.
        end: the size behind the last module.
        known: the sizes of values, by id.
        is_probe: the samples are made up to see what fits, not images of a dataset.
    """

    trace: Trace
    fitting: list[Place] = field(default_factory=list)
    misfits: list[Misfit] = field(default_factory=list)
    split: list[Place] = field(default_factory=list)
    grouped: list[Place] = field(default_factory=list)
    passed: list[Made] = field(default_factory=list)
    end: Size | None = None
    known: dict[int, Size | None] = field(default_factory=dict)
    is_probe: bool = False

    def of(self, value: Value) -> Size | None:
        """Return the size of a sample of a batch, ``None`` if it is unknown."""
        if id(value) not in self.known:
            self.known[id(value)] = self._computed(value)
        return self.known[id(value)]

    def after(self, made: Made, size: Size | None) -> Size | None:
        """Return the size after a module, ``None`` if it is unknown or the module does not fit."""
        layers = made.attributes.get("layers")
        if made.kind == "torch.nn.Sequential" and isinstance(layers, Sequence):
            return self._after_all(layers, size)
        if is_backbone(made):
            return self._after_backbone(made, size)
        if made in self.trace.outputs:
            inner = replace(self, end=None, known={id(made): size})
            output = self.trace.outputs[made]
            sizes = [
                inner.of(part) for part in (output if isinstance(output, tuple) else (output,))
            ]
            return sizes[0] if len(sizes) == 1 else None
        result = self._after_layer(made, size) if size else None
        layer = layer_of(made)
        if layer.has_weights or layer.kind == "unknown":
            self.passed.append(made)
        return result

    def _after_backbone(self, made: Made, size: Size | None) -> Size | None:
        """The size after a pretrained network: that of its input matters only for the channels."""
        parts = [part for part in in_order(made) or () if isinstance(part, Made)]
        stages = [part for part in parts if part.kind == STAGE]
        first, head = parts[0], parts[-3:]
        if size is not None and (first not in stages or untouched(first)):
            wanted = first.argument("in_channels", 0)
            if self._expects(made, wanted, size[0], size, "channels") is None:
                return None
        self.passed.append(made)
        if not stages or not all(map(untouched, stages)) or made.escaped:
            return None
        result: Size | None = (stages[-1].args[1], 1, 1)
        for part in head:  # the pool gives its own sides, whatever it gets
            result = self.after(part, result)
        return result

    def _after_layer(self, made: Made, size: Size) -> Size | None:
        if is_window(made):
            return self._after_window(made, size)
        if made.kind == "torch.nn.Linear":
            return self._after_linear(made, size)
        if made.kind == STAGE:
            channels, stride = made.args[1], made.args[2]
            sides = [-(-side // stride) for side in size[1:]]
            return (channels, *sides) if untouched(made) and stride <= 2 else None
        if _RESIZING.fullmatch(made.kind):
            return after_resizing(size, made.argument("size", 0), made.argument("scale_factor", 1))
        if made.kind.endswith("Pad2d"):
            return after_padding(size, made.argument("padding", 0))
        if made.kind == "torch.nn.Unflatten" and made.argument("dim", 0) in (1, -len(size)):
            unflat = members(made.argument("unflattened_size", 1)) or ()
            return self._viewed(size, ["all", *map(self._side, unflat)], made.place)
        if made.kind == "torch.nn.Flatten":
            ends = made.argument("start_dim", 0, 1), made.argument("end_dim", 1, -1)
            return (prod(size),) if ends == (1, -1) else None
        if made.kind in ("torch.nn.BatchNorm1d", "torch.nn.BatchNorm2d"):
            return self._expects(made, made.argument("num_features", 0), size[0], size)
        return size if layer_of(made).kind in _KINDS else None

    def _after_all(self, layers: Sequence, size: Size | None) -> Size | None:
        for layer in layers.items:
            size = self.after(layer, size) if isinstance(layer, Made) else None
        return size if layers.complete else None

    def _after_window(self, made: Made, size: Size) -> Size | None:
        result = after_window(made, size)
        if result is not None and made.kind.startswith("torch.nn.Conv"):
            wanted = made.argument("in_channels", 0)
            if self._expects(made, wanted, size[0], size, "channels") is None:
                return None
        if result is None or min(result) > 0:
            return result
        self._note(made.place, f"its window is larger than its input of {size}")
        return None

    def _after_linear(self, made: Made, size: Size) -> Size | None:
        units, wanted = made.argument("out_features", 1), made.argument("in_features", 0)
        if len(size) > 1 and size[-1] != wanted:
            return None  # not flattened, which another rule is about
        if self._expects(made, wanted, size[-1], size) is None:
            return None
        return (*size[:-1], units) if type(units) is int else None

    def _expects(
        self, made: Made, wanted: Value, got: int, size: Size, what: str = "features"
    ) -> Size | None:
        """Note whether a layer gets what it expects; return the size if it does."""
        if type(wanted) is not int:
            return None
        if wanted == got:
            self.fitting.append(made.place)
            return size
        self._note(made.place, f"this layer expects {wanted} {what}, but gets {got}")
        return None

    def _note(self, place: Place, why: str) -> None:
        self.misfits.append(Misfit(place, why, not (self.passed or self.grouped or self.is_probe)))

    def _computed(self, value: Value) -> Size | None:
        if isinstance(value, Element):
            return self._of_batch(value)
        if isinstance(value, Made) and value.kind == "torch.autograd.Variable":
            return self.of(value.argument("data", 0))
        if not isinstance(value, Term):
            return None
        if value.operation == "input":
            return self.known.get(id(value.operands[0]))
        if value.operation == "call":
            return self._called(value)
        if value.operation == "method":
            tensor, name, *args = value.operands
            return self._named(name, tensor, tuple(args), value)
        if value.operation == "item":
            return self._of_batch(value)
        if value.operation in ("+", "-", "*", "/"):
            return self._combined(value.operands)
        return None

    def _combined(self, operands: tuple[Value, ...]) -> Size | None:
        sizes = {self.of(side) for side in operands if not isinstance(side, int | float)}
        return sizes.pop() if len(sizes) == 1 else None

    def _of_batch(self, value: Value) -> Size | None:
        dataset, path = dataset_of(value)
        if path == (0,) and isinstance(dataset, Made) and dataset.kind.endswith("TensorDataset"):
            return self.of(dataset.argument("tensors", 0))
        return size_of_images(dataset) if path == (0,) else None

    def _called(self, call: Term) -> Size | None:
        called, *args = call.operands
        if isinstance(called, Made):
            return self.after(called, self.of(args[0]) if args else None)
        if not isinstance(called, Name) or not called.dotted.startswith("torch."):
            return None
        name = called.dotted.rpartition(".")[2]
        if name in _CREATING:
            shape = args[0] if len(args) == 1 and isinstance(args[0], tuple | Sequence) else args
            sides = tuple(shape.items if isinstance(shape, Sequence) else shape)
            return sides[1:] if all(type(side) is int for side in sides) else None
        return self._named(name, args[0], tuple(args[1:]), call) if args else None

    def _named(self, name: str, tensor: Value, args: tuple[Value, ...], call: Term) -> Size | None:
        """The size after a function or method with this name."""
        kwargs = dict(call.kwargs)
        if name in ("cat", "concat") and isinstance(tensor, Sequence):
            axis = kwargs.get("dim", args[0] if args else 0)
            return self._joined(tensor, axis)
        size = self.of(tensor)
        if name in ("view", "reshape"):
            listed = len(args) == 1 and isinstance(args[0], tuple | Sequence)
            shape = args[0] if listed else args
            sides = shape.items if isinstance(shape, Sequence) else shape
            return self._viewed(size, [self._side(side) for side in sides], call.place)
        if size is None:
            return None
        if name in _POOLS and len(args) < 5:
            pool = Made(Name(f"torch.nn.{_POOLS[name]}"), args, kwargs, call.place, 0)
            return self._after_window(pool, size)
        if name == "flatten":
            start = kwargs.get("start_dim", args[0] if args else 0)
            return (prod(size),) if start == 1 and len(args) < 2 and len(kwargs) < 2 else None
        if name == "interpolate":
            given = [kwargs.get(key, args[at] if len(args) > at else None)
                     for at, key in enumerate(("size", "scale_factor"))]  # fmt: skip
            return after_resizing(size, *given)
        if name == "pad" and kwargs.keys() <= {"mode", "value", "pad"}:
            return after_padding(size, kwargs.get("pad", args[0] if args else None))
        if name in ("permute", "transpose", "swapaxes", "unsqueeze"):
            return _rearranged(name, size, args)
        if name in ("mean", "amax"):
            return _averaged(size, args, kwargs)
        if name == "squeeze" and len(args) == 1 and args[0] in (-1, len(size)):
            return size[:-1] if size[-1] == 1 and len(size) > 1 else size
        is_activation = activation_name(name.rstrip("_")) is not None and name != "linear"
        return size if is_activation or name in (*_KEEPING, *_DROPOUTS) else None

    def _joined(self, parts: Sequence, axis: Value) -> Size | None:
        sizes = [self.of(part) for part in parts.items]
        known = [size for size in sizes if size is not None]
        if not parts.complete or not known or len(known) < len(sizes) or axis != 1:
            return None
        same = len({size[1:] for size in known}) == 1
        return (sum(size[0] for size in known), *known[0][1:]) if same else None

    def _side(self, value: Value) -> Side:
        """A number that a view is given: written out, or asked from a tensor."""
        if type(value) is int:
            return value
        if not isinstance(value, Term):
            return None
        if value.operation == "*":
            factors = [self._side(factor) for factor in value.operands]
            sides = [factor for factor in factors if isinstance(factor, int)]
            return prod(sides) if len(sides) == len(factors) else None
        tensor, axis = _asked(value)
        size = self.of(tensor) if axis is not None else None
        if size is None or axis is None or not -len(size) <= axis <= len(size):
            return None
        return "all" if axis == 0 else size[axis - 1 if axis > 0 else axis]

    def _viewed(self, size: Size | None, sides: list[Side], place: Place) -> Size | None:
        """The size after a view; one that does not fit is noted."""
        rest = [side for side in sides[1:] if isinstance(side, int)]
        if not rest or len(rest) < len(sides) - 1 or 0 in rest:
            return None
        if size is None or self.grouped:
            if len(rest) < 3:
                self.grouped.append(place)
            return tuple(rest) if -1 not in rest else None
        if sides[0] not in ("all", -1) or self.split:
            return None  # it may put together what another view took apart
        total, asked = prod(size), prod(side for side in rest if side != -1)
        if -1 in rest:
            fits = sides[0] == "all" and rest.count(-1) == 1 and total % asked == 0
            return tuple(total // asked if side == -1 else side for side in rest) if fits else None
        if asked == total:
            return tuple(rest)
        if sides[0] == -1 and total % asked == 0:
            self.split.append(place)
            return tuple(rest) if len(rest) == 1 else None
        self._note(place, f"a sample has {total} numbers here, not {asked}")
        return (total,) if len(rest) == 1 else None


def _asked(value: Term) -> tuple[Value, int | None]:
    """The tensor and the axis whose size a term asks for, as ``x.size(0)`` or ``len(x)``."""
    if value.operation == "call" and value.operands[0] == Name("len") and len(value.operands) == 2:
        return value.operands[1], 0
    if value.operation == "method" and value.operands[1] == "size":
        axis = value.operands[2] if len(value.operands) == 3 else None
        return value.operands[0], axis if type(axis) is int else None
    if value.operation == "item" and type(value.operands[1]) is int:
        of, axis = value.operands
        if isinstance(of, Method) and of.name == "shape":
            return of.owner, axis
        if isinstance(of, Term) and of.operation == "method" and of.operands[1:] == ("size",):
            return of.operands[0], axis
    return None, None


def _rearranged(name: str, size: Size, args: tuple[Value, ...]) -> Size | None:
    """The size after axes change places, or one is added; the batch stays the first."""
    listed = members(args[0]) if len(args) == 1 else None
    count = len(size) + 1
    axes = [axis for axis in (args if listed is None else listed) if type(axis) is int]
    axes = [axis % (count + (name == "unsqueeze")) for axis in axes]
    order = list(range(count))
    if name == "permute" and sorted(axes) == order:
        order = axes
    elif name == "unsqueeze" and len(axes) == 1 and axes[0]:
        return (*size[: axes[0] - 1], 1, *size[axes[0] - 1 :])
    elif name in ("transpose", "swapaxes") and len(axes) == 2:
        a, b = axes
        order[a], order[b] = b, a
    else:
        return None
    return tuple(size[axis - 1] for axis in order[1:]) if order[0] == 0 else None


def _averaged(size: Size, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Size | None:
    """The size after an average over axes."""
    given = kwargs.get("dim", args[0] if len(args) == 1 else args)
    axes = list(given.items if isinstance(given, Sequence) else _tuple(given))
    if kwargs.keys() - {"dim"} or not axes or not all(type(axis) is int for axis in axes):
        return None
    gone = {axis if axis > 0 else len(size) + 1 + axis for axis in axes}
    inside = all(0 < axis <= len(size) for axis in gone) and len(gone) < len(size)
    return tuple(_without(size, gone)) if inside else None


def _tuple(value: Value) -> tuple[Value, ...]:
    return value if isinstance(value, tuple) else (value,)


def _without(size: Size, gone: set[int]) -> Iterator[int]:
    return (side for axis, side in enumerate(size, 1) if axis not in gone)
