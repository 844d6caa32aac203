"""The context of a statement: heading, introduction, and the statement before it."""

from __future__ import annotations

from pathlib import Path

from refute.keys.reader import parse_key
from refute.linking.context import statements_in_context

KEY = """# Answers

## SELU

It has three merits:

- It is fast. It is smooth.
- It never dies.

1. Does dropout slow training?

   Yes, about twice.

```python
x = 1
```

## Dropout

It stops there.
"""


def test_every_statement_has_its_context() -> None:
    key = parse_key(KEY, Path("k.md"))
    said = statements_in_context(key)

    assert [each.statement for each in said] == list(key.statements)
    by_text = {each.statement.text: each for each in said}
    assert by_text["It is fast."].parts == ("SELU", "It has three merits:")
    assert by_text["It is smooth."].before == "It is fast."
    assert by_text["It never dies."].context == "SELU It has three merits:"
    assert by_text["It never dies."].before == ""
    assert by_text["Yes, about twice."].context == "SELU Does dropout slow training?"
    assert by_text["It stops there."].context == "Dropout"
    assert by_text["SELU"].context == ""
