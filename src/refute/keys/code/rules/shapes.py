"""The rule about losses that broadcast outputs of shape (N, 1) against labels of shape (N,)."""

from __future__ import annotations

from collections.abc import Iterator

from refute.keys.code.facts import Facts
from refute.keys.code.loading import is_loader, loader_of
from refute.keys.code.losses import losses, name_of_loss
from refute.keys.code.rules.answers import Answer, Faulty, Fine, rule
from refute.keys.code.values import Element, Made, Name, Sequence, Term, Value, callee

_OF_PAIRS = ("MSELoss", "L1Loss", "SmoothL1Loss", "HuberLoss", "BCELoss", "BCEWithLogitsLoss",
             "mse_loss", "l1_loss", "smooth_l1_loss", "binary_cross_entropy",
             "binary_cross_entropy_with_logits")  # fmt: skip
_CREATING = ("randn", "rand", "zeros", "ones")
_OF_ONE_AXIS = ("linspace", "arange")
_KEEPING = ("float", "double", "long", "to", "clone", "detach", "sin", "cos", "exp", "abs", "tanh",
            "sigmoid", "relu", "pow", "sqrt", "log", "cuda", "cpu")  # fmt: skip
_OPERATORS = ("+", "-", "*", "/", ">", "<", ">=", "<=", "==")


@rule(
    "code/loss-by-broadcasting",
    "a loss compares outputs of shape (N, 1) with labels of shape (N,)",
    severity="error",
    fix="Give both one shape: model(x).squeeze(1), or y.unsqueeze(1).",
)
def loss_by_broadcasting(facts: Facts) -> Iterator[Answer]:
    for part in facts.with_uncalled:
        for loss in losses(part):
            if len(loss.args) < 2 or not name_of_loss(loss).endswith(_OF_PAIRS):
                continue
            model = part.model_of(callee(loss.args[0]))
            if model is None or model.library != "torch" or not model.is_end_known:
                continue
            one = model.output is not None and model.output.units == 1
            last = model.layers[-1].kind in ("dense", "activation")
            axes = _axes(loss.args[1])
            if one and last and axes == 1:
                yield Faulty(loss.place, "outputs (N, 1) against labels (N,) give N by N numbers")
            elif axes == 2:
                yield Fine(loss.place)


def _axes(value: Value) -> int | None:
    """The number of axes of a tensor, ``None`` if it is unknown."""
    if isinstance(value, int | float):
        return 0
    if isinstance(value, Element):
        return _of_batch(value)
    if not isinstance(value, Term):
        return None
    if value.operation in _OPERATORS:
        sides = [_axes(side) for side in value.operands]
        return None if None in sides else max(side for side in sides if side is not None)
    if value.operation == "item":
        return _of_item(value)
    if value.operation == "method":
        return _after(value.operands[1], value.operands[0], value.operands[2:])
    if value.operation == "call" and isinstance(value.operands[0], Name):
        library, _, name = value.operands[0].dotted.rpartition(".")
        return _of_torch(name, value.operands[1:]) if library == "torch" else None
    return None


def _of_item(item: Term) -> int | None:
    """The axes of a part of a tensor: a slice keeps an axis, a number takes it away."""
    tensor, index = item.operands
    axes = _axes(tensor)
    parts = index if isinstance(index, tuple) else (index,)
    slices = [isinstance(part, Term) and part.operation == "slice" for part in parts]
    plain = all(is_one or type(part) is int for is_one, part in zip(slices, parts, strict=True))
    return None if axes is None or not plain else axes - slices.count(False)


def _of_torch(name: str, args: tuple[Value, ...]) -> int | None:
    if name in _OF_ONE_AXIS:
        return 1
    if name in _CREATING and args:
        shape = args[0] if isinstance(args[0], tuple | Sequence) else args
        return len(shape.items if isinstance(shape, Sequence) else shape)
    if name.endswith("_like") and args:
        return _axes(args[0])
    return _after(name, args[0], args[1:]) if args else None


def _after(name: str, tensor: Value, args: tuple[Value, ...]) -> int | None:
    """The axes of a tensor after a method."""
    if name in ("view", "reshape"):
        shape = args[0] if len(args) == 1 and isinstance(args[0], tuple) else args
        return len(shape) if all(isinstance(size, int) for size in shape) else None
    axes = _axes(tensor)
    if name == "unsqueeze" and axes is not None:
        return axes + 1
    return axes if name in _KEEPING else None


def _of_batch(batch: Element) -> int | None:
    """The axes of a part of the batches that a loader of tensors gives."""
    loader, path = loader_of(batch)
    dataset = (
        loader.argument("dataset", 0) if isinstance(loader, Made) and is_loader(loader) else None
    )
    if not isinstance(dataset, Made) or not dataset.kind.endswith("TensorDataset"):
        return None
    return _axes(dataset.args[path[0]]) if len(path) == 1 and path[0] < len(dataset.args) else None
