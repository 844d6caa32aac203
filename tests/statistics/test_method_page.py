"""The numbers that docs/method.md states are the ones that the code uses."""

import re
from pathlib import Path

import pytest
from scipy import stats

from refute.decision.table import ALLOWED, LOOKS, MAX_EDGES
from refute.plugin.settings import EXAMPLES_BY_EFFORT, TABLE_BY_EFFORT

PAGE = (Path(__file__).parents[2] / "docs" / "method.md").read_text("utf8")


def row(start: str) -> list[str]:
    (line,) = re.findall(rf"^\| {re.escape(start)} \|(.*)\|$", PAGE, re.M)
    return [cell.strip() for cell in line.split("|")]


def test_the_page_shows_the_table():
    counts = dict(zip(map(int, row("n")), map(int, row("c")), strict=True))
    assert counts == ALLOWED
    assert f"at most {MAX_EDGES:,} edges" in PAGE


@pytest.mark.parametrize("distance", ["1.3", "0.5", "0.37", "0.25"])
def test_the_page_says_how_likely_an_edge_so_far_away_is_settled_at_each_look(distance):
    share_wrong = stats.norm.cdf(-float(distance))
    exactly = [100 * stats.binom.cdf(ALLOWED[n], n, share_wrong) for n in LOOKS]
    assert [int(cell.removesuffix(" %")) for cell in row(distance)] == pytest.approx(
        exactly, abs=0.6
    )


def test_the_page_says_what_each_effort_spends():
    examples = {effort: row(f"`{effort}`")[1].replace(",", "") for effort in TABLE_BY_EFFORT}
    assert examples == {effort: str(number) for effort, number in EXAMPLES_BY_EFFORT.items()}
    assert TABLE_BY_EFFORT["quick"].rows == ((16, 0),)
    assert row("`quick`")[0] == "16 (none may be wrong)"
    assert TABLE_BY_EFFORT["default"].rows == tuple(ALLOWED.items())
    assert TABLE_BY_EFFORT["thorough"].rows == ((512, ALLOWED[512]),)
