"""Rules about SELU: its weights, its inputs, and dropout beside it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from refute.keys.code.data import scale
from refute.keys.code.exercise import step_of_exercise
from refute.keys.code.facts import Facts
from refute.keys.code.layers import Layer
from refute.keys.code.models import Model
from refute.keys.code.places import Place
from refute.keys.code.rules.answers import TOO_LONG, Answer, Evidence, Faulty, Fine, Unsure, rule
from refute.keys.code.values import Class, Made, Name, Unknown, Value, known

_LECUN = ("lecun_normal", "lecun_uniform", "LecunNormal", "LecunUniform", "Orthogonal",
          "orthogonal", "OrthogonalInitializer")  # fmt: skip
_FREE_VARIANCE = ("RandomNormal", "RandomUniform", "TruncatedNormal", "Constant")
"""Initializers whose arguments set the variance."""


@rule(
    "code/selu-without-lecun",
    "SELU with initial weights whose variance is not 1/fan_in",
    severity="wrong",
    fix='Use kernel_initializer="lecun_normal" in every SELU layer.',
    evidence=(Evidence("selu/needs-lecun-init", "with He's weights"),),
)
def selu_without_lecun(facts: Facts) -> Iterator[Answer]:
    for layer, fan_in in _selu_layers(facts):
        suits = _suits(layer, fan_in)
        if suits is None:
            yield Unsure(layer.place, "the variance of the initial weights is unknown")
        elif suits:
            yield Fine(layer.place)
        else:
            weights = _in_words(layer.initializer)
            yield Faulty(
                layer.place,
                f"this SELU layer starts with {weights}, whose variance is not 1/fan_in",
            )
    for model in facts.models:
        if model.library == "torch" and model.uses("selu"):
            yield from _torch_weights(facts, model)


def _selu_layers(facts: Facts) -> Iterator[tuple[Layer, Value]]:
    """Dense Keras layers with SELU, each with its fan-in; ``None`` stands for the model's input."""
    seen: set[int] = set()
    for model in facts.models:
        if model.library == "torch":
            continue
        fan_in: Value = None
        for layer in model.layers:
            if layer.kind != "dense":
                continue
            seen.add(id(layer.made))
            if model.activation_of(layer) == "selu":
                yield layer, fan_in
            fan_in = layer.units
    for layer in facts.layers:
        if layer.kind == "dense" and layer.activation == "selu" and id(layer.made) not in seen:
            yield layer, Unknown("a layer in no model")


def _suits(layer: Layer, fan_in: Value) -> bool | None:
    """Whether a layer's initial weights have variance 1/fan_in; ``None`` if that is unknown."""
    initializer = layer.initializer
    if isinstance(initializer, Unknown):
        return None
    name = initializer if isinstance(initializer, str) else None
    if isinstance(initializer, Made):
        name = initializer.kind.rpartition(".")[2]
        if name == "VarianceScaling":
            return _scales_to_one(initializer)
        own_class = isinstance(initializer.callee, Class)
        if own_class or (name in _FREE_VARIANCE and (initializer.args or initializer.kwargs)):
            return None
    elif isinstance(initializer, Name):
        name = initializer.dotted.rpartition(".")[2]
    elif not known(initializer):
        return None
    if name in _LECUN:
        return True
    if name is None or "glorot" in name.lower() or "xavier" in name.lower():
        # Glorot's variance is 2/(fan_in + fan_out).
        return fan_in == layer.units if known(fan_in) and known(layer.units) else None
    return False


def _scales_to_one(initializer: Made) -> bool | None:
    factor = initializer.argument("scale", 0, 1.0)
    mode = initializer.argument("mode", 1, "fan_in")
    return bool(factor == 1 and mode == "fan_in") if known(factor) and known(mode) else None


def _in_words(initializer: Value) -> str:
    if initializer is None:
        return "Keras's default (Glorot) weights"
    if isinstance(initializer, Made):
        return f"{initializer.kind.rpartition('.')[2]} weights"
    return f"{initializer} weights"


