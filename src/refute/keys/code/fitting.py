"""The arguments of Keras's ``fit`` and ``compile``: what watches, validates and guides training."""

from __future__ import annotations

import ast

from refute.keys.code.values import (
    Class,
    Event,
    Function,
    Made,
    Name,
    Sequence,
    Value,
    known,
    walk,
)

_TRIAL_EPOCHS = 10


def is_trial(fit: Event) -> bool:
    """Whether a fit has so few epochs that it only tries something out."""
    epochs = fit.argument("epochs", 3, 1)
    return isinstance(epochs, int) and epochs <= _TRIAL_EPOCHS


def callbacks(fit: Event) -> list[Value]:
    """Return the callbacks of a fit, and all else that its argument consists of."""
    return list(walk(fit.argument("callbacks", 5)))


def may_do_anything(callback: Value) -> bool:
    """Whether it is unknown what a callback does: it is not one of Keras's, or not known at all."""
    if isinstance(callback, Made):
        keras = callback.kind.startswith("keras.callbacks.")
        return not keras or callback.kind.endswith(".LambdaCallback")
    if isinstance(callback, Sequence):
        return not callback.complete
    return not (known(callback) or isinstance(callback, tuple))


def may_stop(callback: Value) -> bool:
    """Whether a callback may end the training, as far as is known.

    One of the program's own does so by setting ``stop_training``; its code is read for that name.
    """
    if not may_do_anything(callback):
        return False
    if not isinstance(callback, Made) or not isinstance(callback.callee, Class):
        return True
    own = callback.callee
    if set(own.names()) != {"keras.callbacks.Callback"}:
        return True
    return any(_names_stopping(cls) for cls in own.lineage())


def _names_stopping(cls: Class) -> bool:
    functions = [member.node for member in cls.members.values() if isinstance(member, Function)]
    nodes = [node for function in functions for node in ast.walk(function)]
    return any(
        (isinstance(node, ast.Attribute) and node.attr == "stop_training")
        or (isinstance(node, ast.Constant) and node.value == "stop_training")
        or isinstance(node, ast.Raise)
        for node in nodes
    )


def validation_data(fit: Event) -> Value:
    """Return the validation data of a fit, ``None`` if it has none of its own."""
    return fit.argument("validation_data", 7)


def validation_split(fit: Event) -> Value:
    """Return the share of the training data that validates a fit, ``None`` if there is none."""
    share = fit.argument("validation_split", 6)
    return None if share == 0 else share


def validates(fit: Event) -> bool:
    """Whether a fit validates the model, on data of its own or on a share of the training data."""
    return validation_data(fit) is not None or validation_split(fit) is not None


def loss_name(loss: Value) -> str:
    """Return the name of one of Keras's losses as ``sparsecategoricalcrossentropy``, else ``""``.

    A loss may be given by its name, as a function or as an object.
    """
    if isinstance(loss, Made | Name):
        dotted = loss.dotted if isinstance(loss, Name) else loss.kind
        name = dotted.rpartition(".")[2] if dotted.startswith("keras.") else ""
    else:
        name = loss if isinstance(loss, str) else ""
    return name.replace("_", "").lower()


def from_logits(loss: Value) -> Value:
    """Return the flag ``from_logits`` of one of Keras's losses; by default it is false."""
    return loss.argument("from_logits", 0, False) if isinstance(loss, Made) else False
