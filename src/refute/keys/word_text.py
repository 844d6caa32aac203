"""Rewrites the text of a Word file as Word prints it, in elements that Mammoth reads."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

from lxml.etree import QName, SubElement, _Element

from refute.keys.word_elements import (
    FEW,
    child_of,
    line_end,
    name_of,
    namespace_of,
    new_element,
    properties_of,
    remove,
    replace,
    text_run,
    unwrap,
)
from refute.keys.word_formulas import as_latex
from refute.keys.word_styles import Styles, mark_of
from refute.keys.word_tables import mark_header


def rewrite(root: _Element, styles: Styles) -> None:
    """Rewrite what Mammoth does not read as Word prints it."""
    for element in list(root.iter()):
        if name_of(element) == "mc:AlternateContent":
            _choose(element)
        elif _is_unprinted(element, styles):
            remove(element)
        elif name_of(element) == "w:r" and (
            styles.marks(element, "w:strike") or styles.marks(element, "w:dstrike")
        ):
            _strike(element)
    for element in list(root.iter()):
        if name_of(element) == "w:tbl":
            mark_header(element, styles)
        if (write := _REWRITERS.get(name_of(element))) is not None:
            write(element)


def _is_unprinted(element: _Element, styles: Styles) -> bool:
    match name_of(element):
        case "w:moveFrom" | "w:softHyphen":
            return True
        case "w:del":  # among properties, it says that a paragraph goes on in the next
            return name_of(element.getparent()) != "w:rPr"
        case "w:tr":
            properties = properties_of(element, "w:trPr")
            return bool(
                child_of(properties, "w:del") is not None or mark_of(properties, "w:hidden")
            )
        case "w:r" | "m:r":
            return styles.marks(element, "w:vanish")
    return False


def _choose(alternatives: _Element) -> None:
    """Keep what a text box or an equation says if only Word's newer form of it does."""
    fallback = child_of(alternatives, "mc:Fallback")
    choice = child_of(alternatives, "mc:Choice")
    if choice is not None and _says(choice) and not _says(fallback):
        if fallback is not None:
            alternatives.remove(fallback)
        unwrap(choice)
        unwrap(alternatives)
    elif choice is not None:
        alternatives.remove(choice)


def _says(element: _Element | None) -> bool:
    return element is not None and any(name_of(text) in ("w:t", "m:t") for text in element.iter())


def _strike(run: _Element) -> None:
    properties = properties_of(run, "w:rPr")
    if properties is None:
        properties = new_element("w:rPr", run)
        run.insert(0, properties)
    for mark in [child for child in properties if name_of(child) == "w:strike"]:
        properties.remove(mark)
    properties.append(new_element("w:strike", run))


def _drawing(drawing: _Element) -> None:
    """Replace a drawing by the text boxes in it; Mammoth reads only those of older files."""
    boxes = [box for box in drawing.iter() if name_of(box) == "w:txbxContent"]
    if boxes:
        picture = new_element("w:pict", drawing)
        textbox = SubElement(picture, f"{{{namespace_of('v')}}}textbox")
        textbox.extend(boxes)
        replace(drawing, picture)


def _undescribed(picture: _Element) -> None:
    """Remove the description of a picture, which Word does not print."""
    for name in [name for name in picture.attrib if QName(name).localname in ("descr", "title")]:
        del picture.attrib[name]


def _line_break(element: _Element) -> None:
    """Keep words apart where Mammoth drops what stands between them."""
    replace(element, new_element("w:br", element))


def _break(element: _Element) -> None:
    for name in [name for name in element.attrib if str(QName(name).localname) == "type"]:
        del element.attrib[name]


def _hyphen(element: _Element) -> None:
    hyphen = new_element("w:t", element)
    hyphen.text = "-"
    replace(element, hyphen)


def _displayed(paragraph: _Element) -> None:
    """Write equations on lines of their own as one block of Markdown if nothing else is there."""
    equations = [child for child in paragraph if name_of(child) == "m:oMath"]
    around = paragraph.getparent()
    alone = around is not None and _is_alone(paragraph, around)
    if alone and len(equations) == 1 and (latex := as_latex(equations[0])):
        replace(paragraph, text_run(paragraph, f"$${latex}$$"))
        return
    for equation in equations:
        equation.addprevious(line_end(paragraph))
    paragraph.append(line_end(paragraph))
    unwrap(paragraph)


def _is_alone(equation: _Element, paragraph: _Element) -> bool:
    body = paragraph.getparent()
    properties = properties_of(paragraph, "w:pPr")
    children = list(islice(paragraph, FEW))  # a hostile file has very many
    return (
        body is not None
        and name_of(body) == "w:body"
        and child_of(properties, "w:numPr", "w:pStyle") is None
        and len(children) < FEW
        and not any(_says(child) for child in children if child is not equation)
    )


def _equation(equation: _Element) -> None:
    """Write an equation as a formula of Markdown."""
    latex = as_latex(equation)
    if not latex:
        remove(equation)
        return
    before, after = equation.getprevious(), equation.getnext()
    spaced = (
        " " if _text(before)[-1:].isdigit() else "",  # Markdown reads 5$x$ as a price
        " " if _text(after)[:1].isdigit() else "",
    )
    run = text_run(equation, f"{spaced[0]}${latex}${spaced[1]}")
    runs = [child for child in equation.iter() if name_of(child) == "m:r"]
    if runs and all(mark_of(properties_of(each, "w:rPr"), "w:strike") for each in runs):
        _strike(run)
    replace(equation, run)


def _text(element: _Element | None) -> str:
    if element is None:
        return ""
    return "".join(child.text or "" for child in element.iter() if name_of(child) == "w:t")


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
    "w:fldSimple": unwrap,
    "w:dir": unwrap,
    "w:bdo": unwrap,
    "w:ruby": unwrap,
    "w:rubyBase": unwrap,
}
