"""Calls by ``getattr``: followed where the name is known, else nobody can tell."""

from __future__ import annotations

import pytest

from refute.keys.code.checking import CodeReport, check_code
from refute.keys.code.program import CodeBlock

BUILT = (
    "import keras\n"
    "(X, y), (X_test, y_test) = keras.datasets.cifar10.load_data()\n"
    "net = keras.Sequential([keras.Input((32, 32, 3)), keras.layers.Flatten(),\n"
    "    keras.layers.Dense(10, activation='softmax')])\n"
    "net.compile('nadam', 'sparse_categorical_crossentropy')\n"
)


def report(code: str) -> CodeReport:
    found = check_code([CodeBlock(1, BUILT + code)])
    assert not found.unparsed
    return found


def ids(answers: object) -> set[str]:
    return {each.rule.id for each in answers}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "fit",
    [
        "net.fit",
        "getattr(net, 'fit')",
        "getattr(net, 'f' + 'it')",
        "getattr(net, 'fit', None)",
        "(lambda model: getattr(model, 'fit'))(net)",
    ],
)
def test_a_constant_name_is_followed(fit: str) -> None:
    found = report(
        f"{fit}(X, y, validation_data=(X_test, y_test),"
        " callbacks=[keras.callbacks.EarlyStopping(patience=3, restore_best_weights=True)])\n"
        "print(net.evaluate(X_test, y_test))\n"
    )
    assert ids(found.faults) == {"code/test-set-as-validation"}
    assert "code/model-never-fitted" in ids(found.fine)


def test_an_attribute_of_a_library_is_followed() -> None:
    found = report("drop = getattr(keras.layers, 'Dropout')(50)\n")
    assert ids(found.faults) == {"code/dropout-rate-out-of-range"}


def test_an_unknown_name_leaves_the_model_unknown() -> None:
    found = report(
        "getattr(net, input())(X, y, validation_data=(X_test, y_test))\n"
        "print(net.evaluate(X_test, y_test))\n"
    )
    assert not found.faults
    assert "code/model-never-fitted" in ids(found.unsure)
    assert not ids(found.fine) & {"code/model-never-fitted", "code/test-set-as-validation"}
