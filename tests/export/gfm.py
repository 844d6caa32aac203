"""Markdown as GitHub reads it: by its own parser, and by one that makes more links."""

from __future__ import annotations

from html.parser import HTMLParser

import cmarkgfm
from cmarkgfm.cmark import Options
from markdown_it import MarkdownIt

OURS = {
    *("h1", "h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "li", "blockquote", "hr", "br"),
    *("pre", "code", "em", "strong", "del", "s", "a", "sup", "section", "div"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
"""Elements that Markdown's own signs make."""

ATTRIBUTES = {
    *("href", "id", "class", "lang", "align", "start", "title", "aria-label", "style"),
    *("data-footnotes", "data-footnote-ref", "data-footnote-backref", "data-footnote-backref-idx"),
}


class Shown(HTMLParser):
    """What a reader sees of HTML, and what in it no sign of Markdown made."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.foreign: list[str] = []
        self._hidden = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in OURS:
            self.foreign.append(f"<{tag}>")
        self.foreign += [f"{name}={text}" for name, text in attrs if name not in ATTRIBUTES]
        address = dict(attrs).get("href") or "#"
        if not address.lower().startswith(("http://", "https://", "#")):
            self.foreign.append(address)
        self._hidden += tag in ("sup", "section")
        self.text += "\n" if tag in ("p", "td", "th", "li", "pre") else ""

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("sup", "section")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.text += data

    def handle_comment(self, data: str) -> None:
        self.foreign.append(f"<!--{data}")

    def handle_decl(self, decl: str) -> None:
        self.foreign.append(f"<!{decl}")

    def handle_pi(self, data: str) -> None:
        self.foreign.append(f"<?{data}")


def by_github(markdown: str) -> Shown:
    """By cmark-gfm, which GitHub itself runs, with nothing filtered out."""
    options = Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_FOOTNOTES
    extensions = ["table", "autolink", "strikethrough"]
    html = cmarkgfm.markdown_to_html_with_extensions(markdown, options, extensions)
    return Shown(html)


def by_markdown_it(markdown: str) -> Shown:
    """By markdown-it, which also links what merely looks like an address."""
    return Shown(MarkdownIt("gfm-like", {"html": True}).render(markdown))
