"""The page as it is printed: its text, read back from the PDF."""

from __future__ import annotations

import re
import unicodedata

from playwright.sync_api import Page
from pypdfium2 import PdfDocument

FOR_THE_SCREEN = ".skip, .hidden, .controls, .objection, nav, button, script, style, title, desc"
"""What is not for paper: ways to move about, what is to be copied, words for a screen reader."""

CORRECTED = "ins"
"""What the corrected key alone shows; in the key as it is, the notes say it."""

_SAID = """([within, except]) => {
  const said = [];
  for (const root of document.querySelectorAll(within)) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const text = walker.currentNode;
      if (!text.parentElement.closest(except)) said.push(text.data);
    }
  }
  return said;
}"""


def said(page: Page, within: str) -> list[str]:
    """Every stretch of text in these elements, folded or not, but what is for the screen."""
    found: list[str] = page.evaluate(_SAID, [within, f"{FOR_THE_SCREEN}, {CORRECTED}"])
    texts = [text for text in found if text.strip()]
    assert texts, f"{within} says nothing"
    return texts


def printed(page: Page) -> str:
    """All text of the page printed on A4, ``bare``."""
    with_pages = PdfDocument(page.pdf(format="A4"))
    return bare("".join(sheet.get_textpage().get_text_bounded() for sheet in with_pages))


def missing(texts: list[str], print_: str) -> list[str]:
    """The texts that are not in print, whole or in two parts: a sheet may end within them."""
    return [text for text in texts if not _stands(bare(text), print_)]


def _stands(text: str, print_: str) -> bool:
    if text in print_:
        return True
    longest = next((at for at in range(len(text) - 1, 0, -1) if text[:at] in print_), 0)
    return longest > 0 and text[longest:] in print_


def bare(text: str) -> str:
    """Text as it can be compared with print.

    Lines break elsewhere, so spaces are left out, and hyphens, which a PDF loses at a line's end;
    ligatures are taken apart.
    """
    return re.sub(r"[\s\-\x00-\x1f\u00ad\ufffe\uffff]", "", unicodedata.normalize("NFKC", text))
