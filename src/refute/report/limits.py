"""The limits of the method, from a copy of docs/limits.md."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from markdown_it import MarkdownIt
from markupsafe import Markup


@cache
def limits() -> Markup:
    """``limits.md`` as HTML, without its title and its links."""
    text = files("refute.report").joinpath("templates/limits.md").read_text(encoding="utf-8")
    _, _, body = text.partition("\n")
    markdown = MarkdownIt("commonmark", {"html": False})
    markdown.add_render_rule("link_open", lambda *_: "")
    markdown.add_render_rule("link_close", lambda *_: "")
    return Markup(markdown.render(body))
