"""Notebooks, HTML and Word files are read as keys, without their hidden or hostile parts."""

from __future__ import annotations

import io
import json
import zipfile
from itertools import pairwise
from pathlib import Path

import pytest

from refute.keys.extents import extents, source_in
from refute.keys.reader import read_key
from refute.keys.source import AnswerKeyError
from refute.keys.tree import Key
from refute.keys.word_file import MAX_TAGS, MAX_UNPACKED
from tests.keys.counting import work

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
PARTS = {
    "[Content_Types].xml": (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/></Types>'
    ),
    "_rels/.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r" Type="{OFFICE}" Target="word/document.xml"/></Relationships>'
    ),
}


def texts(key: Key) -> list[str]:
    return [statement.text for statement in key.statements]


# --- notebooks -----------------------------------------------------------------------------


def notebook(*cells: tuple[str, str], outputs: list[object] | None = None) -> str:
    made = [
        {"cell_type": kind, "metadata": {}, "source": source}
        | ({"execution_count": 1, "outputs": outputs or []} if kind == "code" else {})
        for kind, source in cells
    ]
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 4})


def read(folder: Path, name: str, data: str | bytes) -> Key:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return read_key(path)


def test_a_notebook_keeps_the_numbers_of_its_cells(tmp_path: Path) -> None:
    cells = ("markdown", "# Task\n\nDropout prunes.\n\nIt does."), ("code", "x = 1\ny = 2"), (
        "markdown", "ReLU can die."
    )  # fmt: skip
    key = read(tmp_path, "k.ipynb", notebook(*cells))

    assert texts(key) == ["Task", "Dropout prunes.", "It does.", "x = 1 y = 2", "ReLU can die."]
    places = [
        key.where(statement.line).removeprefix(f"{key.path}:") for statement in key.statements
    ]
    assert places == ["cell 1:1", "cell 1:3", "cell 1:5", "cell 2:1", "cell 3:1"]
    assert [block.language for block in key.blocks if block.kind == "code"] == ["python"]


@pytest.mark.parametrize("indent", ["", "   "])
def test_outputs_are_left_out_and_fences_in_code_do_not_end_its_cell(
    tmp_path: Path, indent: str
) -> None:
    shown = [{"output_type": "stream", "name": "stdout", "text": "SECRET"}]
    code = f'text = """\n{indent}```\nNot prose.\n{indent}```\n"""'
    key = read(tmp_path, "k.ipynb", notebook(("code", code), ("markdown", "So."), outputs=shown))
    assert "SECRET" not in key.text
    assert [statement.kind for statement in key.statements] == ["code", "sentence"]


@pytest.mark.parametrize(
    ("first", "said"),
    [
        ("```\nx", ["x", "It prunes."]),
        ("- One.", ["One.", "It prunes."]),
        ("> One.", ["One.", "It prunes."]),
        ("$$ x", ["$$ x", "It prunes."]),
        ("| a |\n|---|", ["a", "It prunes."]),
    ],
)
def test_what_a_cell_leaves_open_ends_with_it(tmp_path: Path, first: str, said: list[str]) -> None:
    cells = [("markdown", first), ("markdown", "  It prunes."), ("code", "y = 2")]
    key = read(tmp_path, "k.ipynb", notebook(*cells))
    assert texts(key) == [*said, "y = 2"]
    places = [key.where(statement.line).rsplit(":cell ")[1] for statement in key.statements]
    assert places[-2:] == ["2:1", "3:1"]
    assert [source_in(key, extent) for extent in extents(key)][-2:] == ["It prunes.", "y = 2"]


def test_a_comment_without_an_end_is_refused_at_its_line(tmp_path: Path) -> None:
    cells = [("markdown", "One.\n\nTwo."), ("markdown", "Three.\n\n<!-- four")]
    with pytest.raises(AnswerKeyError, match=r"k.ipynb:7: unclosed comment"):
        read(tmp_path, "k.ipynb", notebook(*cells))


@pytest.mark.filterwarnings("error")
def test_cells_need_no_ids(tmp_path: Path) -> None:
    text = notebook(("markdown", "It prunes.")).replace('minor": 4', 'minor": 5')
    assert texts(read(tmp_path, "k.ipynb", text)) == ["It prunes."]


@pytest.mark.parametrize("source", [None, 5, {"a": "b"}])
def test_a_cell_without_text_is_refused(tmp_path: Path, source: object) -> None:
    text = notebook(("markdown", "One."), ("markdown", "SOURCE"))
    with pytest.raises(AnswerKeyError, match=r"k.ipynb: cell 2 has no text: save it again"):
        read(tmp_path, "k.ipynb", text.replace('"SOURCE"', json.dumps(source)))


