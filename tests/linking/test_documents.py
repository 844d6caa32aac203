"""The entries of links files that the documents show fit the claims of this repository."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from refute.grading.key import known_claims
from refute.keys.links import link
from refute.keys.reader import read_key
from refute.ledger.shipped import read_or_shipped
from tests.packaging import ROOT

SHOWN = [
    (page.name, entries)
    for page in sorted((ROOT / "docs").glob("*.md"))
    for entries in re.findall(r"```toml\n(\[\[statement\]\]\n.*?)```", page.read_text(), re.S)
]


@pytest.mark.parametrize(
    ("page", "entries"), SHOWN, ids=[f"{page}-{at}" for at, (page, _) in enumerate(SHOWN)]
)
def test_the_entries_that_a_page_shows_are_accepted(
    page: str, entries: str, tmp_path: Path
) -> None:
    shipped, _ = read_or_shipped(tmp_path / "none.json")
    quotes = [entry["quote"] for entry in tomllib.loads(entries)["statement"]]
    (tmp_path / "key.md").write_text("\n\n".join(quotes))
    (tmp_path / "key.toml").write_text(entries)
    linked = link(read_key(tmp_path / "key.md"), known_claims(shipped))
    assert all(entry is not None for entry in linked.entries)


def test_the_pages_show_entries() -> None:
    assert {"adding-a-key.md", "linking.md"} <= {page for page, _ in SHOWN}
