"""In every format, a claim that sources decide is called cited, never measured."""

from __future__ import annotations

import pytest

from refute.export.formats import FORMATS
from refute.ledger import Cited
from tests.export.material import material
from tests.make import claim, reading

CITED = claim(
    "init/purpose",
    "REFUTED",
    [reading("its sources", "fails", Cited("he2015, 2.2"))],
    statement="It was made to break the symmetry.",
    why="agrees with its sources: cited, not measured.",
    correction="It was made to keep the variance.",
)
KEY = "# Answers\n\nHe meant to break the symmetry.\n"
LINKS = """
[[statement]]
quote = "He meant to break the symmetry."
asserts = ["init/purpose"]
"""


@pytest.mark.parametrize("name", ["markdown", "summary", "sarif"])
def test_a_citation_is_not_called_a_measurement(name):
    files = FORMATS[name].render(material(KEY, LINKS, [CITED]))
    text = "".join(file.decode() for file in files.values())

    assert "Cited, not measured: He 2015, 2.2." in text
    assert "Measured:" not in text
