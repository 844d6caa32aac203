"""A Word file is read as Word prints it: equations, boxes and notes too, but nothing hidden."""

from __future__ import annotations

from pathlib import Path

import pytest

from refute.keys.reader import read_key
from refute.keys.source import AnswerKeyError
from refute.keys.tree import Key
from tests.keys.counting import work
from tests.keys.test_documents import WORD, texts, word

NAMESPACES = " ".join([
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"',
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"',
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"',
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"',
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"',
])  # fmt: skip
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STYLES = f"""<w:styles xmlns:w="{WORD}">
<w:style w:type="character" w:styleId="Note"><w:rPr><w:vanish/></w:rPr></w:style>
<w:style w:type="character" w:styleId="Inner"><w:basedOn w:val="Note"/></w:style>
<w:style w:type="character" w:styleId="Wrong"><w:rPr><w:dstrike/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="Aside"><w:rPr><w:vanish/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="A"><w:basedOn w:val="B"/></w:style>
<w:style w:type="paragraph" w:styleId="B"><w:basedOn w:val="A"/></w:style>
<w:style w:type="paragraph" w:styleId="T"><w:name w:val="Title"/></w:style>
<w:style w:type="paragraph" w:styleId="C"><w:name w:val="Source Code"/></w:style>
</w:styles>"""


def run(text: str, properties: str = "") -> str:
    spaced = f'<w:t xml:space="preserve">{text}</w:t>'
    return f"<w:r><w:rPr>{properties}</w:rPr>{spaced}</w:r>"


def line(*inside: str, style: str = "") -> str:
    styled = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{styled}{''.join(inside)}</w:p>"


def read(folder: Path, body: str, **parts: str) -> Key:
    related = "".join(
        f'<Relationship Id="{name}" Type="{RELATIONS}/{name}" Target="{name}.xml"/>'
        for name in parts
    )
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    more = {f"word/{name}.xml": xml.encode() for name, xml in parts.items()}
    more["word/_rels/document.xml.rels"] = (
        f'<Relationships xmlns="{package}">{related}</Relationships>'.encode()
    )
    path = folder / "k.docx"
    path.write_bytes(word(body, names=f" {NAMESPACES}", more=more))
    return read_key(path)


# --- equations -----------------------------------------------------------------------------


def sign(text: str) -> str:
    return f"<m:r><m:t>{text}</m:t></m:r>"


def math(tag: str, properties: dict[str, str] | None = None, **parts: str) -> str:
    values = "".join(f'<m:{name} m:val="{value}"/>' for name, value in (properties or {}).items())
    inside = "".join(
        f"<m:{name.rstrip('_')}>{part}</m:{name.rstrip('_')}>" for name, part in parts.items()
    )
    return f"<m:{tag}><m:{tag}Pr>{values}</m:{tag}Pr>{inside}</m:{tag}>"


def equation(inside: str) -> str:
    return f"<m:oMath>{inside}</m:oMath>"


X, Y, N = sign("x"), sign("y"), sign("n")


@pytest.mark.parametrize(
    ("omml", "latex"),
    [
        (sign("w ~ N(0, 2/n)"), r"w \sim N(0, 2/n)"),
        (sign(r"{a_1}\ 5%"), r"\{a\_1\}\backslash 5\%"),
        (math("f", num=X, den=Y), r"\frac{x}{y}"),
        (math("f", {"type": "lin"}, num=X, den=Y), "x/y"),
        (math("f", {"type": "noBar"}, num=X, den=Y), r"{x \atop y}"),
        (math("sSup", e=X, sup=sign("2")), "x^{2}"),
        (math("sSub", e=sign("xy"), sub=N), "{xy}_{n}"),
        (math("sSubSup", e=X, sub=N, sup=sign("2")), "x_{n}^{2}"),
        (math("sPre", sub=N, sup=sign("2"), e=X), "{}_{n}^{2}x"),
        (math("rad", {"degHide": "1"}, deg="", e=X), r"\sqrt{x}"),
        (math("rad", deg=sign("3"), e=X), r"\sqrt[3]{x}"),
        (math("nary", {"chr": "∑"}, sub=sign("i=1"), sup=N, e=X), r"\sum_{i=1}^{n} x"),
        (math("nary", sub="", sup="", e=X), r"\int x"),
        (math("d", e=X), "(x)"),
        (math("d", {"begChr": "{", "endChr": ""}, e=X), r"\{x"),
        (f"<m:d><m:e>{X}</m:e><m:e>{Y}</m:e></m:d>", "(x|y)"),
        (math("func", fName=sign("log"), e=X), r"\log x"),
        (math("func", fName=sign("ReLU"), e=X), r"\operatorname{ReLU} x"),
        (math("func", fName=math("limLow", e=sign("max"), lim=N), e=X), r"{max}_{n} x"),
        (math("acc", e=X), r"\hat{x}"),
        (math("acc", {"chr": "\u20d7"}, e=X), r"\vec{x}"),
        (math("bar", {"pos": "top"}, e=X), r"\overline{x}"),
        (math("groupChr", e=X), r"\underbrace{x}"),
        (math("eqArr", e=sign("x&amp;=y")), r"\begin{matrix}x=y\end{matrix}"),
        (
            f"<m:m><m:mr><m:e>{X}</m:e><m:e>{Y}</m:e></m:mr></m:m>",
            r"\begin{matrix}x & y\end{matrix}",
        ),
        ("<m:r><m:rPr><m:nor/></m:rPr><m:t>if so</m:t></m:r>", r"\text{if so}"),
        (math("phant", {"show": "0"}, e=X) + Y, "y"),
        (f"<m:borderBox><m:e>{X}</m:e></m:borderBox>", "x"),
        (f"<m:unheard><m:of>{X}</m:of>{Y}</m:unheard>", "xy"),
    ],
)  # fmt: skip
def test_an_equation_is_read(tmp_path: Path, omml: str, latex: str) -> None:
    key = read(tmp_path, line(run("So it is "), equation(omml), run(". Yes.")))
    assert texts(key) == [f"So it is ${latex}$.", "Yes."]
    assert any(each.kind == "formula" for each in key.blocks[0].runs)


