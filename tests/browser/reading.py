"""Helpers for the tests of a reader's actions."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Locator, Page

CLIPBOARD = {"permissions": ["clipboard-read", "clipboard-write"]}
"""What a visit must be allowed, so that a test sees what was copied."""


def claims(page: Page) -> list[str]:
    """The ids of the claims that can be seen, in order."""
    found: list[str] = page.evaluate(
        "() => [...document.querySelectorAll('.claim')]"
        ".filter((element) => element.checkVisibility()).map((element) => element.id)"
    )
    return found


def statements(page: Page) -> list[str]:
    """The flags of the statements that the view is about: all, or those that a filter keeps."""
    found: list[str] = page.evaluate(
        "() => [...document.querySelectorAll('.statement')]"
        ".filter((element) => element.checkVisibility()"
        " && (!document.querySelector('.filtered') || element.classList.contains('hit')))"
        ".map((element) => element.querySelector('.flag').textContent.replace('\\u202f', ' '))"
    )
    return found


def asked(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def unfolded(page: Page, id: str) -> Locator:
    """A claim with its evidence."""
    claim = page.locator(f"#{id}")
    claim.locator("summary", has_text="The evidence").click()
    return claim


def opened(page: Page) -> Page:
    """The page with its filters open; they are sought among the controls, as a page is long."""
    page.locator(".controls").get_by_role("button", name="Filter").click()
    return page


def copied(page: Page) -> str:
    text: str = page.evaluate("() => navigator.clipboard.readText()")
    return text
