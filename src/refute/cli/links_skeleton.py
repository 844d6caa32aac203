"""``refute new --links KEY``: a links file with every statement of a key, to be filled in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from refute.cli.skeleton import SkeletonError
from refute.keys.grading import needs_entry
from refute.keys.links import links_path
from refute.keys.quoting import Place, Quotable
from refute.keys.reader import read_key
from refute.keys.tree import Key
from refute.ledger import write_whole

_LONG = 200
"""Characters of a statement that is quoted by its first and last words."""

_HEAD = """\
# What {key} asserts. Give each entry one of:
#   asserts = ["question/claim"]    denies = ["question/claim"]    not_encoded = ["question/name"]
#   advice = "why no experiment decides it"    not_a_claim = true
"""


def write_links_skeleton(path: Path) -> Path:
    """Write the links file beside a key that has none.

    Raises:
        AnswerKeyError: the key cannot be read.
        SkeletonError: there is a links file.
        LedgerError: the folder cannot be written.
    """
    key, target = read_key(path), links_path(path)
    if target.exists():
        raise SkeletonError(f"{target}: is there already: add entries to it, or move it away")
    text = _HEAD.format(key=path.name) + "".join(_entries(key))
    write_whole(target, text.encode())
    return target


def _entries(key: Key) -> Iterator[str]:
    quotable = Quotable(key)
    statements = iter(key.statements)
    for number, block in enumerate(key.blocks):
        for start, _, states in block.stretches():
            if not states or not needs_entry(statement := next(statements)):
                continue
            here = (number, start)
            quote, places = statement.text, _places(quotable, statement.text, here)
            if len(quote) > _LONG:
                ends = f"{' '.join(quote.split()[:5])} … {' '.join(quote.split()[-5:])}"
                if len(found := _places(quotable, ends, here)) == 1:
                    quote, places = ends, found
            if places[-1:] != [here]:
                yield f"\n# line {statement.line} cannot be quoted: {json.dumps(quote)}\n"
                continue
            occurrence = f"occurrence = {len(places)}\n" if _again(quotable, quote) else ""
            quoted = json.dumps(quote, ensure_ascii=False)
            yield f"\n[[statement]]  # line {statement.line}\nquote = {quoted}\n{occurrence}"


def _places(quotable: Quotable, quote: str, here: tuple[int, int]) -> list[tuple[int, int]]:
    """Where the quote begins, up to ``here``."""
    found: list[tuple[int, int]] = []
    for block, (start, _) in quotable.places(quote):
        found.append((block, start))
        if found[-1] == here:
            break
    return found


def _again(quotable: Quotable, quote: str) -> bool:
    places: list[Place] = list(islice(quotable.places(quote), 2))
    return len(places) > 1
