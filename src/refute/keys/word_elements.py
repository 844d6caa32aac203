"""The XML elements of a Word file: their names, values and children, and how to replace them."""

from __future__ import annotations

from itertools import islice

from lxml import etree
from lxml.etree import QName, _Element

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

OFF = ("0", "off", "false")
"""The values with which a property says that it is not set."""

FEW = 100
"""No property, and no paragraph with only an equation, has as many children."""


def name_of(element: _Element | None) -> str:
    """The name of an element with its usual prefix, such as ``w:p``; empty if there is none."""
    if element is None or not isinstance(element.tag, str):
        return ""
    tag = QName(element)
    return f"{_PREFIXES.get(str(tag.namespace), '')}:{tag.localname}"


def namespace_of(prefix: str) -> str:
    """The namespace with this usual prefix."""
    return next(uri for uri, usual in _PREFIXES.items() if usual == prefix)


def child_of(element: _Element | None, *names: str, within: int = FEW) -> _Element | None:
    """The first child with one of these names; a hostile file has very many children."""
    children = () if element is None else islice(element, within)
    return next((child for child in children if name_of(child) in names), None)


def properties_of(element: _Element | None, name: str) -> _Element | None:
    """The properties of a paragraph, run or row, which come first."""
    return child_of(element, name, within=3)


def value_of(element: _Element | None, name: str = "val") -> str | None:
    """An attribute of an element, in any namespace; ``None`` if there is none."""
    for key, value in {} if element is None else element.attrib.items():
        if str(QName(key).localname) == name:
            return str(value)
    return None


def new_element(name: str, like: _Element) -> _Element:
    """A new element of ``w``, in the variant of it that the file uses."""
    root = like.getroottree().getroot()
    namespace = QName(root).namespace if name_of(root).startswith("w:") else namespace_of("w")
    return etree.Element(f"{{{namespace}}}{name.removeprefix('w:')}")


def text_run(like: _Element, text: str) -> _Element:
    """A new run with this text, in the namespace of ``like``."""
    run = new_element("w:r", like)
    written = new_element("w:t", like)
    written.text = text
    run.append(written)
    return run


def line_end(like: _Element) -> _Element:
    """A new run that ends a line, in the namespace of ``like``."""
    run = new_element("w:r", like)
    run.append(new_element("w:br", like))
    return run


def remove(element: _Element) -> None:
    """Take an element and all that is in it out of the tree."""
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def replace(element: _Element, other: _Element) -> None:
    """Put another element in the place of an element."""
    parent = element.getparent()
    if parent is not None:
        parent.replace(element, other)


def unwrap(element: _Element) -> None:
    """Put what is in an element in its place."""
    parent = element.getparent()
    if parent is not None:
        for child in list(element):
            element.addprevious(child)
        parent.remove(element)
