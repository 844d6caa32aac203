"""The Markdown of answer keys: CommonMark with tables and formulas, and nothing that is fetched."""

from __future__ import annotations

from functools import lru_cache

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

MAX_NESTING = 20
"""As deep as CommonMark's preset goes; a bracket costs the parser a step for each level."""


@lru_cache(maxsize=1)
def markdown() -> MarkdownIt:
    """The parser."""
    options = {"html": False, "maxNesting": MAX_NESTING}
    parser = MarkdownIt("commonmark", options).enable("table").use(dollarmath_plugin)
    # An image would be fetched by whoever opens the report; a reference definition is not shown.
    # Joined, an escaped character could not be found again in the source.
    return parser.disable(["image", "reference", "text_join"])