def test_a_key_in_markdown_has_lines_and_no_cells(tmp_path: Path) -> None:
    key = read(tmp_path, "k.md", "One.\n\nTwo.")
    assert key.where(3) == f"{key.path}:3"


@pytest.mark.parametrize("data", ["", "[]", "{", '{"cells": 1}', "\udcff", '{"nbformat": 99}'])
def test_what_is_no_notebook_is_one_line(tmp_path: Path, data: str) -> None:
    with pytest.raises(AnswerKeyError) as caught:
        read(tmp_path, "k.ipynb", data.encode("utf-8", "surrogateescape"))
    assert "k.ipynb: is not a readable notebook" in str(caught.value)
    assert "\n" not in str(caught.value)


# --- HTML ----------------------------------------------------------------------------------

PAGE = """<!doctype html><html><head><title>T</title><style>p {}</style></head><body>
<h2>Dropout</h2><p>It makes a <b>sparse</b> model &amp; 2 * 3 &lt; 7. <i>Yes</i>.</p>
<script>alert("run")</script><!-- a hidden note --><p hidden>not shown</p>
<p style="color: red; display: none">nor this</p><template>nor that</template>
<ul><li>One thing.</li><li>Two things.</li></ul>
<table><tr><th>a</th></tr><tr><td>In a cell.</td></tr></table>
<pre><code class="language-python">x = 1
y = 2</code></pre><img src="http://e.org/x.png" onerror="alert(1)" alt="a curve">
<p># no heading</p><p>1. no list</p><a href="javascript:alert(1)">here</a></body></html>"""


def test_a_page_is_read_as_it_is_shown(tmp_path: Path) -> None:
    key = read(tmp_path, "k.html", PAGE)
    assert texts(key) == [
        "Dropout", "It makes a sparse model & 2 * 3 < 7.", "Yes.", "One thing.", "Two things.", "a",
        "In a cell.", "x = 1 y = 2", "# no heading", "1. no list", "here",
    ]  # fmt: skip
    (code,) = [block for block in key.blocks if block.kind == "code"]
    assert (code.language, code.text) == ("python", "x = 1\ny = 2\n")


@pytest.mark.parametrize(
    ("repeated", "times"),
    [("<div>", 20_000), ("<p>", 20_000), ("<b><i>", 10_000), ("<ul><li>", 5_000), ("<", 40_000),
     ("&", 40_000), ("<!--", 100_000), ("<table><tr><td>", 3_000)],
)  # fmt: skip
def test_a_hostile_page_is_refused_or_read_with_work_in_proportion(
    tmp_path: Path, repeated: str, times: int
) -> None:
    def reading(times: int) -> int:
        def read_or_refuse() -> None:
            try:
                read(tmp_path, "k.html", repeated * times + "x")
            except AnswerKeyError as error:
                assert "\n" not in str(error)  # noqa: PT017

        return work(read_or_refuse)

    reading(10)  # what is imported and cached once is not counted
    assert reading(times) < 4.5 * reading(times // 4) + 20_000


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        ('<meta charset="windows-1252">', "cp1252"),
        ("<meta http-equiv=Content-Type content='text/html; charset=ISO-8859-1'>", "cp1252"),
        ('<meta charset="windows-1252">', "utf-8"),
    ],
)
def test_a_page_is_read_in_the_encoding_that_it_declares(
    tmp_path: Path, declared: str, encoding: str
) -> None:
    page = f"<html><head>{declared}</head><body><p>It’s naïve – so.</p></body></html>"
    assert texts(read(tmp_path, "k.html", page.encode(encoding))) == ["It’s naïve – so."]


@pytest.mark.parametrize("declared", ["", "<meta charset=unicode_escape>", "<meta charset=utf-8>"])
def test_a_page_that_declares_no_other_encoding_has_to_be_utf_8(
    tmp_path: Path, declared: str
) -> None:
    with pytest.raises(AnswerKeyError, match="is not UTF-8: save the file in that encoding"):
        read(tmp_path, "k.html", f"{declared}<p>It’s so.</p>".encode("cp1252"))


def test_a_line_of_a_megabyte_is_refused(tmp_path: Path) -> None:
    for name in ("k.md", "k.txt"):
        with pytest.raises(AnswerKeyError, match="divide it"):
            read(tmp_path, name, "word " * 200_000)
    with pytest.raises(AnswerKeyError, match="divide it"):
        read(tmp_path, "k.html", f"<p>{'word ' * 200_000}</p>")
    with pytest.raises(AnswerKeyError, match="divide it"):
        read(tmp_path, "k.docx", word(paragraph("word " * 200_000)))
    with pytest.raises(AnswerKeyError, match="divide it"):
        read(tmp_path, "k.ipynb", notebook(("markdown", "word " * 200_000)))


