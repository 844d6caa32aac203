"""A links file that both a person and the matcher write; what the person wrote is preserved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Array, Table

from refute.decision.verdict import Link
from refute.files import write_whole
from refute.keys.links import links_path
from refute.keys.own_quotes import OwnQuote
from refute.keys.source import AnswerKeyError, as_text, read_data

Saying = Mapping[str, Any]
"""What an entry says about its quote: ``asserts``, ``denies``, ``not_encoded``, ``advice`` or
``not_a_claim``."""

_HEAD = "What the statements of {key} assert.  Confirm the entries that say `proposed`."
_PLACE = ("quote", "line", "occurrence")


class LinksFile:
    """The links file of a key; if it exists, :func:`refute.keys.links.link` must accept it.

    Its line ends stay as they are.

    Raises:
        AnswerKeyError: it cannot be read, or its entries cannot be written one by one.
    """

    def __init__(self, key: Path) -> None:
        self.path = links_path(key)
        self._key = key
        self._data = self._on_disk()
        self.text = as_text(self._data, self.path) if self._data is not None else ""
        self._ends = "\r\n" if b"\r\n" in (self._data or b"") else "\n"
        try:
            entries = tomlkit.parse(self.text).get("statement")
        except TOMLKitError as error:
            raise AnswerKeyError(f"{self.path}: cannot be rewritten ({error})") from None
        if entries is not None and not isinstance(entries, AoT):
            raise AnswerKeyError(
                f"{self.path}: its entries are a list: begin each with [[statement]] instead"
            )

    def propose(self, proposals: Iterable[tuple[OwnQuote, Sequence[Link]]]) -> None:
        """Replace all earlier proposals by these."""
        document = self._document()
        entries = _entries(document)
        new = {own.place: (own, links) for own, links in proposals}
        for index in reversed(range(len(entries))):
            entry = entries[index]
            if "proposed" not in entry and not set(entry) <= set(_PLACE):
                continue
            renewed = new.pop(_place(entry), None)
            if renewed is not None:
                entry["proposed"] = _array([_proposal(link) for link in renewed[1]])
            elif "proposed" in entry:
                del entries[index]
        for own, links in new.values():
            entries.append(_entry(own, {"proposed": [_proposal(link) for link in links]}))
        self._keep(document)

    def say(self, own: OwnQuote, saying: Saying) -> None:
        """Make the entry of a quote say this and nothing else."""
        document = self._document()
        entries = _entries(document)
        for entry in entries:
            if _place(entry) == own.place:
                for name in [name for name in entry if name not in _PLACE]:
                    del entry[name]
                entry.update(_values(saying))
                break
        else:
            entries.append(_entry(own, saying))
        self._keep(document)

    def save(self) -> None:
        """Write the file atomically.

        Raises:
            AnswerKeyError: somebody else changed it since it was read; their version stays.
            Unwritable: it cannot be written.
        """
        if self._on_disk() != self._data:
            raise AnswerKeyError(
                f"{self.path}: was changed meanwhile, so the last answer is not written: "
                "run the command again"
            )
        data = self.text.replace("\n", self._ends).encode("utf-8", "replace")
        write_whole(self.path, data)
        self._data = data

    def _on_disk(self) -> bytes | None:
        return read_data(self.path) if self.path.exists() else None

    def _document(self) -> tomlkit.TOMLDocument:
        document = tomlkit.parse(self.text)
        if not self.text.strip():
            document.add(tomlkit.comment(_HEAD.format(key=self._key.name)))
        if "statement" not in document:
            document.add("statement", tomlkit.aot())
        return document

    def _keep(self, document: tomlkit.TOMLDocument) -> None:
        if not document["statement"]:
            del document["statement"]
        self.text = tomlkit.dumps(document)


def saying_of(links: Sequence[Link]) -> dict[str, Any]:
    """Return what an entry with these links says."""
    saying: dict[str, Any] = {}
    for link in links:
        plain = link.force == "plain" and not link.readings and not link.chosen
        table: dict[str, Any] = {"claim": link.claim, "force": link.force}
        if link.readings:
            table["readings"] = list(link.readings)
        if link.stated:
            table["stated"] = link.stated
        saying.setdefault(link.stance, []).append(link.claim if plain else table)
    return saying


def _proposal(link: Link) -> str:
    force = "" if link.force == "plain" else f" ({link.force})"
    return f"{link.stance} {link.claim}{force}"


def _entries(document: tomlkit.TOMLDocument) -> AoT:
    entries = document["statement"]
    assert isinstance(entries, AoT)
    return entries


def _place(entry: Table) -> tuple[Any, Any, Any]:
    return entry.get("quote"), entry.get("occurrence"), entry.get("line")


def _entry(own: OwnQuote, saying: Saying) -> Table:
    table = tomlkit.table()
    table.add("quote", own.quote)
    if own.occurrence is not None:
        table.add("occurrence", own.occurrence)
    table.update(_values(saying))
    table.trivia.indent = "\n"  # an empty line before the entry
    return table


def _values(saying: Saying) -> dict[str, Any]:
    return {
        name: _array(value) if isinstance(value, list) else value for name, value in saying.items()
    }


def _array(items: Sequence[Any]) -> Array:
    """A list on one line; links with a force are inline tables."""
    array = tomlkit.array()
    for item in items:
        if isinstance(item, dict):
            table = tomlkit.inline_table()
            table.update(item)
            item = table
        array.append(item)
    return array
