"""The rule about numbers that are drawn with a variance as their standard deviation."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from refute.keys.code.facts import Facts
from refute.keys.code.places import place_of
from refute.keys.code.rules.answers import Answer, Faulty, Fine, rule
from refute.keys.code.syntax import assigned_once, called, names, nodes

_NORMAL = {"normal_": 2, "trunc_normal_": 2, "normal": 1, "RandomNormal": 1, "TruncatedNormal": 1}
"""Functions that draw normal numbers, with the position of the standard deviation."""

_DRAWING = ("randn", "randn_like", "standard_normal")
_LOG = r"(\w*log_?var\w*|lv|log_?sigma2|log_?sigma_sq\w*)"
_EXPONENTIAL = re.compile(rf"(\w+\.)?exp\({_LOG}\)|{_LOG}\.exp\(\)")
"""A variance that is computed from its logarithm, as in a variational autoencoder."""

_ROOTS = {"sqrt", "rsqrt", "pow"}


@rule(
    "code/deviation-of-a-variance",
    "numbers are drawn with a variance as their standard deviation",
    severity="wrong",
    fix="Take the square root: std = (2 / fan_in) ** 0.5.",
    local=True,
)
def deviation_of_a_variance(facts: Facts) -> Iterator[Answer]:
    given = assigned_once(facts)
    for call in nodes(facts, ast.Call):
        name = called(call)
        of_tensor = name == "normal_" and not ast.unparse(call.func).startswith(("nn.", "torch."))
        at = 1 if of_tensor and "init" not in ast.unparse(call.func) else _NORMAL.get(name)
        if at is None:
            continue
        named = [k.value for k in call.keywords if k.arg in ("std", "stddev", "scale")]
        deviation = named[0] if named else call.args[at] if len(call.args) > at else None
        if deviation is not None:
            yield from _judged(given.get(ast.unparse(deviation), deviation), call)
    for product in nodes(facts, ast.BinOp):
        if isinstance(product.op, ast.Mult):
            for noise, factor in ((product.left, product.right), (product.right, product.left)):
                drawn = given.get(ast.unparse(noise), noise)
                if isinstance(drawn, ast.Call) and called(drawn) in _DRAWING:
                    yield from _judged(given.get(ast.unparse(factor), factor), product)


def _judged(deviation: ast.expr, draw: ast.expr) -> Iterator[Answer]:
    roots = names(deviation) & _ROOTS or any(
        isinstance(n, ast.BinOp) and isinstance(n.op, ast.Pow) for n in ast.walk(deviation)
    )
    halved = re.search(r"exp\(.*(0?\.5|/ 2)", ast.unparse(deviation))
    if roots or halved:
        yield Fine(place_of(draw))
    elif _is_variance(deviation) or _EXPONENTIAL.fullmatch(ast.unparse(deviation)):
        yield Faulty(place_of(draw), "this is the variance: the deviation is its square root")


def _is_variance(value: ast.expr) -> bool:
    """Whether a value is written as He, LeCun or Glorot write a variance: 2 / fan_in."""
    if not isinstance(value, ast.BinOp) or not isinstance(value.op, ast.Div):
        return False
    top, bottom = value.left, ast.unparse(value.right)
    if not isinstance(top, ast.Constant) or isinstance(value.right, ast.Constant):
        return False
    sized = re.search(r"fan|n_?in|in_features|inputs?_(size|dim)|size\(|shape|^n$", bottom, re.I)
    return (
        top.value == 2
        or (top.value == 1 and "fan" in bottom.lower())
        or (top.value == 6 and sized is not None)
    )
