"""axe-core, and the contrast of text in pictures, which axe-core does not judge.

Scripts that Playwright evaluates are not the page's: its security policy stays in force.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

ALL_RULES: dict[str, Any] = {}
CONTRAST_IN_KEYS = {"runOnly": ["color-contrast"], "within": "#keys"}
REPEATED = ".claim, .beside"
"""The parts of a page that it has hundreds of."""

WITHOUT_CONTRAST = {"rules": {"color-contrast": {"enabled": False}}}

_START = """(options) => {
  for (const fold of document.querySelectorAll("details")) fold.open = true;
  window.audit = new Promise((done) => setTimeout(() => done(
    axe.run(options.within ?? document, {resultTypes: ["violations"], ...options}))));
}"""
_FINISH = """async () => (await window.audit).violations.flatMap((rule) => rule.nodes.map(
  (node) => `${rule.id}: ${rule.help}: ${node.html.slice(0, 200)}`))"""

_FAINT_TEXT = """() => {
  const light = (channel) =>
    channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const luminance = ([r, g, b]) =>
    0.2126 * light(r / 255) + 0.7152 * light(g / 255) + 0.0722 * light(b / 255);
  const behind = (element) => {
    for (let at = element.closest("svg").parentElement; at; at = at.parentElement) {
      const colour = numbers(getComputedStyle(at).backgroundColor);
      if (colour[3] !== 0) return colour;
    }
    return [255, 255, 255];
  };
  const ratio = (first, second) => {
    const [dark, bright] = [luminance(first), luminance(second)].sort((a, b) => a - b);
    return (bright + 0.05) / (dark + 0.05);
  };
  return [...document.querySelectorAll("svg text")]
    .map((text) => [text, ratio(numbers(getComputedStyle(text).fill), behind(text))])
    .filter(([, contrast]) => contrast < 4.5)
    .map(([text, contrast]) => `${contrast.toFixed(2)}: ${text.outerHTML.slice(0, 200)}`);
}"""

# Two elements are of one kind if their tags, classes, roles, names of attributes and whether they
# have text are alike, up to the page's root: the page's style tells no more apart.
_KEEP_KINDS = """(repeated) => {
  const kinds = new Map();
  const own = (element) => [element.tagName, ...[...element.classList].sort(),
    ...element.getAttributeNames().filter((name) => name !== "class").sort(),
    ...["role", "dir", "lang", "type"].map((name) => element.getAttribute(name)),
    element.textContent.trim() !== ""].join(" ");
  const kind = (element) => {
    if (!element) return "";
    if (!kinds.has(element)) kinds.set(element, kind(element.parentElement) + ">" + own(element));
    return kinds.get(element);
  };
  const within = (part) => [part, ...part.querySelectorAll("*")].map(kind);
  const before = new Set([...document.querySelectorAll("*")].map(kind));
  const seen = new Set();
  let gone = 0;
  for (const part of document.querySelectorAll(repeated)) {
    const has = within(part);
    if (has.every((each) => seen.has(each))) { part.remove(); gone++; }
    else has.forEach((each) => seen.add(each));
  }
  const after = new Set([...document.querySelectorAll("*")].map(kind));
  return [gone, [...before].filter((each) => !after.has(each))];
}"""


def violations(audits: Mapping[Page, dict[str, Any]]) -> list[str]:
    """What axe-core finds in each page by these of its rules, with all that is folded unfolded.

    ``within``, among the rules, is the selector of the only part to audit.

    The pages are audited side by side: each has a process of its own in the browser.
    """
    for page, rules in audits.items():
        page.evaluate(_axe())
        page.evaluate(_START, rules)
    return [found for page in audits for found in page.evaluate(_FINISH)]


def keep_kinds(page: Page, repeated: str) -> int:
    """Leave one of each kind of element in a page's repeated parts; return how many parts went.

    axe-core takes a time in proportion to all elements, and finds the same fault in each of a kind.
    """
    gone, lost = page.evaluate(_KEEP_KINDS, repeated)
    assert lost == []
    return int(gone)


def faint_text_in_pictures(page: Page) -> list[str]:
    """Text of SVG with less contrast to what is behind the picture than 4.5 to 1 (WCAG 1.4.3)."""
    found: list[str] = page.evaluate(_FAINT_TEXT)
    return found


@cache
def _axe() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
