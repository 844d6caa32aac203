"""Rules about layers: how many, in which order, and with which initial weights."""

from __future__ import annotations

from collections.abc import Iterator

from refute.keys.code.data import name_and_array
from refute.keys.code.ends import last_activation
from refute.keys.code.exercise import is_about_other_data, is_pretrained, may_classify_images
from refute.keys.code.facts import MANY_LAYERS, Facts
from refute.keys.code.fitting import loss_name
from refute.keys.code.losses import (
    is_output_changed_before_loss,
    losses,
    meets_labels,
    name_of_loss,
)
from refute.keys.code.models import Layer, Model
from refute.keys.code.places import Place
from refute.keys.code.rules.answers import Answer, Evidence, Faulty, Fine, Unsure, rule
from refute.keys.code.values import Event, Made, Term, Unknown, callee, known

HE = r"\bhe[ _-]?(normal|uniform)|\bhe['’]?s?[ -]+initiali|\bHeNormal|\bHeUniform|kaiming"


@rule(
    "code/hidden-layer-count",
    "not twenty hidden layers of 100 units",
    severity="wrong",
    fix="Build twenty hidden dense layers of 100 units each, then the output layer.",
)
def hidden_layer_count(facts: Facts) -> Iterator[Answer]:
    if not _asks_for_twenty(facts):
        return
    deep = {facts.step(model.block) for model in facts.models if len(model.hidden) >= MANY_LAYERS}
    for model in facts.models:
        hidden, step = model.hidden, facts.step(model.block)
        if len(hidden) < MANY_LAYERS and (step is None or step in deep):
            continue
        other = [layer for layer in model.layers if layer.kind == "convolution"]
        if not _may_answer(facts, model) or (other and facts.mentions(_ABOUT_CONVOLUTIONS)):
            continue
        units = {layer.units for layer in hidden if known(layer.units)}
        if other:
            yield Faulty(other[0].place, "the model has a convolutional layer, not only dense ones")
        elif not model.complete or any(not known(layer.units) for layer in hidden):
            yield Unsure(model.place, "not every layer of the model is known")
        elif len(hidden) != 20:
            place = hidden[0].place if hidden else model.place
            yield Faulty(place, f"the model has {len(hidden)} hidden layers instead of 20")
        elif units != {100}:
            widths = ", ".join(map(str, sorted(units)))
            yield Faulty(hidden[0].place, f"the hidden layers have {widths} units instead of 100")
        else:
            yield Fine(model.place)


_ABOUT_CONVOLUTIONS = r"\bcnn\b|convnet|convolutional"
"""What exercises say that ask for another network."""


def _asks_for_twenty(facts: Facts) -> bool:
    """Whether twenty layers are named, or no number is and the program answers lettered steps."""
    if facts.mentions(_TWENTY):
        return True
    has_steps = any(block.step is not None for block in facts.program.blocks)
    return has_steps and not facts.mentions(_SOME_NUMBER)


_TWENTY = r"\b(20|twenty)[ -](\w+,? ){0,3}layers?\b|\b(20|twenty) (×|x|of) 100\b"
_SOME_NUMBER = r"\b(\d+|five|six|eight|ten|twelve|fifteen|thirty)[ -](\w+,? ){0,2}layers\b"


def _may_answer(facts: Facts, model: Model) -> bool:
    """Whether a model may be the one that the exercise asks for."""
    if is_about_other_data(facts) or not may_classify_images(model) or is_pretrained(model):
        return False
    return not model.complete or model.output is not None  # else it may prepare the images


@rule(
    "code/linear-hidden-layer",
    "a hidden layer without an activation",
    severity="wrong",
    fix="Give every hidden layer an activation.",
)
def linear_hidden_layer(facts: Facts) -> Iterator[Answer]:
    for model in facts.models:
        for layer in model.hidden:
            activation = model.activation_of(layer)
            if isinstance(activation, Unknown):
                yield Unsure(layer.place, "the activation is unknown")
            elif activation == "linear" and _is_narrow(model, layer):
                yield Unsure(layer.place, "it may be the code of an autoencoder")
            elif activation == "linear":
                yield Faulty(
                    layer.place,
                    "no activation separates this dense layer from the next: "
                    "together they compute no more than a single layer",
                )
            else:
                yield Fine(layer.place)


