"""The rule about a Kullback-Leibler divergence that is added with the wrong sign."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from refute.keys.code.facts import Facts
from refute.keys.code.places import place_of
from refute.keys.code.rules.answers import Answer, Faulty, Fine, rule
from refute.keys.code.syntax import nodes

_INNER = re.compile(
    r"1(\.0?)? \+ [^-]*(log|lv)[^-]* - .*(mu|mean|loc|\bm\b).* - .*exp", re.IGNORECASE
)
"""The sum of a variational autoencoder's divergence: 1 + log variance - mean ** 2 - variance."""


@rule(
    "code/kl-with-wrong-sign",
    "a divergence from the prior has the wrong sign, so training makes it larger",
    severity="wrong",
    fix="Write kl = -0.5 * torch.sum(1 + log_var - mu ** 2 - log_var.exp()).",
)
def kl_with_wrong_sign(facts: Facts) -> Iterator[Answer]:
    for assign in nodes(facts, ast.Assign):
        source, name = ast.unparse(assign.value), ast.unparse(assign.targets[0])
        if not _INNER.search(source) or "," in name:
            continue
        begin = _INNER.search(source)
        negative = (begin is not None and "-" in source[: begin.start()]) or "* -" in source
        later = [ast.unparse(node) for node in nodes(facts, ast.BinOp)]
        added = any(re.search(rf"\+ [^-+]*\b{re.escape(name)}\b", text) for text in later)
        taken = any(re.search(rf"- [^-+]*\b{re.escape(name)}\b", text) for text in later)
        again = facts.mentions(rf"\b{re.escape(name)} *([*]?=) *-|-1? *\*? *{re.escape(name)}\b")
        if negative and added:
            yield Fine(place_of(assign))
        elif (
            not negative
            and "-" not in source[: source.index("1")]
            and added
            and not (taken or again)
        ):
            yield Faulty(place_of(assign), "this is the negative of the divergence")
