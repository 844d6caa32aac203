"""The page's limits are those of the docs."""

from __future__ import annotations

from pathlib import Path

from refute import report
from refute.report.limits import limits

ROOT = Path(__file__).parents[2]


def test_the_page_prints_the_limits_that_the_docs_state() -> None:
    kept = Path(report.__file__).parent / "templates" / "limits.md"
    assert kept.read_text(encoding="utf-8") == (ROOT / "docs" / "limits.md").read_text(
        encoding="utf-8"
    )


def test_the_text_is_typeset_without_its_title_and_without_links_that_lead_nowhere() -> None:
    html = limits()
    assert html.startswith("<p><strong>It describes the setting that was run.</strong>")
    assert "wording.md" in html
    assert "<a" not in html
