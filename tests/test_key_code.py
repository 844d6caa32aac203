"""The code of a key, for claims about it: what it says, and what a change makes of it."""

import pytest

from refute.key_code import Change, DenseLayer, KeyCode, KeyCodeError, key_code
from refute.keys.code.rules.comparing import curves_not_compared
from refute.keys.code.rules.optimizing import not_nadam
from refute.keys.code.rules.training import test_set_as_validation as chosen_by_the_test_set
from refute.keys.source import AnswerKeyError
from refute.suite import SuiteError

KEY = """
a. Build it.

```python
from tensorflow import keras
DEPTH = 3
layers = [keras.Input((32, 32, 3)), keras.layers.Flatten()]
for _ in range(DEPTH):
    layers.append(keras.layers.Dense(10, kernel_initializer=keras.initializers.HeNormal()))
    layers.append(keras.layers.ELU())
net = keras.Sequential([*layers, keras.layers.Dense(2, activation="softmax")])
```

b. Train it with Nadam.

```python
(images, labels), test = keras.datasets.cifar10.load_data()
images = images / 255
net.compile(optimizer="nadam", loss="sparse_categorical_crossentropy")
net.fit(images, labels, validation_split=0.1)
```

c. Add batch normalization.

```python
net = keras.Sequential([
    keras.Input((32, 32, 3)), keras.layers.Flatten(),
    keras.layers.Dense(10), keras.layers.BatchNormalization(), keras.layers.ELU(),
    keras.layers.Dense(2, activation="softmax"),
])
net.compile(optimizer="nadam", loss="sparse_categorical_crossentropy")
net.fit(images, labels, validation_split=0.1)
```
"""


@pytest.fixture
def code(tmp_path):
    (tmp_path / "answers").mkdir()
    (tmp_path / "answers" / "key.md").write_text(KEY)
    (tmp_path / "claims").mkdir()
    (tmp_path / "claims" / "questions.toml").write_text('cifar = "Practice"\n')
    return key_code(str(tmp_path / "claims" / "cifar" / "test_it.py"), "answers/key.md")


def test_dense_layers_come_with_their_weights_and_what_follows(code):
    assert code.dense_layers("a") == [
        *[DenseLayer(10, "he_normal", ("elu",))] * 3,
        DenseLayer(2, None, ("softmax",)),
    ]
    assert code.dense_layers("c")[0] == DenseLayer(10, None, ("batch norm", "elu"))


def test_a_change_gives_another_program(code):
    changed = code.changed("DEPTH = 3", "DEPTH = 2")
    assert len(changed.dense_layers("a")) == 3
    assert len(code.dense_layers("a")) == 4
    assert changed != code


def test_a_change_may_be_limited_to_one_step(code):
    changed = code.changed("keras.layers.ELU()", "keras.layers.ReLU()", step="c")
    assert changed.dense_layers("c")[0].then == ("batch norm", "relu")
    assert changed.dense_layers("a")[0].then == ("elu",)


@pytest.mark.parametrize(
    ("old", "step", "times"),
    [("SELU", None, 0), ("keras.layers.ELU()", None, 2), ("DEPTH = 3", "c", 0)],
)
def test_a_change_must_apply_exactly_once(code, old, step, times):
    with pytest.raises(KeyCodeError, match=f"occurs {times} times"):
        code.changed(old, "x", step=step)


def test_a_change_that_does_not_parse_is_refused(code):
    with pytest.raises(KeyCodeError, match="does not parse"):
        code.changed("DEPTH = 3", "DEPTH =")


def test_repr_and_words_name_key_and_changes(code):
    changed = code.changed("DEPTH = 3", "DEPTH = 2", step="a")
    assert repr(code) == "KeyCode('answers/key.md')"
    assert eval(repr(changed), {"KeyCode": KeyCodeStandIn}).changes == changed.changes
    assert changed.said == "the code of answers/key.md with 'DEPTH = 2' instead of 'DEPTH = 3'"


class KeyCodeStandIn(KeyCode):
    """A program whose changes are not tried on the key, which the working folder lacks."""

    def changed(self, old, new, *, step=None):
        return KeyCode(self.path, (*self.changes, Change(old, new, step)))


def test_inputs_are_what_was_done_to_the_pixels(code):
    assert code.inputs("a") == ["divided"]
    standardised = code.changed("images / 255", "(images - images.mean(0)) / images.std(0)")
    assert standardised.inputs("a") == standardised.inputs("c") == ["standardised"]
    in_the_model = code.changed(
        "keras.layers.Flatten(),\n    keras.layers.Dense(10)",
        "keras.layers.Flatten(), keras.layers.BatchNormalization(), keras.layers.Dense(10)",
    )
    assert in_the_model.inputs("c") == ["standardised"]
    with pytest.raises(KeyCodeError, match="how these images were scaled"):
        code.changed("images / 255", "prepared(images)").inputs("a")


def test_calls_are_those_of_the_network(code):
    (fit,) = code.calls(code.network("a"), "fit")
    assert fit.argument("validation_split") == 0.1
    with pytest.raises(KeyCodeError, match="not certain that this model calls evaluate"):
        code.calls(code.network("a"), "evaluate")


def test_a_network_with_an_unknown_layer_is_refused(code):
    with pytest.raises(KeyCodeError, match="step d builds 0 models"):
        code.network("d")
    with pytest.raises(KeyCodeError, match="not every layer is known"):
        code.changed("keras.layers.ELU()", "mystery()", step="c").network("c")
    with pytest.raises(KeyCodeError, match="not every argument"):
        code.changed("Dense(10)", "Dense(width())", step="c").dense_layers("c")


def test_faults_are_those_of_a_rule(code):
    assert code.faults(not_nadam) == []
    second_fit = 1 + max(at for at, line in enumerate(KEY.split("\n")) if "net.fit" in line)
    assert code.faults(curves_not_compared) == [
        f"line {second_fit}: the two learning curves are not shown together"
    ]
    assert code.faults(chosen_by_the_test_set) == []
    with pytest.raises(KeyCodeError, match="nothing to judge"):
        code.changed("net.fit(images, labels, validation_split=0.1)", "", step="c").faults(
            curves_not_compared
        )
    with pytest.raises(KeyCodeError, match="the optimizer is unknown"):
        code.changed('"nadam"', "chosen()", step="b").faults(not_nadam)


def test_a_missing_key_or_claims_folder_is_an_error(code, tmp_path):
    missing = key_code(str(tmp_path / "claims" / "test_it.py"), "answers/nowhere.md")
    with pytest.raises(AnswerKeyError, match="nowhere"):
        _ = missing.facts
    with pytest.raises(SuiteError, match=r"no questions\.toml"):
        key_code(str(tmp_path / "elsewhere" / "test_it.py"), "answers/key.md")