def _torch_weights(facts: Facts, model: Model) -> Iterator[Answer]:
    place = model.place
    if facts.mentions(r"""nonlinearity\s*=\s*["'](linear|selu)|lecun|\*\*\s*-\s*0?\.5|sqrt"""):
        yield Fine(place)
    elif facts.mentions(r"init\.(kaiming|xavier|normal|uniform|trunc|orthogonal)"):
        yield Unsure(place, "it is unknown which weights nn.init gives the SELU layers")
    elif model.made.escaped or facts.events(model.made, "apply"):
        yield Unsure(place, "the model is passed to something that may initialize it")
    else:
        yield Faulty(
            place, "the SELU layers keep torch's default weights, whose variance is 1/(3 fan_in)"
        )


@rule(
    "code/selu-inputs-not-standardised",
    "a SELU model is trained on inputs that are not standardised",
    severity="wrong",
    fix="Subtract the mean of the training images and divide by their standard deviation.",
    evidence=(Evidence("selu/needs-standardized-inputs", "inputs between 0 and 1"),),
)
def selu_inputs_not_standardised(facts: Facts) -> Iterator[Answer]:
    for model in facts.models:
        if not model.uses("selu"):
            continue
        first = next((layer for layer in model.layers if layer.kind == "dense"), None)
        before = model.layers[: model.layers.index(first)] if first else ()
        if any(layer.kind in ("normalization", "batch norm", "norm") for layer in before):
            yield Fine(model.place)
            continue
        for fit in facts.events(model.made, "fit"):
            scaled = scale(fit.argument("x", 0))
            if scaled == "standardised":
                yield Fine(fit.place)
            elif scaled is None:
                yield Unsure(fit.place, "it is unknown how the images were scaled")
            elif scaled == "centred":
                yield Faulty(fit.place, "the images are centred but not standardised", "weak")
            else:
                pixels = "raw pixels" if scaled == "raw" else "pixels divided by a constant"
                yield Faulty(fit.place, f"a model with SELU layers is fitted to {pixels}")


@rule(
    "code/selu-with-plain-dropout",
    "ordinary dropout in a SELU network",
    severity="wrong",
    fix="Use AlphaDropout in a SELU network.",
    evidence=(Evidence("selu/plain-dropout-incompatible", "dropout 0.1"),),
)
def selu_with_plain_dropout(facts: Facts) -> Iterator[Answer]:
    for stack in facts.stacks:
        selu = [index for index, layer in enumerate(stack) if layer.activation == "selu"]
        for index, layer in _first_at_each_place(stack):
            if not selu or layer.kind != "dropout" or index < selu[0]:
                continue
            if any(other.has_weights for other in stack[selu[-1] + 1 : index]):
                continue  # it is on the outputs of another layer
            if not known(layer.rate):
                yield Unsure(layer.place, "the dropout rate is unknown")
            elif layer.rate == 0:
                yield Fine(layer.place)
            elif index > selu[-1]:
                why = "ordinary dropout after the last SELU layer changes the variance that the "
                yield Faulty(layer.place, why + "output layer receives", "weak")
            else:
                yield Faulty(
                    layer.place,
                    "ordinary dropout between SELU layers changes the variance of the activations",
                )


def _first_at_each_place(stack: tuple[Layer, ...]) -> list[tuple[int, Layer]]:
    """The layers with their positions; of those that a loop adds at one place, the first."""
    first: dict[tuple[str, Place], tuple[int, Layer]] = {}
    for index, layer in enumerate(stack):
        first.setdefault((layer.kind, layer.place), (index, layer))
    return list(first.values())


@rule(
    "code/selu-missing",
    "no SELU in the step that asks for it",
    severity="wrong",
    fix='Use activation="selu" in the hidden layers of this step.',
    evidence=(Evidence("cifar/d-self-normalizes"),),
)
def selu_missing(facts: Facts) -> Iterator[Answer]:
    for blocks in _asking_for_selu(facts).values():
        layers = [layer for layer in facts.layers if layer.made and layer.made.block in blocks]
        models = [model for model in facts.models if model.block in blocks]
        dense = [layer for layer in layers if layer.kind == "dense"]
        if not dense and not models:
            continue
        everything = [*layers, *(layer for model in models for layer in model.layers)]
        place = dense[0].place if dense else models[0].place
        if any(layer.activation == "selu" for layer in everything):
            yield Fine(place)
        elif any(isinstance(layer.activation, Unknown) for layer in everything) or any(
            _SELU.search(_code(facts.program.blocks[number].block.text)) for number in blocks
        ):
            yield Unsure(place, "the activation in this step is unknown")
        else:
            yield Faulty(place, "this step should use SELU, but no layer in it does")


_SELU = re.compile(r"\bselu\b", re.IGNORECASE)


def _asking_for_selu(facts: Facts) -> dict[str, set[int]]:
    """The blocks that should use SELU, by their step or else by the line that says so."""
    asking: dict[str, set[int]] = defaultdict(set)
    for number in sorted({made.block for made in facts.trace.made}):
        block = facts.program.blocks[number]
        lines = [*block.block.headings[-1:], *_first_comment(block.block.text)]
        is_d = step_of_exercise(facts, number) == "d"
        says = "d" if is_d else next(filter(_asks, lines), None)
        if says is not None:
            asking[says].add(number)
    return asking


def _asks(line: str) -> bool:
    """Whether a line asks for SELU, rather than to compare it or to do without it."""
    if not _SELU.search(line) or re.search(_OTHERS, line, re.IGNORECASE):
        return False
    return not re.search(_AVOIDING, line, re.IGNORECASE)


_OTHERS = r"\b(re?lu|elu|gelu|swish|silu|tanh|sigmoid|mish|prelu|leaky\w*)\b|compar|\bvs\b|versus"
_AVOIDING = r"\b(without|no|not|than|instead of|rather than|drop|remove)\s+(\w+\s+){0,2}selu\b"


def _first_comment(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.lstrip().startswith("#")][:1]


def _code(text: str) -> str:
    return "\n".join(line.partition("#")[0] for line in text.splitlines())


@rule(
    "code/alpha-dropout-without-selu",
    "alpha dropout after an activation other than SELU",
    severity="wrong",
    fix="Use AlphaDropout after SELU layers only.",
    evidence=(
        Evidence("cifar/e-alpha-dropout-keeps-stats"),
        Evidence("selu/alpha-dropout-keeps-moments", "variance after ELU"),
    ),
)
def alpha_dropout_without_selu(facts: Facts) -> Iterator[Answer]:
    for stack in facts.stacks:
        before: Value = None
        for layer in stack:
            if layer.kind in ("dense", "activation"):
                if layer.activation != "linear" or layer.kind == "dense":
                    before = layer.activation
            elif layer.kind == "unknown":
                before = Unknown("a layer of unknown kind")
            elif layer.kind == "alpha dropout":
                if isinstance(before, Unknown) or before is None:
                    yield Unsure(layer.place, "the activation before it is unknown")
                elif before == "selu":
                    yield Fine(layer.place)
                else:
                    yield Faulty(
                        layer.place,
                        f"after {before}, alpha dropout changes the mean and the variance that it "
                        "preserves after SELU",
                    )


@rule(
    "code/normalization-never-adapted",
    "a Normalization layer that is never adapted",
    severity="wrong",
    fix="Call the layer's adapt method with the training images before you fit the model.",
    evidence=(Evidence("selu/needs-standardized-inputs", "inputs between 0 and 1"),),
)
def normalization_never_adapted(facts: Facts) -> Iterator[Answer]:
    for made in facts.trace.made:
        if not made.is_a("keras.layers.Normalization"):
            continue
        adapted = facts.events(made, "adapt")
        if adapted or {"mean", "variance"} & made.kwargs.keys():
            yield Fine(made.place)
        elif made.escaped or any(event.name == "adapt" for event in facts.trace.events):
            yield Unsure(made.place, "it is unknown whether this layer is adapted")
        elif facts.trace.cut:
            yield Unsure(made.place, TOO_LONG)
        else:
            yield Faulty(
                made.place, "this layer is never adapted, so it returns its input unchanged"
            )
