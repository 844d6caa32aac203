"""Code faults in every format: at their lines, with their effects, separate from verdicts."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import nbformat
import pytest

from refute.export import github, markdown, sarif, summary
from refute.export.errors import ExportError
from refute.export.formats import FORMATS
from refute.grading.folder import Material, gather
from refute.keys.code.rules.table import RuleError, rules
from tests.export.gfm import by_github, by_markdown_it
from tests.export.material import material, schema
from tests.make import claim, ledger, reading
from tests.report.coded import active

TEXT = """# Key

Drop everything.

```python
import keras
import numpy as np
keras.layers.Dropout(50)
keras.layers.Dense(100, activation="selu", kernel_initializer=asked)
keras.callbacks.EarlyStopping(restore_best_weights=False)
model = keras.Sequential([keras.layers.Dropout(0.5), keras.layers.Dense(10)])
samples = [model.predict(images) for _ in range(100)]; print(model.predict(images))
average = np.mean(samples, axis=0)
```

More.

```python
no python (
```
"""

ACTIVE = active("all passes are equal")
DOES = (
    "“Monte Carlo dropout keeps dropout on” fails for “nothing on”: a counterexample, the first "
    "example tried (all passes are equal)"
)


def made(text: str = TEXT) -> Material:
    return material(text, "", [ACTIVE])


def notebook(folder: Path) -> Material:
    cells = [
        nbformat.v4.new_markdown_cell("# Answers\n\nIt is so."),
        nbformat.v4.new_code_cell("import keras\n\nkeras.layers.Dropout(50)"),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "a.ipynb")
    links = '[[statement]]\nquote = "It is so."\nasserts = ["q/x"]\n'
    (folder / "a.toml").write_text(links)
    run = ledger([claim("q/x", "REFUTED", [reading("r", "fails", None)], statement="It is.")])
    return gather(run, folder / "reports/verdicts.json", folder)


VALID = jsonschema.Draft4Validator(
    schema("sarif-schema-2.1.0.json"), format_checker=jsonschema.FormatChecker()
)


def run_of(made: Material) -> dict[str, Any]:
    log = json.loads(sarif.render(made))
    VALID.validate(log)
    return log["runs"][0]


# --- SARIF ---------------------------------------------------------------------------------


def test_a_fault_is_a_result_at_its_line_with_what_it_does_and_the_fix() -> None:
    run = run_of(made())
    found = {result["ruleId"]: result for result in run["results"]}

    rate = found["code/dropout-rate-out-of-range"]
    assert (rate["kind"], rate["level"]) == ("fail", "error")
    (place,) = rate["locations"]
    assert place["physicalLocation"]["region"] == {
        "startLine": 8,
        "startColumn": 1,
        "endLine": 8,
        "endColumn": 25,
    }
    passes = found["code/mc-by-predict"]
    assert passes["properties"] == {"severity": "error", "claims": ["mc/active-at-inference"]}
    why, does, fix = passes["message"]["text"].split("\n")
    assert why.startswith("Fault in code (error): ")
    assert does == f"What it does (mc/active-at-inference): {DOES}."
    assert fix == "Fix: Call model(x, training=True) for each pass."
    assert found["code/early-stopping-keeps-last-weights"]["level"] == "warning"


def test_a_doubt_is_open_and_an_unparsed_block_a_notification() -> None:
    run = run_of(made())
    (doubt,) = [result for result in run["results"] if result["kind"] == "open"]

    assert (doubt["ruleId"], doubt["level"]) == ("code/selu-without-lecun", "none")
    assert doubt["locations"][0]["physicalLocation"]["region"]["startLine"] == 9
    assert doubt["message"]["text"].startswith("Cannot tell: SELU with initial weights")
    (invocation,) = run["invocations"]
    (unparsed,) = invocation["toolExecutionNotifications"]
    assert unparsed["locations"][0]["physicalLocation"]["region"]["startLine"] == 19
    assert "was not checked" in unparsed["message"]["text"]
    counted = run["properties"]["code"]
    assert (counted["cannot tell"], counted["not parsed"]) == (1, 1)
    assert counted["error"] == sum(
        result.get("properties", {}).get("severity") == "error" for result in run["results"]
    )


def test_every_rule_is_listed_behind_the_claims_and_every_result_names_its_own() -> None:
    run = run_of(made())
    listed = run["tool"]["driver"]["rules"]

    ids = [rule["id"] for rule in listed]
    assert ids == ["mc/active-at-inference", *(rule.id for rule in rules())]
    assert all(ids[result["ruleIndex"]] == result["ruleId"] for result in run["results"])
    (selu,) = [rule for rule in listed if rule["id"] == "code/selu-missing"]
    assert selu["defaultConfiguration"] == {"level": "error"}
    assert "Fix: Use activation=" in selu["help"]["text"]


def test_two_findings_alike_have_two_fingerprints_that_lines_above_do_not_change() -> None:
    twice = TEXT.replace("keras.layers.Dropout(50)\n", "keras.layers.Dropout(50)\n" * 2)

    def prints(text: str) -> list[str]:
        results = run_of(made(text))["results"]
        return [result["partialFingerprints"]["ruleAndFinding/v1"] for result in results]

    assert len(set(prints(twice))) == len(prints(twice)) == len(prints(TEXT)) + 1
    assert prints(twice) == prints(f"Something on top.\n\n{twice}")


def test_a_notebook_has_no_line_of_its_file_and_its_messages_begin_with_the_cell(
    tmp_path: Path,
) -> None:
    of_notebook = notebook(tmp_path)
    statement, fault = run_of(of_notebook)["results"]

    for finding in (statement, fault):
        assert finding["locations"][0]["physicalLocation"]["region"] == {"startLine": 1}
    assert statement["message"]["text"].startswith("Cell 1, line 3: Refuted: “It is so.”")
    assert fault["message"]["text"].startswith(
        "Cell 2, line 3, column 1: Fault in code (error): a dropout rate of"
    )
    told = github.render(of_notebook).decode()
    assert ",line=" not in told
    assert (
        "a.ipynb,title=error%3A code/dropout-rate-out-of-range::Cell 2, line 3, column 1: " in told
    )


def test_a_rule_that_cannot_be_used_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    given = made()

    def refuse() -> None:
        raise RuleError("somebody.rules:mine: is no Rule")

    monkeypatch.setattr("refute.export.sarif_code.rules", refuse)
    with pytest.raises(ExportError, match=r"^somebody\.rules:mine: is no Rule$"):
        FORMATS["sarif"].render(given)


# --- annotations, Markdown, the page of a job -------------------------------------------------


def test_annotations_name_line_severity_and_rule() -> None:
    lines = github.render(made()).decode().splitlines()

    (rate,) = [line for line in lines if "code/dropout-rate" in line]
    assert rate.startswith(
        "::error file=answers/chapter-11.md,line=8,endLine=8,col=1,endColumn=25,"
        "title=error%3A code/dropout-rate-out-of-range::Fault in code (error): a dropout rate of 50"
    )
    (doubt,) = [line for line in lines if "title=cannot tell%3A" in line]
    assert doubt.startswith("::notice file=answers/chapter-11.md,line=9,")
    (unparsed,) = [line for line in lines if "title=not parsed" in line]
    assert unparsed.startswith("::notice file=answers/chapter-11.md,line=19,endLine=19,col=11,")
    (passes,) = [line for line in lines if "code/mc-by-predict" in line]
    assert passes.startswith("::error file=answers/chapter-11.md,line=12,endLine=12,col=12,")


def test_markdown_has_them_below_their_block_and_counts_them_apart() -> None:
    (written,) = markdown.render(made()).values()
    head, _, body = written.decode().partition("\n---\n")

    assert (
        "\n\n∅ unlinked 4.\n\n"
        "Its code, checked by rules: 2 errors, 1 wrong, 1 weak, 1 cannot tell, " in head
    )
    assert head.count("1 not parsed.") == 1
    first, second = body.split("\nMore.")
    assert (
        "> **▲ error**, line 8, column 1, `code/dropout-rate-out-of-range`: A dropout rate of 50"
        in first
    )
    assert f"What it does: {DOES} (`mc/active-at-inference`). Fix: Call" in first
    assert (
        "> **△ cannot tell**, line 9, column 1, `code/selu-without-lecun`: The variance of the"
        in first
    )
    assert "> **△ not parsed**, line 19, column 11: " in second


def test_the_summary_counts_code_in_a_table_of_its_own() -> None:
    text = summary.render(made()).decode()
    verdicts, code = text.split("| ▲ code of | checked by rules |")

    assert "▲" not in verdicts
    assert "△" not in verdicts
    assert code.splitlines()[2].startswith("| chapter-11.md | ")
    assert "- **▲ error**, line 8, column 1, `code/dropout-rate-out-of-range`: " in code
    unlinked = [line for line in verdicts.splitlines() if line.startswith("| ∅ unlinked")]
    assert unlinked == ["| ∅ unlinked | 4 |  |"]  # two sentences, two blocks of code: no more


def test_a_key_without_code_says_nothing_of_code() -> None:
    given = made("Nothing.\n")
    (written,) = markdown.render(given).values()
    assert b"by rules" not in written + summary.render(given)
    assert not github.render(given)
    assert run_of(given)["results"] == []


# --- hostile code --------------------------------------------------------------------------

TEXTS = [
    "\x1b[2J\x1b[31m",
    "\u202eexe.gnp",
    "\n::error file=x::y\n##[error]z",
    "</script><img src=x onerror=alert(1)>",
    "{0} [it](https://evil.example) @somebody #1 ``` `x` **y** | z",
    "\ud800",
    "x" * 100_000,
]


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: ascii(text[:20]))
def test_what_a_literal_of_the_code_stands_for_acts_nowhere(text: str) -> None:
    literal = ascii(text)
    code = f"import keras\nkeras.layers.Dense(9, activation='selu', kernel_initializer={literal})"
    given = made(f"```python\n{code}\n```\n")
    (key,) = given.keys
    (fault,) = key.code.faults
    assert fault.rule.id == "code/selu-without-lecun"
    assert len(fault.why) < 500

    (result,) = run_of(given)["results"]
    assert not set(result["message"]["text"]) & set("\x1b\u202e\ud800")
    (line,) = github.render(given).decode().splitlines()
    assert line.startswith("::error file=answers/chapter-11.md,line=3,")
    for written in (*markdown.render(given).values(), summary.render(given)):
        shown = written.decode()
        assert not set(shown) & set("\x1b\u202e\ud800")
        assert by_github(shown).foreign == []
        assert by_markdown_it(shown).foreign == []


def test_names_of_documents_do_not_collide() -> None:
    given = made()
    (key,) = given.keys
    names = ["a.ipynb", "a.ipynb.md"]
    keys = tuple(replace(key, key=replace(key.key, path=Path("answers") / name)) for name in names)
    assert set(markdown.render(replace(given, keys=keys))) == {"a.ipynb.md", "a.ipynb.md.md"}
