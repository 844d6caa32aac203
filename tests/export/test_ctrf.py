"""CTRF: valid by its schema; a test passes if its outcome is the published one."""

from __future__ import annotations

import json

import jsonschema
import pytest

from refute.export.ctrf import render
from refute.ledger import NotMeasured
from tests.export.material import material, schema
from tests.make import claim, reading


def report(claims=None, **run):
    """The report, valid."""
    data = json.loads(render(material(claims=claims, text="Nothing.", links="", **run)))
    validator = jsonschema.Draft7Validator(
        schema("ctrf.schema.json"), format_checker=jsonschema.FormatChecker()
    )
    validator.validate(data)
    return data


def entries(*args, **run):
    return {entry["name"]: entry for entry in report(*args, **run)["results"]["tests"]}


def test_the_schema_in_the_tests_refuses():
    data = report()
    data["results"]["tests"][0]["verdict"] = "supported"

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft7Validator(schema("ctrf.schema.json")).validate(data)


def test_each_reading_and_control_is_a_test():
    found = entries()

    assert len(found) == 16
    entry = found["dropout/factor-of-two: one hidden layer"]
    assert (entry["status"], entry["rawStatus"], entry["duration"]) == ("passed", "fails", 3200)
    assert entry["suite"] == ["dropout", "dropout/factor-of-two"]
    assert (entry["filePath"], entry["line"]) == ("claims/test_dropout.py", 12)
    extra = entry["extra"]
    assert (extra["verdict"], extra["published"], extra["role"]) == ("DEPENDS", "fails", "reading")
    low, high = extra["interval"]
    assert low < extra["estimate"] < high


def test_a_changed_outcome_fails_undecided_is_skipped_and_a_crash_fails():
    found = entries()

    assert found["init/far-better: digits"]["status"] == "failed"  # published as fails, holds
    assert found["dropout/no-inference-cost: seconds"]["status"] == "skipped"
    assert "timing was switched off" in found["dropout/no-inference-cost: seconds"]["message"]
    assert found["init/crashes: any"]["status"] == "failed"
    assert found["init/crashes: any"]["trace"].endswith("ZeroDivisionError: by zero")


@pytest.mark.parametrize(
    ("of_reading", "of_control", "status"),
    [
        ("holds", "fails", "passed"),
        ("fails", "holds", "passed"),
        ("holds", "holds", "failed"),
        ("fails", "fails", "failed"),
        ("undecided", "holds", "passed"),
        ("holds", "undecided", "skipped"),
    ],
)
def test_a_control_passes_where_it_flips(of_reading, of_control, status):
    evidence = NotMeasured("by hand")
    made = claim(
        "q/x",
        "SUPPORTED",
        [
            reading("r", of_reading, evidence),
            reading("c", of_control, evidence, role="control"),
        ],
    )

    assert entries([made])["q/x: c"]["status"] == status


def test_the_summary_counts_what_is_there():
    results = report()["results"]
    counts = {status: results["summary"][status] for status in ("passed", "failed", "skipped")}

    assert counts == {
        status: sum(entry["status"] == status for entry in results["tests"]) for status in counts
    }
    assert results["summary"]["tests"] == sum(counts.values()) == 16
    assert results["summary"]["stop"] - results["summary"]["start"] == 209_500
    assert results["summary"]["extra"]["verdicts"]["NO VERDICT"] == 2


def test_ids_are_the_same_in_every_report_and_differ_from_each_other():
    first, second = entries(), entries(partial=True)

    assert {name: entry["id"] for name, entry in first.items()} == {
        name: entry["id"] for name, entry in second.items()
    }
    assert report()["reportId"] == report()["reportId"] != report(partial=True)["reportId"]


def test_a_run_that_did_not_finish_has_a_report():
    assert "timestamp" not in report(finished=False)