def test_an_equation_beside_a_digit_or_another_stays_an_equation(tmp_path: Path) -> None:
    key = read(tmp_path, line(run("It has 5"), equation(X), equation(Y), run("2 units.")))
    assert texts(key) == ["It has 5 $x$$y$ 2 units."]
    assert [each.text for each in key.blocks[0].runs if each.kind == "formula"] == ["$x$", "$y$"]


def test_equations_on_lines_of_their_own(tmp_path: Path) -> None:
    display = f"<m:oMathPara>{equation(X)}</m:oMathPara>"
    two = f"<m:oMathPara>{equation(X)}{equation(Y)}</m:oMathPara>"
    inside = line(run("So"), display, run("it is."))
    key = read(tmp_path, f"{line(display)}{line(two)}{inside}")
    assert [block.kind for block in key.blocks] == ["formula", "paragraph", "paragraph"]
    assert texts(key) == ["x", "$x$ $y$", "So $x$ it is."]


def test_an_equation_in_a_table_or_list_is_in_its_line(tmp_path: Path) -> None:
    display = line(f"<m:oMathPara>{equation(X)}</m:oMathPara>")
    key = read(tmp_path, f"<w:tbl><w:tr><w:tc>{display}</w:tc></w:tr></w:tbl>")
    assert [(block.kind, block.text) for block in key.blocks if block.text] == [("cell", "$x$")]


# --- what is hidden, struck or changed -----------------------------------------------------


@pytest.mark.parametrize(
    "hidden",
    [
        run("Hidden. ", "<w:vanish/>"),
        run("Hidden. ", '<w:vanish w:val="true"/>'),
        run("Hidden. ", '<w:rStyle w:val="Note"/>'),
        run("Hidden. ", '<w:rStyle w:val="Inner"/>'),
        run("Struck. ", "<w:strike/>"),
        run("Struck. ", "<w:dstrike/>"),
        run("Struck. ", '<w:rStyle w:val="Wrong"/>'),
        f'<w:del w:id="1">{run("Deleted. ")}</w:del>',
        f'<w:moveFrom w:id="1">{run("Moved. ")}</w:moveFrom>',
        equation('<m:r><w:rPr><w:vanish/></w:rPr><m:t>x</m:t></m:r>'),
        equation('<m:r><w:rPr><w:strike/></w:rPr><m:t>x</m:t></m:r>'),
    ],
)  # fmt: skip
def test_text_that_word_hides_strikes_or_deletes_states_nothing(
    tmp_path: Path, hidden: str
) -> None:
    key = read(tmp_path, line(run("It prunes. "), hidden, run("Yes.")), styles=STYLES)
    assert texts(key) == ["It prunes.", "Yes."]
    assert not any(word in key.text for word in ("Hidden", "Deleted", "Moved"))


