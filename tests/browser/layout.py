"""Finds what sticks out of the window and is not inside a scroller."""

from __future__ import annotations

from playwright.sync_api import Page

_UNFOLD = "() => { for (const fold of document.querySelectorAll('details')) fold.open = true; }"

_OUTSIDE = """() => {
  const width = document.documentElement.clientWidth;
  const scrolls = (element) => ["auto", "scroll"].includes(getComputedStyle(element).overflowX);
  const isolated = (element) => {
    for (let at = element.parentElement; at && at !== document.body; at = at.parentElement) {
      if (scrolls(at)) return true;
    }
    return false;
  };
  return [...document.body.querySelectorAll("*")].filter((element) => {
    const box = element.getBoundingClientRect();
    const seen = box.width > 1 && box.height > 1 && element.checkVisibility();
    return seen && (box.right > width + 1 || box.left < -1) && !isolated(element)
      && !element.matches(".skip");  // comes into view when it has the focus
  }).map((element) => element.outerHTML.slice(0, 200));
}"""


def unfold(page: Page) -> None:
    """Open everything that is folded."""
    page.evaluate(_UNFOLD)


def outside(page: Page) -> list[str]:
    """Elements that a reader would have to scroll the page sideways for, or could not reach."""
    found: list[str] = page.evaluate(_OUTSIDE)
    return found


def sideways(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    wider: int = page.evaluate(
        "() => document.scrollingElement.scrollWidth - document.documentElement.clientWidth"
    )
    return wider
