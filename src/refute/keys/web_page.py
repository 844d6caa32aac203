"""Converts HTML to Markdown that reads as the page does, without its hidden parts.

The work grows with the page: nothing is taken out of the tree or counted among its siblings, which
takes Beautiful Soup longer the more siblings there are.
"""

from __future__ import annotations

import re
import unicodedata
import warnings
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning, XMLParsedAsHTMLWarning
from bs4.element import PageElement, PreformattedString, Tag
from markdownify import MarkdownConverter

from refute.characters import is_of_the_web
from refute.keys.dialect import FORMULA, MAX_NESTING, fence_for
from refute.keys.page_blocks import LINE_ENDS, flatten
from refute.keys.source import AnswerKeyError
from refute.spacing import single_spaced

# Not "head": if a page has no body, the parser puts what is shown, such as <main>, into its head.
_HIDDEN = frozenset({
    "annotation", "annotation-xml", "datalist", "desc", "iframe", "metadata", "noscript", "object",
    "script", "style", "template", "title",
})  # fmt: skip
_STRUCK = frozenset({"del", "s", "strike"})
_CODE = frozenset({"code", "kbd", "samp"})
_STRONG, _EMPHASIS = frozenset({"b", "strong"}), frozenset({"i", "em"})
_INDENTED = frozenset({"blockquote", "ul", "ol"})
_FORMULA = re.compile(rf"\$\$[^$]+\$\$|(?<!\d){FORMULA.pattern}", re.DOTALL)
_EXPONENT = re.compile(r"\\?[-+\u2013\u2212]?(\d[\d.,/]*|[^\W\d_])")
_FOOTNOTE = re.compile(r"\[?([^\]\[\s]{1,99})\]?")
_CLOSING = re.compile(r"(?<=[ \t])(#+)(?=\s*$)")
_BLOCK = re.compile(r"(\n[ \t]*(?=[-#])|\n[ \t]*\d{1,9}(?=[.)]))")
"""What begins a block on a line after the first, also where Markdownify overlooks it."""

_DOLLAR = re.compile(r"(?<!\$)\$(?!\$)")
"""A dollar that begins no formula here, and might begin one with text of another element."""

_TOGGLE = "\0"
"""Begins and ends struck text in code, until that is written; no text of a page has it."""

_BARE_STROKE = re.compile(r"(?<!\\)\|")
_IN_ADDRESSES = "%/:?#[]@!$&'*+,;=~"
"""What an address keeps as it is: no parentheses, spaces or line ends, which could end the link."""


_MAX_ELEMENTS = 100
"""How deep elements may be nested: pages stay below 50, and every Python can go this deep."""


class _TooDeep(Exception):
    """Elements are nested too deeply.  Each list and quotation would indent all text again."""


def as_markdown(html: str, path: Path) -> str:
    """Convert a page to Markdown; ``path`` names it in messages.

    Raises:
        AnswerKeyError: it is nested too deeply.
    """
    try:
        with warnings.catch_warnings():  # that are for programmers, about how a page begins
            warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
            warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
            soup = BeautifulSoup(html, "lxml")
        flatten(soup)
        return str(_Converter().convert_soup(soup))
    except _TooDeep:
        raise AnswerKeyError(f"{path}: is nested too deeply: flatten it") from None


