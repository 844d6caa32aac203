"""The rule about modules that are created with data, instead of being called with them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from refute.keys.code.facts import Facts
from refute.keys.code.places import place_of
from refute.keys.code.rules.answers import Answer, Faulty, Fine, rule
from refute.keys.code.syntax import Definition, calls, functions, nodes

_ACTIVATIONS = r"(torch\.)?nn\.(ReLU|ELU|GELU|SELU|SiLU|Tanh|Sigmoid|Softmax|LogSoftmax|Flatten)"
_LOSSES = r"(torch\.)?nn\.\w+Loss"
_DATA = r"(y|out|pred|logit|label|target|score)\w*"


@rule(
    "code/module-given-data",
    "a module is created with data instead of being called with them",
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
                yield Faulty(place_of(call), "this creates a loss module but computes no loss")
            else:
                yield Fine(place_of(call))
    created = (call for forward in functions(facts) for call in _created_in(forward))
    for call in created:
        given = call.args[0]
        applied = re.match(r"(self|F|torch)\.", ast.unparse(given))
        if isinstance(given, ast.Name) or (isinstance(given, ast.Call) and applied):
            yield Faulty(place_of(call), "this creates a module but computes nothing")


def _created_in(forward: Definition) -> Iterator[ast.Call]:
    """Yield the activations that ``forward`` creates with one argument, but does not call."""
    if forward.name != "forward":
        return
    at_once = {id(call.func) for call in calls(forward)}
    for call in calls(forward):
        is_activation = re.fullmatch(_ACTIVATIONS, ast.unparse(call.func)) is not None
        if is_activation and len(call.args) == 1 and id(call) not in at_once:
            yield call
