"""The rule about modules that are created with data, instead of being called with them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from refute.keys.code.facts import Facts
from refute.keys.code.places import place_of
from refute.keys.code.rules.answers import Answer, Faulty, Fine, rule
from refute.keys.code.syntax import calls, functions, nodes

_ACTIVATIONS = r"(torch\.)?nn\.(ReLU|ELU|GELU|SELU|SiLU|Tanh|Sigmoid|Softmax|LogSoftmax|Flatten)"
_LOSSES = r"(torch\.)?nn\.\w+Loss"
_DATA = r"(y|out|pred|logit|label|target|score)\w*"


@rule(
    "code/module-given-data",
    "a module is created with data, instead of being called with them",
    severity="error",
    fix="Create the module, then call it: nn.CrossEntropyLoss()(outputs, labels).",
    local=True,
)
def module_given_data(facts: Facts) -> Iterator[Answer]:
    for call in nodes(facts, ast.Call):
        function = ast.unparse(call.func)
        if re.fullmatch(_LOSSES, function):
            sources = [ast.unparse(argument) for argument in call.args]
            if len(sources) == 2 and all(re.match(_DATA, source, re.I) for source in sources):
                yield Faulty(place_of(call), "this creates a loss, and computes none")
            else:
                yield Fine(place_of(call))
    for forward in functions(facts):
        for call in calls(forward) if forward.name == "forward" else ():
            if not re.fullmatch(_ACTIVATIONS, ast.unparse(call.func)) or len(call.args) != 1:
                continue
            given = call.args[0]
            is_tensor = isinstance(given, ast.Name) or (
                isinstance(given, ast.Call) and re.match(r"self\.|F\.|torch\.", ast.unparse(given))
            )
            if is_tensor:
                yield Faulty(place_of(call), "this creates a module, and computes nothing")
