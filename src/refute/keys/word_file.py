"""Converts Word files to HTML that has what Word prints, once all tracked changes are accepted.

Mammoth converts them.  What it would drop is first written as something that it knows (equations,
simple fields, text boxes), and what Word does not print is removed.  Comments, headers, footers,
pictures and macros are left out.
"""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import mammoth
from lxml import etree
from lxml.etree import _Element

from refute.keys.source import AnswerKeyError
from refute.keys.word_elements import name_of
from refute.keys.word_styles import Styles
from refute.keys.word_text import rewrite

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
_TEXTS = ("w:document", "w:footnotes", "w:endnotes")
"""The roots of the parts whose text is printed."""


def as_html(data: bytes, path: Path) -> str:
    """Convert the bytes of a Word file; ``path`` names it in messages.

    Raises:
        AnswerKeyError: it is too large, declares entities, or has another document inside it.
        Exception: any other, if it is not a Word file.
    """
    return str(
        mammoth.convert_to_html(
            io.BytesIO(_prepared(_parts(data, path), path)),
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


def _prepared(parts: dict[str, bytes], path: Path) -> bytes:
    """Pack the archive again, with its texts rewritten for Mammoth."""
    roots = {name: root for name, xml in parts.items() if (root := _root(xml)) is not None}
    styles = Styles(next((root for root in roots.values() if name_of(root) == "w:styles"), None))
    for name, root in roots.items():
        if name_of(root) in _TEXTS:
            if any(name_of(element) == "w:altChunk" for element in root.iter()):
                raise AnswerKeyError(
                    f"{path}: has another document inside it, as converters to Word write it: "
                    "open it in Word and save it again"
                )
            rewrite(root, styles)
            parts[name] = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def _root(xml: bytes) -> _Element | None:
    """Parse a part that is XML; one that is broken may be an embedded web page.

    Raises:
        etree.XMLSyntaxError: it is broken and has texts; some may be hidden.
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
