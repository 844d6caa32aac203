"""Formulas are typeset if they are mathematics, and stay text if they are anything else."""

from __future__ import annotations

import pytest

from refute.report import render
from refute.report.formulas import LONGEST, typeset_formula
from tests.make import key, ledger
from tests.report.parsed import Page


@pytest.mark.parametrize(
    ("source", "typeset"),
    [
        (r"\ell_1", "<msub><mi>ℓ</mi><mn>1</mn></msub>"),
        (r"\frac{2}{n}", "<mfrac><mrow><mn>2</mn></mrow><mrow><mi>n</mi></mrow></mfrac>"),
        ("a < b", "<mi>a</mi><mo>&lt;</mo><mi>b</mi>"),
    ],
)
def test_mathematics_is_typeset(source: str, typeset: str) -> None:
    html = typeset_formula(f"${source}$")
    assert html == f'<math display="inline"><mrow>{typeset}</mrow></math>'


@pytest.mark.parametrize(
    "source",
    [
        r"\href{javascript:alert(1)}{x}",
        r"\style{color:red}{x}",
        r"\class{loud}{x}",
        r"\cssId{top}{x}",
    ],
)
def test_what_is_not_mathematics_is_left_out(source: str) -> None:
    html = typeset_formula(f"${source}$") or ""
    assert not any(word in html for word in (' href="', ' style="', ' class="loud', ' id="'))


@pytest.mark.parametrize(
    "source",
    [
        "{",
        r"\unknown{x}",
        r"\text{a < b}",
        r"\text{<script>alert(1)</script>}",
        r"\text{<img src=x>}",
        r"\color{red}{x}",
        "x" * (LONGEST + 1),
        "",
    ],
)
def test_what_cannot_be_typeset_stays_as_it_was_written(source: str) -> None:
    assert typeset_formula(f"${source}$") is None


def test_a_part_of_a_formula_is_text() -> None:
    assert typeset_formula("$5 to") is None


def test_a_key_shows_its_formulas() -> None:
    run = ledger([])
    page = Page(render(run, [key(r"An $\ell_1$ penalty.", "", run)])).root
    (statement,) = page.all("span", class_="statement")
    assert statement.all("math")[0].text == "ℓ1"
