"""Rules about data that are used for what they are not meant for."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from refute.keys.code.facts import Facts
from refute.keys.code.fitting import validation_data
from refute.keys.code.loading import is_for_training, is_loader, is_torchvision_set
from refute.keys.code.models import is_keras_model
from refute.keys.code.parts import role
from refute.keys.code.places import Place, place_of
from refute.keys.code.rules.answers import Answer, Faulty, Fine, rule
from refute.keys.code.syntax import called, nodes
from refute.keys.code.values import Made, Value, alike

_TEST = re.compile(r"(^|_)test", re.I)
_TRAIN = re.compile(r"(^|_)train", re.I)


@rule(
    "code/data-in-wrong-role",
    "the model is trained on test data, or training data are called test data",
    severity="error",
    fix="Train on the training data, and evaluate on data that the model has never seen.",
)
def data_in_wrong_role(facts: Facts) -> Iterator[Answer]:
    for fit in facts.fits:
        if not is_keras_model(fit.receiver):
            continue
        images, validation = fit.argument("x", 0), validation_data(fit)
        own = validation[0] if isinstance(validation, tuple) and validation else validation
        if role(images) == "test" and not facts.mentions("all data|full data|both"):
            yield Faulty(fit.place, "the model is trained on the test data")
        elif own is not None and alike(own, images):
            yield Faulty(fit.place, "the validation data are the training data", "weak")
        elif role(images) == "train":
            yield Fine(fit.place)
    yield from _called_test(facts)
    for name, value in facts.trace.scope.names.items():
        dataset = value.argument("dataset", 0) if is_loader(value) else value
        if not is_torchvision_set(dataset) or not isinstance(value, Made):
            continue
        if _TEST.search(name) and not _TRAIN.search(name) and is_for_training(dataset):
            yield Faulty(value.place, "these test data are the training data: train=True")
        elif _TRAIN.search(name) and not _TEST.search(name) and is_for_training(dataset) is False:
            yield Faulty(value.place, "these training data are the test data: train=False")


def _called_test(facts: Facts) -> Iterator[Answer]:
    """Report accuracies on training data that a program calls those on test data."""
    for node in nodes(facts, ast.Assign):
        if isinstance(node.value, ast.Call) and called(node.value) == "evaluate":
            named, given = ast.unparse(node.targets[0]), ast.unparse(node.value)
            about_test = re.search(r"\btest", named) and not re.search("train", named)
            if about_test and re.search("train", given) and not re.search("test|model_", given):
                yield Faulty(
                    place_of(node), "this so-called test result is computed on training data"
                )


@rule(
    "code/labels-of-other-images",
    "images and labels from different parts of the data",
    severity="error",
    fix="Use images and labels from the same part: (X_test, y_test).",
)
def labels_of_other_images(facts: Facts) -> Iterator[Answer]:
    for event in facts.trace.events:
        if event.name not in ("fit", "evaluate") or not is_keras_model(event.receiver):
            continue
        pairs = [(event.argument("x", 0), event.argument("y", 1))]
        validation = validation_data(event) if event.name == "fit" else None
        if isinstance(validation, tuple) and len(validation) >= 2:
            pairs.append((validation[0], validation[1]))
        for images, labels in pairs:
            yield from _judged(images, labels, event.place)


def _judged(images: Value, labels: Value, place: Place) -> Iterator[Answer]:
    parts = role(images), role(labels)
    if None in parts or alike(images, labels):
        return
    if parts[0] != parts[1] and "train" in parts:
        yield Faulty(
            place, f"these are images to {_USES[parts[0]]} with labels to {_USES[parts[1]]}"
        )
    elif parts[0] == parts[1]:
        yield Fine(place)


_USES = {"train": "train", "validation": "validate", "test": "test", None: ""}
