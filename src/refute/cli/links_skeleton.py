"""``refute new --links KEY``: a links file with an entry to fill in for each statement."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from refute.cli.skeleton import SkeletonError
from refute.files import write_whole
from refute.keys.links import links_path
from refute.keys.own_quotes import own_quotes
from refute.keys.prompts import needs_entry
from refute.keys.reader import read_key
from refute.keys.tree import Key

_HEAD = """\
# The claims of {key}. A statement is unlinked until its entry has one of these lines:
#   asserts = ["question/claim"]    denies = ["question/claim"]    not_encoded = ["question/name"]
#   advice = "why no experiment decides it"    not_a_claim = true
"""


def write_links_skeleton(path: Path) -> Path:
    """Write the links file of a key that has none, and return its path.

    Raises:
        AnswerKeyError: the key cannot be read.
        SkeletonError: the links file exists.
        Unwritable: the file cannot be written.
    """
    key, target = read_key(path), links_path(path)
    if target.exists():
        raise SkeletonError(f"{target}: exists already: add entries to it, or move it away")
    text = _HEAD.format(key=path.name) + "".join(_entries(key))
    write_whole(target, text.encode("utf-8", "replace"))
    return target


def _entries(key: Key) -> Iterator[str]:
    for own in own_quotes(key):
        statement = own.statement
        if not needs_entry(statement):
            continue
        if own.quote is None:
            yield f"\n# line {statement.line} cannot be quoted: {json.dumps(statement.text)}\n"
            continue
        occurrence = "" if own.occurrence is None else f"occurrence = {own.occurrence}\n"
        quoted = json.dumps(own.quote, ensure_ascii=False)
        yield f"\n[[statement]]  # line {statement.line}\nquote = {quoted}\n{occurrence}"
