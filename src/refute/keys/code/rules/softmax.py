"""The rule about softmax and sigmoids that are applied twice, or never."""

from __future__ import annotations

from collections.abc import Iterator

from refute.keys.code.data import name_and_array
from refute.keys.code.ends import last_activation
from refute.keys.code.facts import Facts
from refute.keys.code.fitting import from_logits, loss_name
from refute.keys.code.losses import (
    is_output_changed_before_loss,
    losses,
    meets_labels,
    name_of_loss,
)
from refute.keys.code.models import Model
from refute.keys.code.places import Place
from refute.keys.code.rules.answers import Answer, Faulty, Fine, Unsure, rule
from refute.keys.code.values import Event, Made, Term, Unknown, callee


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
            logits = from_logits(loss.receiver) if of_keras else True
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
    flag = from_logits(loss)
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
        # Outside the model, perhaps in the training loop, or for a score of probabilities.
        if facts.mentions(r"log_?softmax|\blog(_|10|2|1p)?\("):
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