class _Converter(MarkdownConverter):  # type: ignore[misc]  # it has no types
    """Markdownify, for keys.  Each method gets an element and the Markdown of what is in it."""

    def __init__(self) -> None:
        super().__init__(
            heading_style="atx", bullets="-", escape_misc=True, code_language_callback=_language
        )
        self._depth = 0
        self._items: Counter[int] = Counter()
        self._tables: set[int] = set()

    def process_element(self, node: PageElement, parent_tags: set[str]) -> str:
        if isinstance(node, PreformattedString):  # a comment, declaration or instruction
            return ""
        if isinstance(node, Tag):
            return "" if _is_hidden(node) else self._shown(node, parent_tags)
        return self._struck(node, self.process_text(node, parent_tags=parent_tags), parent_tags)

    def _shown(self, tag: Tag, parent_tags: set[str]) -> str:
        if self._depth == _MAX_ELEMENTS:
            raise _TooDeep
        self._depth += 1
        text = str(self.process_tag(tag, parent_tags=parent_tags))
        self._depth -= 1
        return text

    def escape(self, text: str, parent_tags: set[str]) -> str:
        """Escape what would be Markdown, but not what is in a formula, which has no escapes."""
        written: list[str] = []
        at = 0
        for formula in _FORMULA.finditer(text):
            written += [self._escaped(text[at : formula.start()], parent_tags), formula[0]]
            at = formula.end()
        return "".join([*written, self._escaped(text[at:], parent_tags)])

    def _escaped(self, text: str, parent_tags: set[str]) -> str:
        text = _DOLLAR.sub(r"\\$", super().escape(text, parent_tags))
        text = _BLOCK.sub(r"\1\\", text)
        return f"{text[:-1]}\\!" if text.endswith("!") else text  # before a link: an image

    def convert_b(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return self._emphasized(el, text, parent_tags, "**")

    def convert_em(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return self._emphasized(el, text, parent_tags, "*")

    convert_strong = convert_b
    convert_i = convert_em

    def convert_del(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return text  # each text within is struck on its own, also if it is a paragraph

    convert_s = convert_strike = convert_del

    def convert_code(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        if "_noformat" in parent_tags:
            return text
        spans = list[str]()
        for piece, is_struck in _pieces(text):
            before, piece, after = _stripped(piece)
            piece = single_spaced(piece)  # a line might begin a block
            code = super().convert_code(el, piece, parent_tags)
            spans.append(f"{before}{f'~~{code}~~' if code and is_struck else code}{after}")
        written = "".join(spans)
        apart = _follows(el, _CODE) or _stands_off(written[:2], _beside(el, "previous_sibling", -1))
        if apart and not written.startswith(" "):
            written = f" {written}"  # or its marks would be one with those before it
        return (
            f"{written} " if _stands_off(written[-2:], _beside(el, "next_sibling", 0)) else written
        )

    convert_kbd = convert_samp = convert_code

    def convert_a(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        address = str(el.get("href") or "").strip()
        if _is_backlink(el, address):
            return ""
        if _is_footnote_mark(el) and (label := _FOOTNOTE.fullmatch(el.get_text().strip())):
            return f"[^{label[1]}]"
        before, text, after = _stripped(text)
        if not text or "\n\n" in text or "_noformat" in parent_tags or not is_of_the_web(address):
            return f"{before}{text}{after}"
        text = f"\\{text}" if text.startswith("^") else text  # or it would be a footnote mark
        return f"{before}[{text}]({quote(address, safe=_IN_ADDRESSES)}){after}"

    def convert_sup(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        base = _beside(el, "previous_sibling", -1)  # 10^-3 is not 10-3, but 1st is 1st
        power = _EXPONENT.fullmatch(text) and (base.isalnum() or base == ")")
        return f"^{text}" if power and "_noformat" not in parent_tags else text

    def convert_hN(self, n: int, el: Tag, text: str, parent_tags: set[str]) -> str:  # noqa: N802
        heading = str(super().convert_hN(n, el, text, parent_tags))
        return _CLOSING.sub(r"\\\1", heading)  # or it would not be shown

    def convert_math(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        source = el.find("annotation", encoding="application/x-tex")  # as KaTeX writes it
        formula = single_spaced(source.get_text()) if source else ""
        return f"${formula}$" if formula and "$" not in formula else text

    def convert_img(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        alt = single_spaced(str(el.get("alt") or ""))
        if not alt or "_noformat" in parent_tags:
            return ""
        address = str(el.get("src") or "").strip()
        shown = quote(address, safe=_IN_ADDRESSES) if is_of_the_web(address) else ""
        return f"![{super().escape(alt, parent_tags)}]({shown})"

    def convert_br(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return "\n" if "pre" in parent_tags else str(super().convert_br(el, text, parent_tags))

    def convert_hr(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return "\n\n***\n\n"  # not dashes, which may be those of the list around it

    def convert_video(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return text

    def convert_pre(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        text, struck = _without_struck(text)
        if struck and not text.strip():  # no code of Markdown is struck, but text within a line is
            inline = super().convert_code
            lines = (inline(el, line.strip(), parent_tags) for line in struck)
            return "".join(f"\n\n~~{line}~~\n\n" for line in lines if line)
        fence, text = fence_for(text), text.strip("\n")
        return f"\n\n{fence}{_language(el)}\n{text}\n{fence}\n\n" if text else ""

    def convert_blockquote(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        _check_nesting(el)
        return str(super().convert_blockquote(el, text, parent_tags))

    # Markdown has no lists of definitions, and Markdownify does not know newer elements.
    convert_dd = convert_dt = convert_option = convert_optgroup = MarkdownConverter.convert_div
    convert_aside = convert_footer = convert_header = convert_main = convert_nav = convert_dd
    convert_address = convert_center = convert_figure = convert_hgroup = convert_search = convert_dd
    convert_details = convert_dialog = convert_summary = convert_dd
    convert_fieldset = convert_form = convert_legend = convert_dd

    def convert_ul(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        listed = str(super().convert_list(el, text, parent_tags))
        begins = "\n\n" if _is_inline(_shown_from(el.contents)) else ""
        ends = "\n\n" if _is_inline(_shown_from(el.next_siblings)) else ""
        return f"{begins}{listed}{ends}"

    convert_ol = convert_ul

    def convert_li(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        item = self._item(el, text, parent_tags)
        begins = "\n\n" if _is_inline(_shown_from(el.previous_siblings)) else ""
        ends = "\n" if _is_inline(_shown_from(el.next_siblings)) else ""
        return f"{begins}{item}{ends}"

    def _item(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        _check_nesting(el)
        parent = el.parent
        if parent is None or parent.name != "ol":
            return str(super().convert_li(el, text, parent_tags))
        start = str(parent.get("start") or "")
        first = int(start) if start.isdecimal() and len(start) < 9 else 1  # as in Markdown
        mark = f"{first + self._items[id(parent)]}. "
        self._items[id(parent)] += 1
        lines = text.strip().split("\n")
        inner = "\n".join(" " * len(mark) + line if line else "" for line in lines)
        return f"{mark}{inner.lstrip(' ')}\n" if text.strip() else "\n"

    def convert_td(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return str(super().convert_td(el, _BARE_STROKE.sub(r"\\|", text), parent_tags))

    convert_th = convert_td

    def convert_tr(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        table = id(el.find_parent("table") or el.parent)
        if table in self._tables:
            return f"|{text}\n"
        self._tables.add(table)
        cells = el.find_all(["td", "th"], recursive=False)
        rule = "|" + " --- |" * text.count(" |")
        if all(cell.name == "th" for cell in cells) or (el.parent and el.parent.name == "thead"):
            return f"|{text}\n{rule}\n"
        return f"|{' |' * text.count(' |')}\n{rule}\n|{text}\n"

    def _emphasized(self, el: Tag, text: str, parent_tags: set[str], mark: str) -> str:
        """Put marks around text, unless they would be shown as they are."""
        before, text, after = _stripped(text)
        alike = _STRONG if mark == "**" else _EMPHASIS
        if (
            not text
            or "\n\n" in text
            or "_noformat" in parent_tags
            or parent_tags & alike  # marks within equal marks, or beside any, would be shown
            or (not before and _follows(el, _STRONG | _EMPHASIS))
            or _shields(text[0], _beside(el, "previous_sibling", -1))
            or _shields(text[-1], _beside(el, "next_sibling", 0))
        ):
            return f"{before}{text}{after}"
        return f"{before}{mark}{text}{mark}{after}"

    def _struck(self, el: PageElement, text: str, parent_tags: set[str]) -> str:
        """Strike text out if it is struck out on the page."""
        if not text.strip() or not parent_tags & _STRUCK:
            return text
        if "_noformat" in parent_tags:
            return f"{_TOGGLE}{text}{_TOGGLE}"
        before, text, after = _stripped(text)
        before = before or " " * _shields(text[0], _beside(el, "previous_sibling", -1))
        after = after or " " * _shields(text[-1], _beside(el, "next_sibling", 0))
        return f"{before}~~{text}~~{after}"


def _pieces(code: str) -> Iterable[tuple[str, bool]]:
    """The pieces of code that are struck out, or are not, in order."""
    pieces = code.replace(_TOGGLE * 2, "").split(_TOGGLE)
    return ((piece, number % 2 == 1) for number, piece in enumerate(pieces))


def _without_struck(code: str) -> tuple[str, list[str]]:
    """Code without what is struck out in it, and the lines of that."""
    kept, struck = list[str](), list[str]()
    for piece, is_struck in _pieces(code):
        (struck if is_struck else kept).append(piece)
    return "".join(kept), "".join(struck).split("\n") if struck else []


def _stands_off(marks: str, beside: str) -> bool:
    """Whether the marks of struck code would be shown beside this character."""
    return marks == "~~" and _shields("`", beside)


def _stripped(text: str) -> tuple[str, str, str]:
    """The space before text, if any, the text, and the space after it: no mark holds beside one."""
    inner = text.strip()
    if not inner:
        return text and " ", "", ""
    return " " * text[0].isspace(), inner, " " * text[-1].isspace()


def _shields(inner: str, outer: str) -> bool:
    """Whether Markdown ignores a mark between two characters (CommonMark, "flanking").

    A mark beside punctuation within it must have a space or punctuation outside it.
    """
    return _is_punctuation(inner) and not (outer.isspace() or _is_punctuation(outer))


def _is_punctuation(character: str) -> bool:
    return unicodedata.category(character)[0] in "PS"


def _follows(element: PageElement, names: frozenset[str]) -> bool:
    """Whether an element with one of these names ends right before another one."""
    while (before := _last(element.previous_siblings)) is None:
        if element.parent is None or element.parent.name in LINE_ENDS:
            return False
        element = element.parent
    while isinstance(before, Tag) and before.name not in names:
        if (last := _last(reversed(before.contents))) is None:
            return False
        before = last
    return isinstance(before, Tag)


def _last(elements: Iterable[PageElement]) -> PageElement | None:
    """The first of some elements, from the last, that leaves anything in the text."""
    return next(
        (
            element
            for element in elements
            if not isinstance(element, PreformattedString)
            and not (isinstance(element, Tag) and _is_hidden(element))
        ),
        None,
    )


def _beside(element: PageElement, direction: str, nearest: int) -> str:
    """The character beside an element on its line; a space at the end of the line."""
    while (sibling := getattr(element, direction)) is None:
        if (parent := element.parent) is None or parent.name in LINE_ENDS:
            return " "
        element = parent
    if isinstance(sibling, Tag) and sibling.name in LINE_ENDS and _is_filled(sibling):
        return " "
    if isinstance(sibling, Tag | PreformattedString) or not sibling:
        return "x"  # what stands beside it may be anything
    return str(sibling[nearest])


def _is_filled(tag: Tag) -> bool:
    """Whether an element that ends a line leaves anything on the page."""
    if tag.name in ("br", "hr"):
        return True
    shown = (child for child in tag.contents if _is_shown(child))
    return any(not isinstance(child, Tag) or _is_filled(child) for child in shown)


def _shown_from(elements: Iterable[PageElement]) -> PageElement | None:
    """The first of some elements that is shown."""
    return next((element for element in elements if _is_shown(element)), None)


def _is_shown(element: PageElement) -> bool:
    if isinstance(element, Tag):
        return not _is_hidden(element)
    return not isinstance(element, PreformattedString) and bool(str(element).strip())


def _is_inline(element: PageElement | None) -> bool:
    """Whether it is text, or an element within a line."""
    if isinstance(element, Tag):
        return element.name not in LINE_ENDS
    return element is not None


def _check_nesting(tag: Tag) -> None:
    if sum(parent.name in _INDENTED for parent in tag.parents) > MAX_NESTING:
        raise _TooDeep


def _is_hidden(tag: Tag) -> bool:
    style = "".join(str(tag.get("style") or "").split()).lower()
    return (
        tag.name in _HIDDEN
        or tag.has_attr("hidden")
        or "display:none" in style
        or "visibility:hidden" in style
        or "katex-html" in tag.get_attribute_list("class")  # the same formula again
    )


# Footnotes as written by Mammoth, Pandoc, GitHub, Kramdown, Python-Markdown and MediaWiki.


def _is_footnote_mark(link: Tag) -> bool:
    return (
        link.get("role") == "doc-noteref"
        or link.has_attr("data-footnote-ref")
        or "footnote-ref" in link.get_attribute_list("class")
        or str(link.get("id") or "").startswith(("footnote-ref-", "endnote-ref-"))
        or str(link.get("href") or "").startswith("#cite_note-")
    )


def _is_backlink(link: Tag, address: str) -> bool:
    """Whether it leads from a footnote back to its mark: an arrow, which says nothing."""
    classes = {"footnote-back", "footnote-backref", "reversefootnote"}
    return (
        link.get("role") == "doc-backlink"
        or link.has_attr("data-footnote-backref")
        or not classes.isdisjoint(link.get_attribute_list("class"))
        or address.startswith(("#footnote-ref-", "#endnote-ref-"))
    )


def _language(block: Tag) -> str:
    """The language of a code block, from its class in pages made from Markdown or by Jupyter."""
    for tag in (block, block.find("code")):
        for name in (tag and tag.get_attribute_list("class")) or ():
            if name and name.startswith("language-"):
                return name.removeprefix("language-")
    return ""
