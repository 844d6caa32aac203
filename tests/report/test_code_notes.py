"""Findings about code on the page: at their lines, with their own marks, counted separately."""

from __future__ import annotations

import cProfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest

from refute.export import markdown
from refute.grading.folder import Material, gather
from refute.keys.graded import Mark
from refute.prose.marks import shown
from refute.prose.objection import objection, questions_about_code
from refute.report import render
from tests.make import claim, ledger, reading
from tests.report.coded import KEY, graded, run
from tests.report.parsed import Element, Page


@pytest.fixture(scope="module")
def page() -> Element:
    return Page(render(run(), [graded()])).root


def note(page: Element, rule: str) -> Element:
    (found,) = [note for note in page.all("div", class_="note") if rule in note.words]
    return found


def test_a_finding_is_flagged_at_the_end_of_its_line(page: Element) -> None:
    first, second = (block for said in page.all(class_="said") for block in said.all("pre"))
    lines = [line.split("\u202f") for line in first.text.splitlines()]
    flagged = {number: len(line) - 1 for number, line in enumerate(lines, start=8)}
    assert {number for number, flags in flagged.items() if flags} == {10, 11, 12, 13, 14, 15}
    # At the end of line 15 there is the flag of the statement alone.
    assert [link.attributes["class"] for link in first.all("a")][-1] == "flag"
    assert lines[2][0].startswith("keras.layers.Dropout(50) error in this line ▲")
    assert second.text == "no python (∅\u202f5 not parsed in this line △\u202fc7\n"


def test_flags_and_notes_lead_to_each_other(page: Element) -> None:
    flags = page.all("a", class_="code-flag")
    code = graded().code
    found = len(code.faults) + len(code.cannot_tell) + len(code.unparsed)
    assert len(flags) == len({flag.attributes["id"] for flag in flags}) == found
    for flag in flags:
        id = flag.attributes["id"]
        assert flag.attributes["href"] == f"#{id}--note"
        assert page.id(f"{id}--note").all("a", class_="number")[0].attributes["href"] == f"#{id}"


def test_a_note_has_line_rule_reason_what_it_does_and_the_fix(page: Element) -> None:
    words = note(page, "code/mc-by-predict").words
    assert "▲ error line 14, column 14 code/mc-by-predict" in words
    assert (
        "“Monte Carlo dropout keeps dropout on” fails for “nothing on”: a counterexample" in words
    )
    assert "the first example tried (all passes equal). mc/a" in words
    assert "Call model(x, training=True) for each pass.Object to this finding" in words
    (link,) = note(page, "code/mc-by-predict").all("a", class_="claim-id")
    assert link.attributes["href"] == "#claim-mc-active-at-inference"
    open_ = note(page, "code/selu-without-lecun").words
    assert (
        "△ cannot tell line 11, column 3 code/selu-without-lecun The variance of the initial"
        in open_
    )


def test_code_has_a_table_and_counts_of_its_own_and_none_of_a_verdict(page: Element) -> None:
    verdicts, code = page.all("table", class_="score")
    rows = {row.all("th")[0].words: row.all("td")[0].words for row in code.all("tr")[1:]}
    marks = Counter(note.all("b")[0].words for note in page.all("div", class_="note")[1:])
    assert rows.pop("rules fine") == str(len(graded().code.fine))
    assert rows == {name: str(marks[name]) for name in rows}
    assert rows["△ cannot tell"] == "2"
    assert rows["△ not parsed"] == "1"
    assert rows["▲ note"] == "0"
    assert "▲" not in verdicts.text
    assert "△" not in verdicts.text
    of_code = [button for button in page.all("button", class_="verdict") if "▲" in button.words]
    assert of_code
    assert not [button for button in of_code if "data-verdict" in button.attributes]
    counts = page.all("p", class_="counts")
    assert "▲" not in counts[0].text
    assert counts[1].words.startswith(
        "Its code, checked by rules: ▲ error 2 ▲ wrong 1 ▲ weak 1 △ cannot"
    )


def test_what_was_not_checked_of_code_is_listed(page: Element) -> None:
    words = page.id("unchecked").words
    assert "Code that rules cannot judge: 2" in words
    assert "chapter-11.md, line 11, column 3 : The variance of the initial" in words.replace(
        ": ", " : "
    )
    assert "Code that was not parsed: 1" in words


def test_a_page_without_code_has_no_table_of_it() -> None:
    root = Page(render(run(), [graded("Text.", "")])).root
    assert len(root.all("table", class_="score")) == 1
    assert "Code that" not in root.words


def test_code_to_which_no_rule_applies_says_so() -> None:
    root = Page(render(run(), [graded("```python\nx = 1\n```\n", "")])).root
    assert root.all("p", class_="counts")[-1].words == "Its code, checked by rules: no rule applies"


def test_a_key_that_nobody_linked_has_its_code_checked(page: Element) -> None:
    root = Page(render(run(), [replace(graded(links=""), links_path=None)])).root
    words = root.all("article", class_="key")[0].words
    assert "No statement of this key was checked" in words
    assert "Its code, checked by rules: ▲ error 2" in words


