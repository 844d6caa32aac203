"""One browser for all tests of this folder, pages to open in it, and a watch over each.

A test asks for a page (``five_keys``, ``hand_made``) and for ``visit``, which opens it::

    def test_a_claim_can_be_linked_to(visit, hand_made):
        page = visit(hand_made, fragment="claim-init-same-value", width=360, scheme="dark")
        assert page.locator(":target").is_visible()

Every visit is watched: at the end of the test the page must have asked for nothing but its own
file, and nothing may stand in the console.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from refute.ledger import Ledger, write
from refute.ledger.shipped import read_or_shipped
from refute.report import Written, write_report
from tests import make
from tests.browser import chromium
from tests.browser.watch import Watch
from tests.make import material_at
from tests.report import hand_made as samples

Visit = Callable[..., Page]

ANSWERS = Path(__file__).parents[2] / "answers"


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """A Chromium without a window, ended with this folder's last test."""
    path = chromium.find()
    if path is None:
        (pytest.fail if chromium.required() else pytest.skip)(chromium.MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=chromium.QUIET)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Open a page's file in a fresh, watched context: ``visit(path, width=360, scheme="dark")``.

    ``fragment`` and ``query`` go into the address; anything else to Playwright's ``new_context``
    (``java_script_enabled=False``, ``permissions=["clipboard-read"]``, ...).
    """
    contexts, watches = [], []

    def opened(
        path: Path,
        *,
        fragment: str = "",
        query: str = "",
        width: int = 1280,
        height: int = 800,
        scheme: Literal["light", "dark"] = "light",
        **options: Any,
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, **options
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(5_000)
        page.set_default_navigation_timeout(60_000)  # the five keys, on a busy machine
        url = path.as_uri()
        watches.append(Watch.over(page, url))
        page.goto(url + (f"?{query}" if query else "") + (f"#{fragment}" if fragment else ""))
        return page

    yield opened
    for context in contexts:
        context.close()
    for watch in watches:
        watch.assert_silent()


# Files of other folders are run in between: what is of a package is made anew after each of them.
@pytest.fixture(scope="session")
def five_keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the project's own five keys, with the ledger that comes with Refute."""
    folder = tmp_path_factory.mktemp("five-keys")
    ledger = folder / "verdicts.json"
    write(read_or_shipped(ledger)[0], ledger)
    written = write_report(material_at(ledger, ANSWERS), folder)
    assert not written.faults
    return written.page


@pytest.fixture(scope="session")
def hand_made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small page with one of everything that a run can leave, and a key that speaks of it."""
    ledger = make.ledger(samples.one_of_everything())
    folder = tmp_path_factory.mktemp("hand-made")
    return page_of("chapter-11", samples.KEY, samples.LINKS, ledger, folder).page


def page_of(name: str, key: str, links: str, ledger: Ledger, folder: Path) -> Written:
    """The report on one linked key, in an empty folder."""
    answers = folder / "answers"
    answers.mkdir()
    (answers / f"{name}.md").write_text(key, encoding="utf-8")
    (answers / f"{name}.toml").write_text(links, encoding="utf-8")
    write(ledger, folder / "verdicts.json")
    return write_report(material_at(folder / "verdicts.json", answers), folder)