def _is_narrow(model: Model, layer: Layer) -> bool:
    """Whether a layer has fewer units than those around it, as the code of an autoencoder."""
    dense = [other for other in model.layers if other.kind == "dense"]
    at = next(index for index, other in enumerate(dense) if other is layer)
    before = dense[at - 1].units if at else None
    if layer.made is not None and model.library == "torch":
        before = layer.made.argument("in_features", 0)
    around = before, dense[at + 1].units
    units = layer.units
    return isinstance(units, int) and all(isinstance(side, int) and side > units for side in around)


@rule(
    "code/one-layer-object-many-times",
    "one layer object is used in several places",
    severity="wrong",
    fix="Create a new layer for each place, in a loop or a comprehension.",
)
def one_layer_object_many_times(facts: Facts) -> Iterator[Answer]:
    shared = {
        id(item): item
        for items, count in facts.trace.multiplied
        for item in items.items
        if count > 1 and isinstance(item, Made)
    }
    for stack in facts.stacks:
        weighted = [layer for layer in stack if layer.has_weights and layer.made is not None]
        places = [id(layer.made) for layer in weighted]
        for layer in weighted:
            times = places.count(id(layer.made))
            if times > 1 or id(layer.made) in shared:
                yield Faulty(
                    layer.place,
                    f"one layer object is used in {max(times, 2)} places, which share its weights",
                )
            else:
                yield Fine(layer.place)


@rule(
    "code/initializer-left-at-default",
    "He initialization is claimed, but some layers keep the default",
    severity="wrong",
    fix='Give every hidden layer kernel_initializer="he_normal" (torch: kaiming_normal_).',
    evidence=(Evidence("init/glorot-fails-with-relu", "twenty hidden layers"),),
)
def initializer_left_at_default(facts: Facts) -> Iterator[Answer]:
    if not facts.mentions(HE):
        return
    for model in facts.models:
        if model.uses("selu") or facts.step_of(model) == "d":
            continue
        if model.library == "torch":
            yield from _torch_initialization(facts, model)
            continue
        named = any(layer.initializer for layer in model.hidden)
        on_purpose = not named and (_speaks_of_glorot(facts) or _names_others(model))
        for layer in model.hidden:
            if isinstance(layer.initializer, Unknown):
                yield Unsure(layer.place, "the initializer is unknown")
            elif layer.initializer is None and on_purpose:
                yield Unsure(layer.place, _PERHAPS_GLOROT)
            elif layer.initializer is None and model.activation_of(layer) in _FOR_GLOROT:
                yield Fine(layer.place)
            elif layer.initializer is None:
                yield Faulty(layer.place, "this hidden layer keeps Keras's default, Glorot uniform")
            else:
                yield Fine(layer.place)


_FOR_GLOROT = ("sigmoid", "hard_sigmoid", "tanh", "softsign", "softmax")
"""Activations that Glorot's initialization was derived for: nobody means He's for them."""

_PERHAPS_GLOROT = "the default may be meant: to compare, or as He's weights are for convolutions"


def _names_others(model: Model) -> bool:
    """Whether layers that are not dense have an initializer."""
    others = (layer.made for layer in model.layers if layer.kind != "dense")
    return any(made is not None and "kernel_initializer" in made.kwargs for made in others)


def _speaks_of_glorot(facts: Facts) -> bool:
    return facts.mentions("glorot|xavier|default (weights|initiali)")


