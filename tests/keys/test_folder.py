"""A folder of keys: what cannot be one is a fault of its own, and the others are graded."""

from pathlib import Path

import pytest

from refute.keys.folder import grade_folder
from tests.make import ledger


@pytest.mark.parametrize("name", ["a\n::error::b.md", "a\u202eb.md", "a\x1b[31m.md", "a\\..\\b.md"])
def test_names_that_would_act_are_refused(tmp_path: Path, name: str) -> None:
    for file in (name, "fine.md"):
        (tmp_path / file).write_text("One.", encoding="utf-8")
    keys, faults = grade_folder(tmp_path, ledger([]))
    assert [key.key.path.name for key in keys] == ["fine.md"]
    ((path, fault),) = faults.items()
    assert fault.endswith(": rename it")
    assert not set(path.name) & set("\n\u202e\x1b\\")


def test_links_to_other_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "key.md").symlink_to("/proc/self/environ")
    (tmp_path / "fine.md").write_text("One.", encoding="utf-8")
    (tmp_path / "fine.toml").symlink_to("/proc/self/environ")
    keys, faults = grade_folder(tmp_path, ledger([]))
    assert [(key.key.path.name, key.links_path) for key in keys] == [("fine.md", None)]
    assert sorted(path.name for path in faults) == ["fine.md", "key.md"]
    assert all("cannot be read (a link to another file): put" in fault for fault in faults.values())