@pytest.mark.parametrize("data", ["[" * 100_000, '{"cells": ' * 100_000, '{"cells": [' * 50_000])
def test_a_notebook_nested_too_deeply_is_one_line(tmp_path: Path, data: str) -> None:
    with pytest.raises(AnswerKeyError, match=r"k.ipynb: is not a readable notebook .*: save it"):
        read(tmp_path, "k.ipynb", data)


# --- Word ----------------------------------------------------------------------------------


def paragraph(text: str, style: str = "") -> str:
    styled = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{styled}<w:r><w:t>{text}</w:t></w:r></w:p>"


def word(
    body: str, *, before: str = "", names: str = "", more: dict[str, bytes] | None = None
) -> bytes:
    document = f'{before}<w:document xmlns:w="{WORD}"{names}><w:body>{body}</w:body></w:document>'
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**PARTS, "word/document.xml": document, **(more or {})}.items():
            archive.writestr(name, data)
    return file.getvalue()


def test_a_word_file_is_read(tmp_path: Path) -> None:
    body = paragraph("Dropout", "Heading1") + paragraph("It prunes. It <w:br/>does not.").replace(
        "<w:br/>", ""
    )
    key = read(tmp_path, "k.docx", word(body))
    assert texts(key)[-2:] == ["It prunes.", "It does not."]
    assert "Dropout" in texts(key)[0]


def test_macros_and_other_parts_are_ignored(tmp_path: Path) -> None:
    more = {"word/vbaProject.bin": b"\xd0\xcf\x11\xe0 macro", "customXml/item1.xml": b"<a/>"}
    assert texts(read(tmp_path, "k.docx", word(paragraph("So."), more=more))) == ["So."]


def test_a_document_inside_a_word_file_is_not_dropped_silently(tmp_path: Path) -> None:
    body = f'{paragraph("So.")}<w:altChunk xmlns:r="r" r:id="rId9"/>'
    with pytest.raises(AnswerKeyError, match="open it in Word and save it again"):
        read(tmp_path, "k.docx", word(body, more={"word/page.html": b"<p>It prunes.</p>"}))


def test_an_archive_that_would_be_too_large_is_refused_before_unpacking(
    tmp_path: Path,
) -> None:
    bomb = word(paragraph("So."), more={"word/media/a.bin": b"\0" * (MAX_UNPACKED + 1)})
    assert len(bomb) < 1_000_000
    with pytest.raises(AnswerKeyError, match="when unpacked"):
        read(tmp_path, "k.docx", bomb)


def test_an_archive_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    """A part unpacks to no more than the archive's list says, or is broken."""
    data = bytearray(word(paragraph("x" * 1000)))
    size = len(f'<w:document xmlns:w="{WORD}">') + 1000
    for at in range(len(data) - 4):
        if size < int.from_bytes(data[at : at + 4], "little") < size + 200:
            data[at : at + 4] = (10).to_bytes(4, "little")
    with pytest.raises(AnswerKeyError, match="is not a readable Word file"):
        read(tmp_path, "k.docx", bytes(data))


ENTITIES = (
    '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in pairwise("abcdefghi"))
    + "]>"
)  # fmt: skip


def test_entities_neither_expand_without_limit_nor_include_files(tmp_path: Path) -> None:
    for before, inside in (
        (ENTITIES, "&i;"),
        ('<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "&x;"),
    ):
        with pytest.raises(AnswerKeyError, match=r"k.docx: declares entities, as Word never does"):
            read(tmp_path, "k.docx", word(paragraph(f"So {inside}."), before=before))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_an_archive_of_very_many_tags_is_refused_before_they_are_read(
    tmp_path: Path, encoding: str
) -> None:
    more = {"word/other.xml": ("<w:p/>" * MAX_TAGS).encode(encoding)}
    with pytest.raises(AnswerKeyError, match=r"has 500,016 tags, more than 500,000: split it"):
        read(tmp_path, "k.docx", word(paragraph("So."), more=more))
    picture = {"word/media/a.png": b"\x89PNG" + b"<" * MAX_TAGS}
    assert texts(read(tmp_path, "k.docx", word(paragraph("So."), more=picture))) == ["So."]


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04", b"no archive", word("").replace(b"word/", b"w0rd/")]
)
def test_a_file_that_is_not_a_word_file_is_one_line(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(AnswerKeyError) as caught:
        read(tmp_path, "k.docx", data)
    assert "k.docx: is not a readable Word file" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_links_stand_beside_a_document_under_its_name(tmp_path: Path) -> None:
    from refute.keys.links import link

    key = read(tmp_path, "k.docx", word(paragraph("It prunes.")))
    (tmp_path / "k.toml").write_text("[[statement]]\nquote = 'It prunes.'\nasserts = ['a/b']\n")
    (entry,) = link(key).entries
    assert entry is not None
    assert entry.links[0].claim == "a/b"