@pytest.mark.parametrize(
    "seen",
    [
        run("Seen.", '<w:vanish w:val="0"/>'),
        run("Seen.", '<w:rStyle w:val="Note"/><w:vanish w:val="false"/>'),
        run("Seen.", '<w:dstrike w:val="0"/>'),
        f'<w:ins w:id="1">{run("Seen.")}</w:ins>',
        f'<w:moveTo w:id="1">{run("Seen.")}</w:moveTo>',
    ],
)
def test_text_that_word_shows_is_read(tmp_path: Path, seen: str) -> None:
    assert texts(read(tmp_path, line(seen), styles=STYLES)) == ["Seen."]


def test_a_hidden_style_of_a_run_shows_it_in_a_hidden_paragraph(tmp_path: Path) -> None:
    shown = run("Seen.", '<w:rStyle w:val="Note"/>')
    key = read(tmp_path, line(run("Hidden. "), shown, style="Aside"), styles=STYLES)
    assert texts(key) == ["Seen."]


def test_a_style_that_is_based_on_itself_ends(tmp_path: Path) -> None:
    assert texts(read(tmp_path, line(run("So."), style="A"), styles=STYLES)) == ["So."]


def test_a_deleted_end_of_a_paragraph_and_deleted_or_hidden_rows(tmp_path: Path) -> None:
    mark = '<w:pPr><w:rPr><w:del w:id="1"/></w:rPr></w:pPr>'
    rows = "".join(
        f"<w:tr><w:trPr>{properties}</w:trPr><w:tc>{line(run(text))}</w:tc></w:tr>"
        for properties, text in [
            ("", "Kept."), ('<w:del w:id="2"/>', "Gone."), ("<w:hidden/>", "Gone."),
        ]
    )  # fmt: skip
    body = f"<w:p>{mark}{run('It ')}</w:p>{line(run('prunes.'))}<w:tbl>{rows}</w:tbl>"
    assert texts(read(tmp_path, body)) == ["It prunes.", "Kept."]


def table(first: str, *rows: str, look: str = "") -> str:
    cells = "".join(f"<w:tr><w:tc>{line(run(text))}</w:tc></w:tr>" for text in rows)
    head = f"<w:tr><w:trPr>{first}</w:trPr><w:tc>{line(run('Rate'))}</w:tc></w:tr>"
    return f"<w:tbl><w:tblPr>{look}</w:tblPr>{head}{cells}</w:tbl>"


GRID = f"""<w:styles xmlns:w="{WORD}">
<w:style w:type="table" w:styleId="Grid"><w:tblStylePr w:type="firstRow"/></w:style>
<w:style w:type="table" w:styleId="Own"><w:basedOn w:val="Grid"/></w:style>
<w:style w:type="table" w:styleId="Plain"><w:basedOn w:val="Plain"/></w:style>
</w:styles>"""


@pytest.mark.parametrize(
    ("table", "kind"),
    [
        (table("<w:tblHeader/>", "Low."), "heading"),
        (table('<w:tblHeader w:val="on"/>'), "heading"),
        (table('<w:tblHeader w:val="0"/>', "Low."), "sentence"),
        (table("", "Low."), "sentence"),
        (table('<w:cnfStyle w:val="100000000000"/>', "Low."), "heading"),
        (table('<w:cnfStyle w:firstRow="1"/>', "Low."), "heading"),
        (table('<w:cnfStyle w:val="000000100000"/>', "Low."), "sentence"),
        (table('<w:cnfStyle w:firstRow="1"/>'), "sentence"),
        *(
            (table("", "Low.", look=f'<w:tblStyle w:val="{style}"/><w:tblLook {look}/>'), kind)
            for style, look, kind in [
                ("Grid", 'w:firstRow="1"', "heading"),
                ("Own", 'w:val="04A0"', "heading"),
                ("Own", 'w:val="0480" w:firstRow="0"', "sentence"),
                ("Own", 'w:val="none"', "sentence"),
                ("Plain", 'w:firstRow="1"', "sentence"),
            ]
        ),
    ],
)
def test_a_first_row_that_is_marked_or_set_off_is_a_header(
    tmp_path: Path, table: str, kind: str
) -> None:
    assert read(tmp_path, table, styles=GRID).statements[0].kind == kind


def test_struck_code_states_nothing(tmp_path: Path) -> None:
    code = line(run("x = 1", "<w:strike/>"), style="C") + line(run("y = 2"), style="C")
    assert texts(read(tmp_path, code, styles=STYLES)) == ["y = 2"]


# --- notes, fields, boxes ------------------------------------------------------------------