def _torch_initialization(facts: Facts, model: Model) -> Iterator[Answer]:
    initializes = any(call.name.startswith("torch.nn.init.") for call in facts.trace.calls)
    if initializes or facts.mentions(r"nn\.init\.|init\.kaiming"):
        yield Fine(model.place)
    elif model.hidden and (model.made.escaped or facts.events(model.made, "apply")):
        yield Unsure(model.place, "the model is passed to something that may initialize it")
    elif model.hidden and _speaks_of_glorot(facts):
        yield Unsure(model.place, _PERHAPS_GLOROT)
    elif model.hidden:
        yield Faulty(
            model.place, "the layers keep torch's default weights: nn.init is never called"
        )


@rule(
    "code/softmax-twice",
    "softmax or a sigmoid is applied twice, or never",
    severity="error",
    fix="Use a softmax output with from_logits=False, or a linear output with from_logits=True "
    "(torch: a linear output with CrossEntropyLoss).",
)
def softmax_twice(facts: Facts) -> Iterator[Answer]:
    answers = [answer for model in facts.models for answer in _of_model(facts, model)]
    yield from answers
    yield from _before_loss(facts, within=not any(isinstance(a, Faulty) for a in answers))


def _of_model(facts: Facts, model: Model) -> Iterator[Answer]:
    output = _output_activation(model)
    if output is not None and model.library == "torch":
        answers = list(_torch_loss(facts, model, output))
        faults = [answer for answer in answers if isinstance(answer, Faulty)]
        if faults and is_output_changed_before_loss(facts, model):
            why = "the loss gets something computed from the output, or another layer's output"
            yield Unsure(faults[0].place, why)
        else:
            yield from answers
    elif output is not None:
        for compiled in facts.events(model.made, "compile"):
            yield from _keras_loss(compiled, output)


def _before_loss(facts: Facts, within: bool) -> Iterator[Answer]:
    """Report softmax and sigmoids that are applied before a loss that applies them itself.

    ``within`` also looks for those that a model applies.
    """
    for part in facts.with_uncalled:
        for loss in losses(part):
            name = name_of_loss(loss).rpartition(".")[2].replace("_", "").lower()
            of_keras = name_of_loss(loss).startswith("keras.")
            if len(loss.args) < 2 or (loss.name == name_of_loss(loss) and of_keras):
                continue
            output = loss.args[1 if of_keras else 0]
            applied = _applied_last(output)
            if applied is None and within and not of_keras:
                applied = last_activation(part, output)
            logits = loss.receiver.argument("from_logits", 0, False) if of_keras else True
            if logits is not True or applied is None:
                continue
            if "logits" in name and applied == "sigmoid":
                yield Faulty(loss.place, "the loss applies the sigmoid again")
            elif "crossentropy" in name and "binary" not in name and applied == "softmax":
                yield Faulty(loss.place, "the loss applies softmax again")
            elif name in ("nllloss",) and applied == "softmax":
                yield Faulty(loss.place, "this loss needs log-probabilities: use log_softmax")
            elif name in ("bceloss", "binarycrossentropy") and applied == "linear":
                yield Faulty(loss.place, "this loss expects probabilities: apply a sigmoid before")


def _applied_last(output: object) -> str | None:
    """The softmax or sigmoid that a value is the result of."""
    if not isinstance(output, Term):
        return None
    called = callee(output)
    if isinstance(called, Made):
        name = called.kind.rpartition(".")[2].lower() if called.kind.startswith("torch.nn") else ""
    else:
        name, _ = name_and_array(output)
    return name if name in ("softmax", "sigmoid") else None


_HALVED = ("relu", "relu6", "elu", "selu", "leaky_relu", "gelu", "swish", "mish")
"""Activations of hidden layers that give no probabilities and take negative numbers away."""


def _keras_loss(compiled: Event, output: object) -> Iterator[Answer]:
    loss = compiled.argument("loss", 1)
    if _is_of_numbers(loss):
        return
    logits = _takes_logits(loss)
    if logits is None or isinstance(output, Unknown):
        yield Unsure(compiled.place, "the loss or the output layer is unknown")
    elif logits and output in ("softmax", "sigmoid"):
        yield Faulty(compiled.place, f"the output applies {output}, and the loss does it again")
    elif logits and output in _HALVED:
        yield Faulty(compiled.place, f"{output} at the output leaves no negative logits", "wrong")
    elif not logits and (output == "linear" or output in _HALVED):
        missing = "a sigmoid" if "binary" in loss_name(loss) else "softmax"
        yield Faulty(compiled.place, f"neither the output nor the loss applies {missing}")
    else:
        yield Fine(compiled.place)


