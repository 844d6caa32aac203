"""Rules about the order of a training loop in torch: zero, backward, step."""

from __future__ import annotations

from collections.abc import Iterator

from refute.keys.code.facts import Facts
from refute.keys.code.rules.answers import Answer, Faulty, Fine, Unsure, rule
from refute.keys.code.stepping import turns, zeroes


@rule(
    "code/step-without-gradient",
    "the optimizer steps after its gradients were zeroed, before new ones are computed",
    severity="error",
    fix="Write zero_grad(), then loss.backward(), then step().",
    local=True,
)
def step_without_gradient(facts: Facts) -> Iterator[Answer]:
    for turn in turns(facts.program):
        for step in turn.steps:
            if not turn.backward:
                continue  # it may be in a function
            if turn.zeroed_since(step):
                yield Faulty(
                    step.place,
                    "every gradient is zero here: it was zeroed after the last backward()",
                )
            else:
                yield Fine(step.place)


@rule(
    "code/gradients-not-zeroed",
    "gradients of all batches add up, because they are never zeroed",
    severity="wrong",
    fix="Call optimizer.zero_grad() before each loss.backward().",
)
def gradients_not_zeroed(facts: Facts) -> Iterator[Answer]:
    anywhere = zeroes(facts.program)
    for turn in turns(facts.program):
        if not turn.loops or not turn.backward:
            continue
        optimizers = {step.of for step in turn.steps}
        place = turn.backward[0].place
        if anywhere and any(act.kind == "zero" for act in turn.acts):
            yield Fine(place)
        elif anywhere or optimizers & turn.made:
            continue  # elsewhere, or each turn has an optimizer of its own
        elif optimizers & turn.given or facts.mentions("accumulat"):
            yield Unsure(place, "gradients may be zeroed elsewhere, or add up on purpose")
        else:
            yield Faulty(place, "these gradients are added to those of all batches before")
