"""Renders the tree of a key as safe HTML: only the tags below, and all text escaped."""

from __future__ import annotations

from html import escape
from itertools import groupby

from refute.keys.tree import Block, Group, Markup, TextRun

_TAGS = {
    "bullets": "ul", "numbers": "ol", "item": "li", "quotation": "blockquote", "table": "table",
    "head": "thead", "body": "tbody", "row": "tr", "strong": "strong", "emphasis": "em",
    "struck": "s",
}  # fmt: skip


class Html:
    """The renderer; subclasses may render formulas, links, headings or code differently."""

    def group(self, group: Group) -> tuple[str, str]:
        """Return the HTML before and after the children of a group."""
        if group.kind == "rule":
            return "<hr />\n", ""
        if group.kind == "key":
            return "", ""
        tag = _TAGS[group.kind]
        start = f' start="{group.first}"' if group.kind == "numbers" and group.first != 1 else ""
        return f"<{tag}{start}>\n", f"</{tag}>\n"

    def block(self, block: Block) -> tuple[str, str]:
        """Return the HTML before and after the text of a block."""
        match block.kind:
            case "code" | "formula":
                language = f' class="language-{escape(block.language)}"' if block.language else ""
                return f"<pre><code{language}>", "</code></pre>\n"
            case "heading":
                return f"<h{block.level}>\n", f"</h{block.level}>\n"
            case "cell":
                tag = "th" if block.head else "td"
                style = f' style="text-align:{block.align}"' if block.align else ""
                return f"<{tag}{style}>\n", f"</{tag}>\n"
        return ("", "") if block.tight else ("<p>\n", "</p>\n")

    def inline(self, block: Block, start: int, end: int) -> str:
        """Render a stretch of the text; markup that extends beyond it is closed."""
        if (space := block.text[start:end]).isspace():
            return space
        html = ""
        between = block.runs_between(start, end)
        for markup, runs in groupby(between, key=lambda run: run[0].markup):
            inner = "".join(self._run(run, text) for run, text in runs)
            for outer in reversed(markup):
                inner = self._wrapped(outer, inner)
            html += inner
        return html

    def formula(self, text: str) -> str:
        """Render a formula between its dollar signs, or a part of it."""
        return f'<span class="math">{escape(text)}</span>'

    def link(self, markup: Markup, inner: str) -> str:
        """Put a link to the web around HTML."""
        title = f' title="{escape(markup.title)}"' if markup.title else ""
        return f'<a href="{escape(markup.address)}"{title}>{inner}</a>'

    def _wrapped(self, markup: Markup, inner: str) -> str:
        if markup.kind == "link":
            return self.link(markup, inner) if markup.of_the_web else inner
        return f"<{_TAGS[markup.kind]}>{inner}</{_TAGS[markup.kind]}>"

    def _run(self, run: TextRun, text: str) -> str:
        match run.kind:
            case "code":
                return f"<code>{escape(text)}</code>"
            case "formula":
                return self.formula(text)
            case "break":
                return f"<br>{escape(text)}"
        return escape(text)
