"""The keys under ``answers/`` are linked in full, to claims that exist."""

import re
import subprocess
import sys
from collections.abc import Collection, Mapping
from pathlib import Path

import pytest

from refute import ledger as ledgers
from refute.keys.links import LinkedKey, link
from refute.keys.reader import read_key
from tests import make
from tests.corrections import published

ROOT = Path(__file__).parents[2]
KEYS = sorted((ROOT / "answers").glob("*.md"))
CLAIMS = re.compile(r"@claim\(\s*\"([^\"]+)\"")


def linked(path: Path, known: Mapping[str, Collection[str]] | None = None) -> LinkedKey:
    return link(read_key(path), known)


def claims_of_the_keys() -> set[str]:
    entries = [entry for path in KEYS for entry in linked(path).entries if entry]
    return {link.claim for entry in entries for link in entry.links}


def encoded_claims() -> dict[str, set[str]]:
    """Claims in the source of ``claims/`` with their readings: importing it would import torch."""
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "claims").rglob("test_*.py")]
    found: dict[str, set[str]] = {id: set() for source in sources for id in CLAIMS.findall(source)}
    for claim, reading in published(ROOT / "claims"):
        found[claim].add(reading)
    return found


def questions(ids: Collection[str]) -> set[str]:
    return {id.partition("/")[0] for id in ids}


def test_there_are_five_keys() -> None:
    assert [path.stem for path in KEYS] == ["000", "001", "002", "003", "004"]


@pytest.mark.parametrize("path", KEYS, ids=lambda path: path.stem)
def test_every_statement_of_a_key_is_accounted_for(path: Path) -> None:
    read = linked(path)
    left = [
        statement.text
        for statement, entry in zip(read.key.statements, read.entries, strict=True)
        if entry is None and statement.kind != "heading"
    ]
    assert left == []


def test_keys_link_to_claims_that_exist_and_call_none_of_them_not_encoded() -> None:
    """Some claims are made by no sentence of these keys: the page calls them "also checked"."""
    encoded, linked_to = encoded_claims(), claims_of_the_keys()
    if missing := questions(linked_to) - questions(encoded.keys()):
        pytest.skip(f"claims/ holds none yet of {', '.join(sorted(missing))}")
    assert linked_to <= encoded.keys()
    for path in KEYS:
        linked(path, encoded)  # no claim that is encoded is called not encoded


def test_links_that_name_readings_quote_the_words_that_state_the_condition() -> None:
    links = [
        link for path in KEYS for entry in linked(path).entries if entry for link in entry.links
    ]
    unstated = [link.claim for link in links if link.readings and not link.stated]
    assert unstated == []


def test_the_code_of_a_key_parses_though_it_is_never_run() -> None:
    key = read_key(ROOT / "answers" / "004.md")
    code = [block.text for block in key.blocks if block.kind == "code"]
    assert len(code) == 5
    for text in code:
        compile(text, "004.md", "exec", dont_inherit=True)


def test_checking_a_key_imports_no_torch(tmp_path: Path) -> None:
    ledgers.write(make.ledger([], partial=True), tmp_path / "verdicts.json")
    code = (
        "import sys; from refute.cli.commands import main\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert end.code != 2\n"
        "sys.exit('torch' in sys.modules)"
    )
    asked = [sys.executable, "-c", code, "check", str(KEYS[0]), "--ledger", "verdicts.json"]
    assert subprocess.run(asked, cwd=tmp_path, check=False).returncode == 0
