"""The reference is that of the modules, and the glossary and architecture name what there is."""

import re

import pytest

from tests import reference
from tests.packaging import ROOT


def test_the_reference_is_current():
    assert reference.PAGE.read_text(encoding="utf-8") == reference.page(), (
        "write it anew: python -m tests.reference"
    )


def test_code_in_the_reference_keeps_its_indentation():
    assert "\n    def test_hidden_layers(self, code):\n        assert " in reference.page()


def test_whatever_authors_may_import_is_explained():
    for section in reference.page().split("\n### ")[1:]:
        name, _, rest = section.partition("\n")
        assert rest.partition("\n```\n")[2].strip(), f"{name} has no docstring"


def test_the_architecture_names_every_room():
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    rooms = {
        path.stem
        for path in (ROOT / "src/refute").iterdir()
        if not path.name.startswith(("_", "ledger_version")) and path.suffix in ("", ".py")
    }
    assert {room for room in rooms if not re.search(rf"`{room}\b", text)} == set()


@pytest.mark.parametrize("page", sorted((ROOT / "docs").glob("*.md")), ids=lambda page: page.name)
def test_links_between_documents_lead_somewhere(page):
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []
