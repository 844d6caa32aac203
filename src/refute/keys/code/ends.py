"""The activation that is applied last to compute an output, through models, modules and tuples."""

from __future__ import annotations

from refute.keys.code.data import name_and_array, unshaped
from refute.keys.code.facts import Facts
from refute.keys.code.layers import Layer, activation_name, layer_of
from refute.keys.code.values import Made, Term, Value, callee, known, members


def last_activation(facts: Facts, output: Value, depth: int = 8) -> str | None:
    """Return the activation that an output is the result of, ``None`` if it is unknown.

    It is ``"linear"`` if the output comes from a dense layer or a convolution without one.
    """
    if not isinstance(output, Term) or not depth:
        return None
    if output.operation == "item":
        made, index = callee(output.operands[0]), output.operands[1]
        results = members(facts.trace.outputs.get(made)) if isinstance(made, Made) else None
        if results is None or type(index) is not int or not -len(results) <= index < len(results):
            return None
        return last_activation(facts, results[index], depth - 1)
    made = callee(output)
    if not isinstance(made, Made):
        name, of = name_and_array(output)
        if unshaped(output) is not output:
            return last_activation(facts, unshaped(output), depth - 1)
        return activation_name(name) if of is not None else None
    model = facts.model_of(made)
    shaped = [layer for layer in model.layers if layer.kind != "flatten"] if model else []
    if shaped and (of_last := _of_layer(shaped[-1])) is not None:
        return of_last
    if made in facts.trace.outputs:
        return last_activation(facts, facts.trace.outputs[made], depth - 1)
    if shaped:
        return None
    layers = members(made.attributes.get("layers"))
    while layers and isinstance(layers[-1], Made) and "layers" in layers[-1].attributes:
        layers = members(layers[-1].attributes["layers"])
    last = layers[-1] if layers else made
    return _of_layer(layer_of(last)) if isinstance(last, Made) else activation_name(last)


def _of_layer(layer: Layer) -> str | None:
    known_kind = layer.kind in ("activation", "dense", "convolution") and known(layer.activation)
    is_torch = layer.made is None or layer.made.kind.startswith("torch.nn.")
    return layer.activation if known_kind and (is_torch or layer.kind != "convolution") else None
