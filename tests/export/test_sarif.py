"""SARIF: valid by the OASIS schema, complete, at the right lines and columns."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from refute.export.formats import FORMATS
from refute.export.sarif import render
from refute.files import from_here
from refute.keys.graded import Mark
from refute.ledger import Source
from tests.export.material import DATA, material, schema
from tests.make import claim, reading
from tests.report.hand_made import KEY, LINKS


def log(*args, **more):
    """The log, valid."""
    data = json.loads(render(material(*args, **more)))
    validator = jsonschema.Draft4Validator(
        schema("sarif-schema-2.1.0.json"), format_checker=jsonschema.FormatChecker()
    )
    validator.validate(data)
    return data


def run(*args, **more):
    (only,) = log(*args, **more)["runs"]
    return only


def results(*args, **more):
    return {result["ruleId"]: result for result in run(*args, **more)["results"]}


def test_the_schema_in_the_tests_is_the_whole_one_and_refuses():
    oasis = schema("sarif-schema-2.1.0.json")

    assert str(oasis["id"]).startswith(
        "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/"
    )
    assert (DATA / "sarif-schema-2.1.0.json").stat().st_size == 112768
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft4Validator(oasis).validate({"version": "2.1.0", "runs": [{"tool": {}}]})


def test_refuted_is_an_error_depends_a_warning_and_undecided_is_open():
    found = results()

    kinds = {id: (result["kind"], result["level"]) for id, result in found.items()}
    assert kinds == {
        "init/far-better": ("fail", "error"),
        "dropout/factor-of-two": ("fail", "warning"),
        "dropout/no-inference-cost": ("open", "none"),
        "init/crashes": ("open", "none"),
    }


def test_a_result_is_at_its_statement_and_nowhere_else():
    lines = KEY.split("\n")
    for result in results().values():
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"] == {
            "uri": "answers/chapter-11.md", "uriBaseId": "SRCROOT",
        }  # fmt: skip
        region = place["region"]
        assert region["startLine"] == region["endLine"]
        line = lines[region["startLine"] - 1]
        quoted = line[region["startColumn"] - 1 : region["endColumn"] - 1]
        assert region["snippet"]["text"] == quoted
        assert f"“{quoted}”" in result["message"]["text"]
    assert len(results()) == 4


def test_the_message_says_the_mark_the_statement_what_is_true_and_the_number():
    text = results()["dropout/factor-of-two"]["message"]["text"]

    assert text.split("\n")[:3] == [
        "Depends: “Yes, by a factor of two.”",
        "It holds for “two hidden layers”; fails for “one hidden layer”.",
        "Instead: The factor grows with depth: 1.2 with one hidden layer, 2.05 with two.",
    ]
    assert text.split("\n")[3].startswith(
        "Measured: one hidden layer: steps to loss with dropout 0.5 / "
    )


def test_a_rule_is_a_claim_with_help_and_sources():
    rules = run()["tool"]["driver"]["rules"]
    rule = next(rule for rule in rules if rule["id"] == "init/same-value")

    assert rule["shortDescription"]["text"] == "Weights that start equal drift apart."
    assert "REFUTED: fails for “any network”." in rule["help"]["text"]
    assert "What is true: They stay equal." in rule["help"]["text"]
    assert "Source: N. Srivastava et al. Dropout. JMLR 15, 2014. (10)" in rule["help"]["text"]
    assert "Reproduce: pytest claims/test_dropout.py::TestX" in rule["help"]["text"]
    assert rule["helpUri"] == "https://jmlr.org/papers/v15/srivastava14a.html"
    assert rule["defaultConfiguration"] == {"level": "error"}
    for result in run()["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]


def test_statements_without_a_result_are_counted():
    counted = run()["properties"]["statements"]

    assert sum(counted.values()) == 15  # all but the title
    assert counted[Mark.SUPPORTED] == 2
    assert counted[Mark.NOT_ENCODED] == 1
    assert counted[Mark.UNLINKED] == 5


def test_the_fingerprint_follows_words_and_claim_not_the_line():
    def prints(text):
        return {id: result["partialFingerprints"] for id, result in results(text).items()}

    moved = "Something new on top. So it is.\n\n" + KEY
    assert prints(moved) == prints(KEY)
    changed = KEY.replace("Yes, by a factor of two.", "Yes, by a factor of  two, or so.")
    links = LINKS.replace("Yes, by a factor of two.", "Yes, by a factor of two, or so.")
    reworded = results(changed, links)["dropout/factor-of-two"]["partialFingerprints"]
    assert reworded != prints(KEY)["dropout/factor-of-two"]


def test_a_key_that_could_not_be_graded_is_a_notification():
    fault = {Path("answers/chapter-11.md"): "answers/chapter-11.toml:3: {fix} [it](1)"}
    (invocation,) = run(faults=fault)["invocations"]

    assert invocation["executionSuccessful"] is False
    (said,) = invocation["toolConfigurationNotifications"]
    assert said["level"] == "error"
    assert said["message"]["text"] == "answers/chapter-11.toml:3: {{fix}} [it] (1)"


def test_a_run_that_did_not_finish_is_not_called_successful():
    (invocation,) = run(finished=False)["invocations"]

    assert invocation["executionSuccessful"] is False
    assert "endTimeUtc" not in invocation
    assert run()["invocations"][0]["endTimeUtc"] == "2026-03-01T12:33:40Z"


def test_hostile_names_and_texts_stay_text():
    path = Path("answers/a b#c%d.md")
    hostile = claim(
        "q/x",
        "REFUTED",
        [reading("r", "fails", None)],
        statement="{0} [click](https://evil.example)",
        correction="</script> {1}",
    )
    text = "It is {so} [here](javascript:x)."
    links = '[[statement]]\nquote = "It is {so}"\nasserts = ["q/x"]\n'
    (result,) = run(text, links, [hostile], path=path)["results"]

    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "answers/a%20b%23c%25d.md"
    assert result["message"]["text"].startswith("Refuted: “It is {{so}}”\nInstead: </script> {{1}}")


def test_a_key_outside_of_the_folder_has_an_absolute_address(tmp_path):
    (result, *_) = run(path=tmp_path / "key.md")["results"]

    location = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location == {"uri": (tmp_path / "key.md").as_uri()}


@pytest.mark.parametrize(
    "moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "soon", "", "2026-13-01"]
)
def test_no_date_of_a_ledger_stops_an_export(moment):
    made = material()
    run = msgspec.structs.replace(made.ledger.run, started=moment, finished=moment)
    made = replace(made, ledger=msgspec.structs.replace(made.ledger, run=run))
    for format in FORMATS.values():
        if format.name != "ro-crate":  # it reads files
            assert format.render(made)


def test_an_address_outside_of_here_is_whole(tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert from_here(Path("../key.md")) == (tmp_path / "key.md").as_posix()
    assert from_here(Path("a/../key.md")) == "key.md"


VALID = jsonschema.Draft4Validator(
    schema("sarif-schema-2.1.0.json"), format_checker=jsonschema.FormatChecker()
)
ADDRESSES = st.text(st.sampled_from("htps:/.@[]%?#&\\ \t\né\u202e\ud800<>\"'`{}|^1a:"), max_size=30)


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(
    st.builds("".join, st.tuples(st.sampled_from(["", "http://", "https://[", "data:"]), ADDRESSES))
)
def test_no_address_that_a_ledger_or_a_key_holds_stops_an_export_or_breaks_the_schema(address):
    shown = address.encode(errors="replace").decode()
    made = material(text=f"Most diverge here, see [it]({shown}).\n", links="")
    sources = [Source("srivastava2014", "A source.", address)]
    written = render(replace(made, ledger=msgspec.structs.replace(made.ledger, sources=sources)))
    VALID.validate(json.loads(written))