def _output_activation(model: Model) -> object:
    output = model.output
    if output is None or not model.is_end_known:
        return None
    return model.activation_of(output)


def _takes_logits(loss: object) -> bool | None:
    if not loss_name(loss).endswith(("categoricalcrossentropy", "binarycrossentropy")):
        return None
    flag = loss.argument("from_logits", 0, False) if isinstance(loss, Made) else False
    return flag if isinstance(flag, bool) else None


def _is_of_numbers(loss: object) -> bool:
    """Whether a loss compares numbers, so that the output needs neither softmax nor sigmoid."""
    return loss_name(loss).startswith(("mean", "mse", "mae", "msle", "huber", "logcosh"))


_FUNCTIONAL = {
    "cross_entropy": "CrossEntropyLoss",
    "nll_loss": "NLLLoss",
    "binary_cross_entropy": "BCELoss",
    "binary_cross_entropy_with_logits": "BCEWithLogitsLoss",
}


def _losses_given(facts: Facts) -> dict[str, Place]:
    """The losses of torch that a program uses, also in functions that are never called."""
    found: dict[str, Place] = {}
    for part in reversed(facts.with_uncalled):
        of_torch = [made for made in part.trace.made if made.kind.startswith("torch.nn.")]
        found |= {made.kind.rpartition(".")[2]: made.place for made in of_torch}
        for call in part.trace.calls:
            name = call.name.removeprefix("torch.nn.functional.")
            if name in _FUNCTIONAL:
                found[_FUNCTIONAL[name]] = call.place
    return found


def _torch_loss(facts: Facts, model: Model, output: object) -> Iterator[Answer]:
    given = _losses_given(facts)
    others = [other for other in facts.models if other.library == "torch" and other is not model]
    if others and len({_output_activation(other) for other in others} | {output}) > 1:
        return  # it is unknown which of them the loss is for
    if "CrossEntropyLoss" in given and output == "softmax":
        yield Faulty(
            given["CrossEntropyLoss"],
            "the model ends with softmax, and CrossEntropyLoss applies it again",
        )
    elif "CrossEntropyLoss" in given and output == "log_softmax":
        yield Faulty(
            given["CrossEntropyLoss"],
            "the log-softmax at the end of the model is redundant: CrossEntropyLoss applies it too",
            "note",
        )
    elif "CrossEntropyLoss" in given and output in _HALVED and meets_labels(facts, model):
        yield Faulty(
            model.place, f"{output} at the end of the model leaves no negative logits", "wrong"
        )
    elif "BCELoss" in given and output == "linear" and meets_labels(facts, model):
        if facts.mentions("sigmoid"):
            yield Unsure(given["BCELoss"], "it is unknown whether BCELoss gets probabilities")
        else:
            yield Faulty(
                given["BCELoss"],
                "BCELoss expects probabilities: end the model in Sigmoid, or use BCEWithLogitsLoss",
            )
    elif "NLLLoss" in given and output != "log_softmax":
        if facts.mentions("log_?softmax"):  # outside the model, perhaps in the training loop
            yield Unsure(given["NLLLoss"], "it is unknown whether NLLLoss gets log-probabilities")
        else:
            yield Faulty(
                given["NLLLoss"], "NLLLoss expects log-probabilities: end the model in LogSoftmax"
            )
    elif "BCEWithLogitsLoss" in given and output == "sigmoid":
        yield Faulty(
            given["BCEWithLogitsLoss"],
            "the output applies a sigmoid, and BCEWithLogitsLoss does it again",
        )
    elif {"CrossEntropyLoss", "NLLLoss", "BCEWithLogitsLoss"} & given.keys():
        yield Fine(model.place)
