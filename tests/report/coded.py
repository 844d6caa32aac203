"""A key whose code has one of every finding, and a run whose claims measure their effects."""

from __future__ import annotations

from refute.keys.graded import GradedKey
from refute.ledger import ClaimRecord, Ledger
from tests import make
from tests.make import claim, key, reading, searched

KEY = """# Coded

Drop everything, $p = 0.5$.

- In a list:

  ```python
  import keras
  import numpy as np
  keras.layers.Dropout(50)
  keras.layers.Dense(100, activation="selu", kernel_initializer=asked)
  keras.callbacks.EarlyStopping(restore_best_weights=False)
  model = keras.Sequential([keras.layers.Dropout(0.5), keras.layers.Dense(10)]); keras.layers.Dropout(rate)
  samples = [model.predict(images) for _ in range(100)]; print(model.predict(images))
  average = np.mean(samples, axis=0)
  ```

```python
no python (
```
"""  # noqa: E501

LINKS = """
[[statement]]
quote = "average = np.mean(samples, axis=0)"
asserts = ["mc/active-at-inference"]
"""


def active(message: str = "all passes equal") -> ClaimRecord:
    """What a fault does that leaves dropout off, by the claim whose control has it."""
    return claim(
        "mc/active-at-inference",
        "SUPPORTED",
        [
            reading("dropout layers on", "holds", searched("holds")),
            reading(
                "nothing on",
                "fails",
                searched("fails", examples=1, counterexample="x", message=message),
                role="control",
            ),
        ],
        statement="Monte Carlo dropout keeps dropout on.",
    )


def run() -> Ledger:
    return make.ledger([active()])


def graded(text: str = KEY, links: str = LINKS, ledger: Ledger | None = None) -> GradedKey:
    return key(text, links, run() if ledger is None else ledger)
