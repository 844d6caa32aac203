"""The rule about the momentum of batch normalization, which Keras and torch define differently."""

from __future__ import annotations

from collections.abc import Iterator

from refute.keys.code.facts import Facts
from refute.keys.code.rules.answers import Answer, Faulty, Fine, rule


@rule(
    "code/batch-norm-momentum",
    "batch normalization with a momentum as the other library defines it",
    severity="wrong",
    fix="torch: momentum=0.1 keeps 90 % of the old statistics. Keras: momentum=0.9 does.",
    local=True,
)
def batch_norm_momentum(facts: Facts) -> Iterator[Answer]:
    for made in facts.trace.made:
        of_torch = made.kind.startswith("torch.nn.BatchNorm")
        if not of_torch and not made.is_a("keras.layers.BatchNormalization"):
            continue
        momentum = made.argument("momentum", 2 if of_torch else 1)
        if not isinstance(momentum, float):
            continue
        kept = 1 - momentum if of_torch else momentum
        if kept <= 0.2:
            share = round(100 * (1 - kept))
            yield Faulty(made.place, f"each batch replaces {share} % of the statistics")
        else:
            yield Fine(made.place)