def test_every_fault_and_nothing_else_of_code_is_open_to_objection(page: Element) -> None:
    code = graded().code
    opened = [mark for mark in page.all("div", class_="code-mark") if mark.all(class_="objection")]
    assert len(opened) == len(code.faults) == 4
    for mark, fault in zip(opened, code.faults, strict=True):
        (said,) = mark.all("details", class_="objection")
        assert said.all("summary")[0].text == "Object to this finding"
        assert said.all("pre")[0].text == objection(fault, f"chapter-11.md, {fault.position}")
    # The notes on statements keep theirs.
    assert "What is wrong with this mark?" in page.id("questions-about-marks").text
    assert page.id("questions-about-code").text == questions_about_code(run().run)


@pytest.mark.parametrize("text", ["Text.", "```python\nimport keras\n```\n"])
def test_a_page_without_faults_in_code_says_nothing_of_objecting_to_them(text: str) -> None:
    html = render(run(), [graded(text, "")])
    root = Page(html).root
    assert not root.all(id="questions-about-code")
    assert not [button for button in root.all("button") if "data-code" in button.attributes]
    assert "Object to this finding" not in html


def test_findings_can_be_filtered_for_by_kind_and_question(page: Element) -> None:
    buttons = [button for button in page.all("button") if "data-code" in button.attributes]
    assert [(button.words, button.attributes["data-code"]) for button in buttons] == [
        ("▲ any fault", "fault"),
        ("▲ error", "error"),
        ("▲ wrong", "wrong"),
        ("▲ weak", "weak"),
        ("△ cannot tell", "cannot-tell"),
        ("△ not parsed", "not-parsed"),
    ]
    assert {button.attributes["aria-pressed"] for button in buttons} == {"false"}
    kinds = [flag.attributes["data-code"] for flag in page.all("a", class_="code-flag")]
    asked = {button.attributes["data-code"] for button in buttons}
    assert {kind for some in kinds for kind in some.split()} == asked
    assert kinds.count("fault error") == 2
    flags = page.all("a", class_="code-flag")
    assert [flag.attributes.get("data-question") for flag in flags] == [*[None] * 5, "mc", None]


def test_no_two_marks_share_a_filter() -> None:
    names = [shown(mark).name for mark in Mark]
    assert len(set(names)) == len(names)


def test_no_mark_of_code_is_one_of_a_statement() -> None:
    for name in ("error", "wrong", "weak", "note", "cannot tell", "not parsed"):
        mark = shown(f"code: {name}")
        assert mark.word == name
        assert mark.sign in "▲△"
        assert mark.css.startswith("code-mark ")


def test_places_of_a_notebook_are_cells(tmp_path: Path) -> None:
    cells = [
        nbformat.v4.new_markdown_cell("# Answers\n\nIt is so.\n\nIt is so, too."),
        nbformat.v4.new_code_cell("import keras\n\nkeras.layers.Dropout(50)"),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "a.ipynb")
    links = "".join(
        f'[[statement]]\nquote = "{quote}"\nasserts = ["q/x"]\n'
        for quote in ("It is so.", "It is so, too.")
    )
    (tmp_path / "a.toml").write_text(links)
    made = ledger([claim("q/x", "REFUTED", [reading("r", "fails", None)], statement="It is.")])
    given = gather(made, tmp_path / "verdicts.json", tmp_path)
    root = Page(render(made, given.keys, given.faults)).root
    (said,) = root.all("dd", class_="said-by")
    assert said.words == "a.ipynb, cell 1, line 3, cell 1, line 5"
    assert "cell 2, line 3, column 1 code/dropout-rate-out-of-range" in root.words
    assert "a.ipynb, cell 1, line 3: refuted" in root.all("details", class_="objection")[0].words


@pytest.mark.parametrize(
    "text",
    [
        "</code></pre><script>alert(1)</script>",
        "\x1b[2J\u202e",
        "{{ 7 * 7 }}",
        "\ud800",
        "x" * 9999,
    ],
)
def test_what_a_literal_stands_for_stays_text(text: str) -> None:
    code = f"import keras\nkeras.layers.Dense(9, 'selu', kernel_initializer={text!a})"
    html = render(run(), [graded(f"```python\n{code}\n```\n", "")])
    root = Page(html).root
    assert note(root, "code/selu-without-lecun")
    assert len(root.all("script")) == 2
    assert not set(html) & set("\x1b\u202e\ud800")
    assert "49" not in note(root, "code/selu-without-lecun").words


def test_code_is_whole_between_the_flags(page: Element) -> None:
    (article,) = page.all("article", class_="key")
    for line in KEY.split("```python\n")[1].split("```")[0].splitlines():
        assert line.strip() in article.text


def test_twice_the_findings_are_at_most_2_2_times_the_work() -> None:
    def work(blocks: int) -> int:
        text = "```python\nimport keras\nkeras.layers.Dropout(50)\n```\n\nSo.\n\n" * blocks
        key = graded(text, "")
        made = Material(run(), Path("verdicts.json"), Path("answers"), (key,), {})
        assert len(key.code.faults) == blocks
        profile = cProfile.Profile()
        profile.runcall(lambda: (render(run(), [key]), markdown.render(made)))
        return sum(call.callcount for call in profile.getstats())

    work(1)  # what is made once is made
    assert work(400) <= 2.2 * work(200)
