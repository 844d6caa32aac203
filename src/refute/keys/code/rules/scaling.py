"""The rule about test data that are scaled otherwise than the training data."""

from __future__ import annotations

from collections.abc import Iterator

from refute.keys.code.data import scale
from refute.keys.code.facts import Facts
from refute.keys.code.models import is_keras_model
from refute.keys.code.rules.answers import Answer, Faulty, Fine, rule
from refute.keys.code.values import Free, Value, walk


@rule(
    "code/test-data-scaled-otherwise",
    "the test data are scaled otherwise than the training data",
    severity="error",
    fix="Scale the test data as the training data, with the same numbers.",
)
def test_data_scaled_otherwise(facts: Facts) -> Iterator[Answer]:
    for fit in facts.fits:
        images = fit.argument("x", 0)
        if not is_keras_model(fit.receiver) or not _is_shown(images):
            continue
        trained = scale(images)
        for event in facts.events(fit.receiver, "evaluate"):
            tested = event.argument("x", 0)
            if not _is_shown(tested):
                continue
            found = scale(tested)
            if trained is None or found is None or "raw" not in (trained, found):
                continue  # centred or divided by other numbers: not judged
            if trained == found:
                yield Fine(event.place)
            else:
                yield Faulty(
                    event.place,
                    f"the test data are {found} here, but the training data are {trained}",
                )


def _is_shown(images: Value) -> bool:
    """Whether the program shows where images come from and what is done to them."""
    return not any(isinstance(part, Free) for part in walk(images))
