"""The page sends no request, and the browser logs no complaint."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Visit
from tests.browser.watch import Watch


def test_the_page_opens_without_a_request_or_a_complaint(visit: Visit, five_keys: Path) -> None:
    page = visit(five_keys)
    assert page.locator("article.key").count() == 5
    assert page.locator("article.claim").count() >= 60


@pytest.mark.parametrize(
    ("planted", "seen"),
    [
        ('<img src="https://example.org/pixel.png">', "pixel.png"),
        ('<p style="color: red">', "inline style"),
        ("<script>document.title = 'foreign'</script>", "inline script"),
        ('<style>@import url("https://example.org/other.css")</style>', "inline style"),
        ('<iframe src="https://example.org/"></iframe>', "example.org"),
    ],
)
def test_what_is_planted_in_a_page_is_seen(
    browser: Browser, hand_made: Path, tmp_path: Path, planted: str, seen: str
) -> None:
    """The watch can fail: without this, silence would say nothing."""
    file = tmp_path / "planted.html"
    html = hand_made.read_text(encoding="utf-8")
    file.write_text(html.replace("<main>", f"<main>{planted}"), encoding="utf-8")
    with browser.new_context() as context:
        page = context.new_page()
        watch = Watch.over(page, file.as_uri())
        page.goto(file.as_uri())
    assert seen in " ".join(watch.requests + watch.complaints)
    with pytest.raises(AssertionError, match=r"the page asked for|the browser complained"):
        watch.assert_silent()
