"""What the styles of a Word file say: which text is hidden or struck, which rows are headers."""

from __future__ import annotations

from itertools import islice

from lxml.etree import _Element

from refute.keys.word_elements import FEW, OFF, child_of, name_of, properties_of, value_of


class Styles:
    """Which styles hide or strike text, and which set off the first row of a table."""

    def __init__(self, root: _Element | None) -> None:
        self._styles = {
            value_of(style, "styleId"): style
            for style in (() if root is None else root)
            if name_of(style) == "w:style"
        }
        self._known: dict[tuple[str | None, str], bool] = {}

    def has(self, properties: _Element | None, mark: str) -> bool:
        """Whether the style of a paragraph or a run sets a mark, such as ``w:vanish``."""
        style = child_of(properties, "w:pStyle", "w:rStyle")
        return style is not None and self._set_by(value_of(style), mark)

    def _set_by(self, id: str | None, mark: str) -> bool:
        asked, based_on = (id, mark), list[tuple[str | None, str]]()
        while asked not in self._known and (style := self._styles.get(asked[0])) is not None:
            based_on.append(asked)
            self._known[asked] = False  # in case a style is based on itself
            own = mark_of(child_of(style, "w:rPr"), mark)
            if own is not None:
                self._known[asked] = own
                break
            asked = (value_of(child_of(style, "w:basedOn")), mark)
        is_set = self._known.get(asked, False)
        self._known.update(dict.fromkeys(based_on, is_set))
        return is_set

    def sets_off_first_row(self, table: str | None) -> bool:
        """Whether the style of a table, or one it is based on, has a form for its first row."""
        seen = set[str | None]()
        while table not in seen and (style := self._styles.get(table)) is not None:
            seen.add(table)
            forms = islice(style, FEW)
            if any(
                name_of(form) == "w:tblStylePr" and value_of(form, "type") == "firstRow"
                for form in forms
            ):
                return True
            table = value_of(child_of(style, "w:basedOn"))
        return False

    def marks(self, run: _Element, mark: str) -> bool:
        """Whether a run has a mark: its own setting counts, else those of its styles.

        Such a mark is a toggle: a run's style sets it off where that of the paragraph sets it.
        """
        properties = properties_of(run, "w:rPr")
        if (own := mark_of(properties, mark)) is not None:
            return own
        paragraph = next((up for up in run.iterancestors() if name_of(up) == "w:p"), None)
        return self.has(properties, mark) != self.has(properties_of(paragraph, "w:pPr"), mark)


def mark_of(properties: _Element | None, name: str) -> bool | None:
    """Whether properties set a mark, such as ``w:vanish``; ``None`` if they do not name it."""
    mark = child_of(properties, name)
    return None if mark is None else value_of(mark) not in OFF
