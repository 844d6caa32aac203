"""Converts Word files to HTML that has what Word prints, once all tracked changes are accepted.

Mammoth converts them.  What it would drop is first written as something that it knows (equations,
simple fields, text boxes), and what Word does not print is removed.  Comments, headers, footers,
pictures and macros are left out.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import mammoth
from lxml import etree
from lxml.etree import QName, SubElement, _Element

from refute.keys.source import AnswerKeyError
from refute.keys.word_formulas import as_latex

MAX_UNPACKED = 1 << 26
"""The most bytes of all parts of a Word file, which is an archive."""

MAX_TAGS = 500_000
"""The most XML tags of a Word file: a few kilobytes may unpack to millions, and each takes time."""

_STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => h2:fresh
p[style-name='Source Code'] => pre:separator('\\n')
p[style-name='HTML Preformatted'] => pre:separator('\\n')
r[style-name='Verbatim Char'] => code
"""
"""Styles of Word and Pandoc that Mammoth does not know."""

_XML = re.compile(rb"(\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*<")
_PREFIXES = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w",
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "w",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m",
    "http://purl.oclc.org/ooxml/officeDocument/math": "m",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
    "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing": "wp",
    "http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing": "wp",
    "urn:schemas-microsoft-com:vml": "v",
}
_TEXTS = ("w:document", "w:footnotes", "w:endnotes")
"""The roots of the parts whose text is printed."""

_OFF = ("0", "off", "false")

_FEW = 100
"""No property, and no paragraph with only an equation, has as many children."""


def as_html(data: bytes, path: Path) -> str:
    """Convert the bytes of a Word file; ``path`` names it in messages.

    Raises:
        AnswerKeyError: it is too large, or declares entities.
        Exception: any other, if it is not a Word file.
    """
    return str(
        mammoth.convert_to_html(
            io.BytesIO(_prepared(_parts(data, path))),
            convert_image=mammoth.images.img_element(lambda _: {}),
            style_map=_STYLES,
            include_embedded_style_map=False,
        ).value
    )