def test_a_footnote_is_read_and_its_mark_states_nothing(tmp_path: Path) -> None:
    note = f'<w:footnote w:id="1">{line(run("Only here."), run("Hid", "<w:vanish/>"))}</w:footnote>'
    mark = '<w:r><w:footnoteReference w:id="1"/></w:r>'
    footnotes = f'<w:footnotes xmlns:w="{WORD}">{note}</w:footnotes>'
    key = read(tmp_path, line(run("It prunes"), mark, run(". So.")), footnotes=footnotes)
    assert texts(key) == ["It prunes.", "So.", "Only here."]


def test_comments_are_left_out(tmp_path: Path) -> None:
    comment = f'<w:comment w:id="1">{line(run("Why?"))}</w:comment>'
    key = read(
        tmp_path,
        line(
            '<w:commentRangeStart w:id="1"/>',
            run("It prunes."),
            '<w:commentRangeEnd w:id="1"/><w:r><w:commentReference w:id="1"/></w:r>',
        ),
        comments=f'<w:comments xmlns:w="{WORD}">{comment}</w:comments>',
    )
    assert texts(key) == ["It prunes."]


def test_fields_show_their_results(tmp_path: Path) -> None:
    def part(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    simple = f'<w:fldSimple w:instr="REF a">{run("Table 1")}</w:fldSimple>'
    instruction = "<w:r><w:instrText>REF b</w:instrText></w:r>"
    field = "".join([part("begin"), instruction, part("separate"), run("Table 2"), part("end")])
    key = read(tmp_path, line(run("See "), simple, run(" and "), field, run(".")))
    assert texts(key) == ["See Table 1 and Table 2."]


BOX = f"<w:txbxContent>{line(run('In a box.'))}</w:txbxContent>"
DRAWN = (
    '<w:drawing><wp:anchor><wp:docPr id="1" descr="Alt."/>'
    f"<wps:txbx>{BOX}</wps:txbx></wp:anchor></w:drawing>"
)
OLD = (
    f'<w:pict><v:shape><v:imagedata o:title="Alt."/><v:textbox>{BOX}</v:textbox></v:shape></w:pict>'
)


@pytest.mark.parametrize(
    "box",
    [
        DRAWN,
        OLD,
        f"<mc:AlternateContent><mc:Choice>{DRAWN}</mc:Choice></mc:AlternateContent>",
        f"<mc:AlternateContent><mc:Choice>{DRAWN}</mc:Choice><mc:Fallback>{OLD}</mc:Fallback>"
        "</mc:AlternateContent>",
    ],
)
def test_a_text_box_is_read_once_and_pictures_are_not_described(tmp_path: Path, box: str) -> None:
    key = read(tmp_path, line(run("It prunes."), f"<w:r>{box}</w:r>"))
    assert texts(key) == ["It prunes.", "In a box."]


def test_words_stay_apart_and_hyphens_are_plain(tmp_path: Path) -> None:
    text = "<w:t>a</w:t>"
    marks = [
        "<w:cr/>", '<w:br w:type="page"/>', "<w:ptab/>", "<w:tab/>", "<w:noBreakHyphen/>",
        "<w:softHyphen/>",
    ]  # fmt: skip
    key = read(tmp_path, line(f"<w:r>{text}{text.join(marks)}{text}</w:r>"))
    assert texts(key) == ["a a a a a-aa"]


def test_titles_are_headings_and_styled_code_is_code(tmp_path: Path) -> None:
    code = "".join(line(run(text), style="C") for text in ("x = 1", "y = 2"))
    key = read(tmp_path, line(run("Answers"), style="T") + code, styles=STYLES)
    assert [(block.kind, block.text) for block in key.blocks] == [
        ("heading", "Answers"), ("code", "x = 1\ny = 2\n"),
    ]  # fmt: skip


# --- hostile files -------------------------------------------------------------------------


def test_many_equations_are_work_in_proportion(tmp_path: Path) -> None:
    display = f"<m:oMathPara>{equation(math('rad', deg='', e=''))}</m:oMathPara>"

    def reading(count: int) -> int:
        return work(lambda: read(tmp_path, line(*["<w:r/>"] * count, *[display] * count)))

    reading(10)  # what is imported and cached once is not counted
    assert reading(1_000) < 4.5 * reading(250)


@pytest.mark.parametrize("inside", ["<m:e>", "<w:ins>"])
def test_a_file_nested_too_deeply_is_refused(tmp_path: Path, inside: str) -> None:
    end = inside.replace("<", "</")
    hidden = run("Hidden.", "<w:vanish/>")
    deep = f"<m:oMath>{inside * 400}{sign('x')}{end * 400}</m:oMath>"
    with pytest.raises(AnswerKeyError, match=r"k.docx: is not a readable Word file"):
        read(tmp_path, line(deep, hidden))
