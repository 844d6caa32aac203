"""Marks the header of a table in a Word file as Mammoth reads it.

Source: ECMA-376, part 1, sections 17.4.49 (tblHeader), 17.4.55 (tblLook) and 17.4.7 (cnfStyle).
"""

from __future__ import annotations

from lxml.etree import _Element

from refute.keys.word_elements import (
    OFF,
    child_of,
    name_of,
    new_element,
    properties_of,
    remove,
    value_of,
)
from refute.keys.word_styles import Styles

_HEADER = "w:tblHeader"
_FIRST_ROW = 0x20
"""The bit of ``w:tblLook`` for it."""


def mark_header(table: _Element, styles: Styles) -> None:
    """Mark the first row as a header if its style sets it off, unless rows are marked already.

    A table of one row has no header but what is marked.
    """
    rows = (row for row in table if name_of(row) == "w:tr")
    first, second = next(rows, None), next(rows, None)
    if first is None:
        return
    properties = properties_of(first, "w:trPr")
    header = child_of(properties, _HEADER)
    if header is not None:
        if value_of(header) in OFF:  # Mammoth takes it for a header
            remove(header)
        else:
            return
    if second is not None and (_is_set_off(properties) or _sets_off(table, styles)):
        if properties is None:
            properties = new_element("w:trPr", first)
            first.insert(0, properties)
        properties.append(new_element(_HEADER, first))


def _is_set_off(row: _Element | None) -> bool:
    """Whether Word has noted that a row has the form of a first row."""
    form = child_of(row, "w:cnfStyle")
    bits = value_of(form)
    return bits.startswith("1") if bits else (value_of(form, "firstRow") or "0") not in OFF


def _sets_off(table: _Element, styles: Styles) -> bool:
    """Whether the style of a table sets off its first row, and the table uses that."""
    properties = properties_of(table, "w:tblPr")
    look = child_of(properties, "w:tblLook")
    if (asked := value_of(look, "firstRow")) is None:
        bits = value_of(look) or ""
        try:
            asked = "1" if int(bits, 16) & _FIRST_ROW else "0"
        except ValueError:
            return False
    return asked not in OFF and styles.sets_off_first_row(
        value_of(child_of(properties, "w:tblStyle"))
    )