def _parts(data: bytes, path: Path) -> dict[str, bytes]:
    """Unpack the archive."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        if (unpacked := sum(part.file_size for part in parts)) > MAX_UNPACKED:
            raise AnswerKeyError(
                f"{path}: has {unpacked:,} bytes when unpacked, more than {MAX_UNPACKED:,}: "
                "remove what is not text"
            )
        tags, contents = 0, dict[str, bytes]()
        for part in parts:
            contents[part.filename] = content = archive.read(part)
            xml = content.replace(b"\0", b"")  # as UTF-8 if it is UTF-16
            if _XML.match(xml):
                tags += xml.count(b"<")
                if b"<!ENTITY" in xml:
                    raise AnswerKeyError(
                        f"{path}: declares entities, as Word never does: save it again as .docx"
                    )
        if tags > MAX_TAGS:
            raise AnswerKeyError(f"{path}: has {tags:,} tags, more than {MAX_TAGS:,}: split it")
    return contents


def _prepared(parts: dict[str, bytes]) -> bytes:
    """Pack the archive again, with its texts rewritten for Mammoth."""
    roots = {name: root for name, xml in parts.items() if (root := _root(xml)) is not None}
    styles = _Styles(next((root for root in roots.values() if _name(root) == "w:styles"), None))
    for name, root in roots.items():
        if _name(root) in _TEXTS:
            _rewrite(root, styles)
            parts[name] = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def _root(xml: bytes) -> _Element | None:
    """Parse a part that is XML; one that is broken may be an embedded web page.

    Raises:
        etree.XMLSyntaxError: it is broken and has texts, some of which may be hidden.
    """
    as_utf8 = xml.replace(b"\0", b"")
    if not _XML.match(as_utf8):
        return None
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(xml, parser)
    except etree.XMLSyntaxError:
        if b"wordprocessingml" in as_utf8:
            raise
        return None


# --- styles --------------------------------------------------------------------------------


class _Styles:
    """Which styles hide or strike text."""

    def __init__(self, root: _Element | None) -> None:
        self._styles = {
            _value(style, "styleId"): style
            for style in (() if root is None else root)
            if _name(style) == "w:style"
        }
        self._known: dict[tuple[str | None, str], bool] = {}

    def has(self, properties: _Element | None, mark: str) -> bool:
        """Whether the style of a paragraph or a run sets a mark, such as ``w:vanish``."""
        style = _child(properties, "w:pStyle", "w:rStyle")
        return style is not None and self._set_by(_value(style), mark)

    def _set_by(self, id: str | None, mark: str) -> bool:
        asked, based_on = (id, mark), list[tuple[str | None, str]]()
        while asked not in self._known and (style := self._styles.get(asked[0])) is not None:
            based_on.append(asked)
            self._known[asked] = False  # in case a style is based on itself
            own = _mark(_child(style, "w:rPr"), mark)
            if own is not None:
                self._known[asked] = own
                break
            asked = (_value(_child(style, "w:basedOn")), mark)
        is_set = self._known.get(asked, False)
        self._known.update(dict.fromkeys(based_on, is_set))
        return is_set

    def marks(self, run: _Element, mark: str) -> bool:
        """Whether a run has a mark: its own setting counts, else those of its styles.

        Such a mark is a toggle: a run's style sets it off where that of the paragraph sets it.
        """
        properties = _properties(run, "w:rPr")
        if (own := _mark(properties, mark)) is not None:
            return own
        paragraph = next((up for up in run.iterancestors() if _name(up) == "w:p"), None)
        return self.has(properties, mark) != self.has(_properties(paragraph, "w:pPr"), mark)


def _mark(properties: _Element | None, name: str) -> bool | None:
    mark = _child(properties, name)
    return None if mark is None else _value(mark) not in _OFF


# --- texts ---------------------------------------------------------------------------------


def _rewrite(root: _Element, styles: _Styles) -> None:
    """Rewrite what Mammoth does not read as Word prints it."""
    for element in list(root.iter()):
        if _name(element) == "mc:AlternateContent":
            _choose(element)
        elif _is_unprinted(element, styles):
            _remove(element)
        elif _name(element) == "w:r" and (
            styles.marks(element, "w:strike") or styles.marks(element, "w:dstrike")
        ):
            _strike(element)
    for element in list(root.iter()):
        if (write := _REWRITERS.get(_name(element))) is not None:
            write(element)


def _is_unprinted(element: _Element, styles: _Styles) -> bool:
    match _name(element):
        case "w:moveFrom" | "w:softHyphen":
            return True
        case "w:del":  # among properties, it says that a paragraph goes on in the next
            return _name(element.getparent()) != "w:rPr"
        case "w:tr":
            properties = _properties(element, "w:trPr")
            return bool(_child(properties, "w:del") is not None or _mark(properties, "w:hidden"))
        case "w:r" | "m:r":
            return styles.marks(element, "w:vanish")
    return False


def _choose(alternatives: _Element) -> None:
    """Keep what a text box or an equation says if only Word's newer form of it does."""
    fallback = _child(alternatives, "mc:Fallback")
    choice = _child(alternatives, "mc:Choice")
    if choice is not None and _says(choice) and not _says(fallback):
        if fallback is not None:
            alternatives.remove(fallback)
        _unwrap(choice)
        _unwrap(alternatives)
    elif choice is not None:
        alternatives.remove(choice)


def _says(element: _Element | None) -> bool:
    return element is not None and any(_name(text) in ("w:t", "m:t") for text in element.iter())


def _strike(run: _Element) -> None:
    properties = _properties(run, "w:rPr")
    if properties is None:
        properties = _new("w:rPr", run)
        run.insert(0, properties)
    for mark in [child for child in properties if _name(child) == "w:strike"]:
        properties.remove(mark)
    properties.append(_new("w:strike", run))


def _drawing(drawing: _Element) -> None:
    """Replace a drawing by the text boxes in it; Mammoth reads only those of older files."""
    boxes = [box for box in drawing.iter() if _name(box) == "w:txbxContent"]
    if boxes:
        picture = _new("w:pict", drawing)
        textbox = SubElement(picture, f"{{{_namespace_of('v')}}}textbox")
        textbox.extend(boxes)
        _replace(drawing, picture)


def _undescribed(picture: _Element) -> None:
    """Remove the description of a picture, which Word does not print."""
    for name in [name for name in picture.attrib if QName(name).localname in ("descr", "title")]:
        del picture.attrib[name]


def _line_break(element: _Element) -> None:
    """Keep words apart where Mammoth drops what stands between them."""
    _replace(element, _new("w:br", element))


def _break(element: _Element) -> None:
    for name in [name for name in element.attrib if str(QName(name).localname) == "type"]:
        del element.attrib[name]


def _hyphen(element: _Element) -> None:
    hyphen = _new("w:t", element)
    hyphen.text = "-"
    _replace(element, hyphen)


