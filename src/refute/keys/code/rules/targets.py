"""The rule about outputs that cannot take the values of their targets."""

from __future__ import annotations

from collections.abc import Iterator

from refute.keys.code.data import name_and_array, scale, unshaped
from refute.keys.code.ends import last_activation
from refute.keys.code.facts import Facts
from refute.keys.code.fitting import loss_name
from refute.keys.code.loading import dataset_of
from refute.keys.code.losses import losses, name_of_loss
from refute.keys.code.rules.answers import Answer, Faulty, Fine, rule
from refute.keys.code.values import Made, Term, Value, alike, members, walk

_OF_NUMBERS = ("MSELoss", "L1Loss", "BCELoss", "mse_loss", "l1_loss", "binary_cross_entropy",
               "SmoothL1Loss", "smooth_l1_loss")  # fmt: skip
_OF_KERAS = ("mse", "mae", "meansquarederror", "meanabsoluteerror", "binarycrossentropy")
_NOT_NEGATIVE = ("sigmoid", "relu", "softmax")


@rule(
    "code/targets-out-of-reach",
    "the outputs are never negative, but the images that they should equal are",
    severity="wrong",
    fix="End the model in tanh (images from -1 to 1), or leave out Normalize (sigmoid).",
)
def targets_out_of_reach(facts: Facts) -> Iterator[Answer]:
    for part in facts.with_uncalled:
        for loss in losses(part):
            if not name_of_loss(loss).endswith(_OF_NUMBERS) or len(loss.args) < 2:
                continue
            last, centred = last_activation(part, loss.args[0]), _is_centred(loss.args[1])
            if last in _NOT_NEGATIVE and centred:
                yield Faulty(loss.place, f"{last} gives no negative numbers, and these images have")
            elif last is not None and centred is not None:
                yield Fine(loss.place)
    for fit in facts.fits:
        model, images = facts.model_of(fit.receiver), fit.argument("x", 0)
        compiled = facts.compiled_for(fit)
        if model is None or compiled is None or not alike(images, fit.argument("y", 1)):
            continue
        if loss_name(compiled.argument("loss", 1)) in _OF_KERAS and model.is_end_known:
            last = model.activation_of(model.output) if model.output else None
            if last in _NOT_NEGATIVE and scale(images) in ("centred", "standardised"):
                yield Faulty(fit.place, f"{last} gives no negative numbers, and these images have")


def _is_centred(images: Value) -> bool | None:
    """Whether images of a dataset of torch have negative numbers, ``None`` if that is unknown."""
    images = unshaped(images)
    if isinstance(images, Term) and name_and_array(images)[0] == "flatten":
        images = name_and_array(images)[1]
    dataset, path = dataset_of(images)
    if path != (0,) or not isinstance(dataset, Made):
        return None
    steps = [part for value in dataset.held() for part in _steps(value)]
    means = [step.argument("mean", 0) for step in steps if step.kind.endswith(".Normalize")]
    numbers = [number for mean in means for number in members(mean) or (mean,)]
    if not any(step.kind.endswith(".ToTensor") for step in steps) or len(means) > 1:
        return None
    return bool(numbers) and all(isinstance(n, int | float) and n > 0.1 for n in numbers)


def _steps(transform: Value) -> Iterator[Made]:
    """Yield the transforms that a value consists of."""
    for part in walk(transform):
        if isinstance(part, Made):
            yield part
            yield from (
                step for held in part.held() for step in walk(held) if isinstance(step, Made)
            )
