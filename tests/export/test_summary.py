"""The page of a CI job: what fails the run comes first."""

from __future__ import annotations

from pathlib import Path

from refute.export.summary import render
from tests.export.material import material


def page(*args, **more):
    return render(material(*args, **more)).decode()


def test_what_fails_the_run_stands_before_the_counts_and_these_before_the_findings():
    text = page()
    order = [
        text.index("NO VERDICT: init/crashes: broke in “any”."),
        text.index("NOT AS EXPECTED: init/far-better: “digits”: expected: fails; here: holds"),
        text.index("|  | chapter-11.md | claims |"),
        text.index("- **! no verdict**, line 16:"),
        text.index("- **✗ refuted**, line 19: “and helps.”"),
        text.index("- **± depends**, line 3: “Yes, by a factor of two.”"),
    ]

    assert order == sorted(order)


def test_the_table_counts_statements_and_claims():
    rows = [line for line in page().splitlines() if line.startswith("|")]

    assert "| ✓ supported | 2 | 4 |" in rows
    assert "| ∅ unlinked | 5 |  |" in rows
    assert "| ! no verdict | 1 | 2 |" in rows


def test_claims_that_no_key_makes_are_not_lost():
    made_by_none = page().split("## Claims that no key makes\n\n")[1]
    everything = page("Nothing here.", "").split("## Claims that no key makes\n\n")[1]

    assert made_by_none.startswith("- **! no verdict**, `init/interrupted`: This one did not")
    assert made_by_none.count("\n- ") == 0
    assert "- **± depends**, `dropout/factor-of-two`:" in everything
    assert everything.count("- **") == 5  # of nine claims, four are supported


def test_a_run_that_is_partial_or_unfinished_and_a_key_with_a_fault_say_so():
    assert "**This run is partial:**" in page(partial=True)
    assert "**This run did not finish:**" in page(finished=False)
    faulty = page(faults={Path("answers/x.md"): "answers/x.toml:1: <b> ``` broken"})
    assert "````\nanswers/x.toml:1: <b> ``` broken\n````" in faulty