def _displayed(paragraph: _Element) -> None:
    """Write equations on lines of their own as one block of Markdown if nothing else is there."""
    equations = [child for child in paragraph if _name(child) == "m:oMath"]
    around = paragraph.getparent()
    alone = around is not None and _is_alone(paragraph, around)
    if alone and len(equations) == 1 and (latex := as_latex(equations[0])):
        _replace(paragraph, _text_run(paragraph, f"$${latex}$$"))
        return
    for equation in equations:
        equation.addprevious(_line_end(paragraph))
    paragraph.append(_line_end(paragraph))
    _unwrap(paragraph)


def _is_alone(equation: _Element, paragraph: _Element) -> bool:
    body = paragraph.getparent()
    properties = _properties(paragraph, "w:pPr")
    children = list(islice(paragraph, _FEW))  # a hostile file has very many
    return (
        body is not None
        and _name(body) == "w:body"
        and _child(properties, "w:numPr", "w:pStyle") is None
        and len(children) < _FEW
        and not any(_says(child) for child in children if child is not equation)
    )


def _equation(equation: _Element) -> None:
    """Write an equation as a formula of Markdown."""
    latex = as_latex(equation)
    if not latex:
        _remove(equation)
        return
    before, after = equation.getprevious(), equation.getnext()
    spaced = (
        " " if _text(before)[-1:].isdigit() else "",  # Markdown reads 5$x$ as a price
        " " if _text(after)[:1].isdigit() else "",
    )
    run = _text_run(equation, f"{spaced[0]}${latex}${spaced[1]}")
    runs = [child for child in equation.iter() if _name(child) == "m:r"]
    if runs and all(_mark(_properties(each, "w:rPr"), "w:strike") for each in runs):
        _strike(run)
    _replace(equation, run)


def _text(element: _Element | None) -> str:
    if element is None:
        return ""
    return "".join(child.text or "" for child in element.iter() if _name(child) == "w:t")


# --- elements ------------------------------------------------------------------------------


def _name(element: _Element | None) -> str:
    """The name of an element with its usual prefix, such as ``w:p``; empty if there is none."""
    if element is None or not isinstance(element.tag, str):
        return ""
    tag = QName(element)
    return f"{_PREFIXES.get(str(tag.namespace), '')}:{tag.localname}"


def _namespace_of(prefix: str) -> str:
    return next(uri for uri, usual in _PREFIXES.items() if usual == prefix)


def _child(element: _Element | None, *names: str, within: int = _FEW) -> _Element | None:
    """The first child with one of these names; a hostile file has very many children."""
    children = () if element is None else islice(element, within)
    return next((child for child in children if _name(child) in names), None)


def _properties(element: _Element | None, name: str) -> _Element | None:
    """The properties of a paragraph, run or row, which come first."""
    return _child(element, name, within=3)


def _value(element: _Element | None, name: str = "val") -> str | None:
    for key, value in {} if element is None else element.attrib.items():
        if str(QName(key).localname) == name:
            return str(value)
    return None


def _new(name: str, like: _Element) -> _Element:
    """A new element of ``w``, in the variant of it that the file uses."""
    root = like.getroottree().getroot()
    namespace = QName(root).namespace if _name(root).startswith("w:") else _namespace_of("w")
    return etree.Element(f"{{{namespace}}}{name.removeprefix('w:')}")


def _text_run(like: _Element, text: str) -> _Element:
    run = _new("w:r", like)
    written = _new("w:t", like)
    written.text = text
    run.append(written)
    return run


def _line_end(like: _Element) -> _Element:
    run = _new("w:r", like)
    run.append(_new("w:br", like))
    return run


def _remove(element: _Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _replace(element: _Element, other: _Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.replace(element, other)


def _unwrap(element: _Element) -> None:
    parent = element.getparent()
    if parent is not None:
        for child in list(element):
            element.addprevious(child)
        parent.remove(element)


_REWRITERS: dict[str, Callable[[_Element], None]] = {
    "m:oMathPara": _displayed,
    "m:oMath": _equation,
    "w:drawing": _drawing,
    "wp:docPr": _undescribed,
    "v:imagedata": _undescribed,
    "w:cr": _line_break,
    "w:ptab": _line_break,
    "w:br": _break,
    "w:noBreakHyphen": _hyphen,
    # What Mammoth drops together with the text in it.
    "w:fldSimple": _unwrap,
    "w:dir": _unwrap,
    "w:bdo": _unwrap,
    "w:ruby": _unwrap,
    "w:rubyBase": _unwrap,
}
