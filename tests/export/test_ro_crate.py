"""The archive conforms to RO-Crate 1.1, is complete, and has the same bytes each time."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from urllib.parse import quote

import pytest
from rocrate.rocrate import ROCrate

from refute import ledger as ledgers
from refute.export.errors import ExportError
from refute.export.ro_crate import render
from tests.make import ledger, material_at
from tests.report.hand_made import KEY, LINKS, one_of_everything


@pytest.fixture
def run(tmp_path):
    """A run with a key, on disk."""
    answers = tmp_path / "answers"
    answers.mkdir()
    (answers / "one.md").write_text(KEY, encoding="utf-8")
    (answers / "one.toml").write_text(LINKS, encoding="utf-8")
    (answers / "two.md").write_text("Without links.", encoding="utf-8")
    ledgers.write(ledger(one_of_everything()), tmp_path / "reports" / "verdicts.json")
    return tmp_path


@pytest.fixture
def crate(run):
    return material_at(run / "reports" / "verdicts.json", run / "answers")


def unpacked(material):
    with zipfile.ZipFile(io.BytesIO(render(material))) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def graph(material):
    document = json.loads(unpacked(material)["ro-crate-metadata.json"])
    assert document["@context"] == "https://w3id.org/ro/crate/1.1/context"
    entities = {entity["@id"]: entity for entity in document["@graph"]}
    assert len(entities) == len(document["@graph"])
    return entities


def test_it_holds_report_ledger_keys_and_environment(crate, run):
    files = unpacked(crate)

    assert set(files) == {
        "ro-crate-metadata.json", "index.html", "verdicts.json", "ledger.schema.json",
        "environment.json", "keys/one.md", "keys/one.toml", "keys/two.md",
        "fact-checked/one.md", "fact-checked/two.md",
    }  # fmt: skip
    assert files["keys/one.md"] == (run / "answers" / "one.md").read_bytes()
    assert b"<!doctype html>" in files["index.html"]
    assert json.loads(files["environment.json"])["torch"] == "2.13.0"
    (run / "again.json").write_bytes(files["verdicts.json"])
    assert ledgers.read(run / "again.json") == crate.ledger


def test_the_description_has_what_the_specification_demands(crate):
    entities = graph(crate)
    descriptor, root = entities["ro-crate-metadata.json"], entities["./"]

    assert descriptor["@type"] == "CreativeWork"
    assert descriptor["about"] == {"@id": "./"}
    assert descriptor["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.1"}
    assert root["@type"] == "Dataset"
    assert root["datePublished"] == "2026-03-01T12:33:40+00:00"
    assert all(root[name] for name in ("name", "description", "license"))
    assert all("@type" in entity for entity in entities.values())


def test_every_file_is_described_and_every_reference_leads_somewhere(crate):
    entities = graph(crate)
    files = {quote(name) for name in unpacked(crate)} - {"ro-crate-metadata.json"}

    assert {entity["@id"] for entity in entities["./"]["hasPart"]} == files
    assert {id for id, entity in entities.items() if entity["@type"] == "File"} == files
    for entity in entities.values():
        for value in entity.values():
            for part in value if isinstance(value, list) else [value]:
                if isinstance(part, dict) and not part["@id"].startswith("https:"):
                    assert part["@id"] in entities


def test_the_run_says_with_what_and_on_what(crate):
    action = graph(crate)["#run"]

    assert action["@type"] == "CreateAction"
    assert {entity["@id"] for entity in action["object"]} == {
        "keys/one.md", "keys/one.toml", "keys/two.md",
    }  # fmt: skip
    assert {"@id": "#torch"} in action["instrument"]
    assert graph(crate)["#torch"]["version"] == "2.13.0"
    assert "#cpu" not in graph(crate)  # the machine is no software
    assert action["description"] == "pytest claims/"


def test_sources_are_cited(crate):
    source = graph(crate)["#source-srivastava2014"]

    assert source["name"] == "N. Srivastava et al. Dropout. JMLR 15, 2014."
    assert graph(crate)["./"]["citation"] == {"@id": "#source-srivastava2014"}


def test_the_bytes_are_the_same_each_time(crate, run):
    again = material_at(run / "reports" / "verdicts.json", run / "answers")

    assert render(crate) == render(again)
    with zipfile.ZipFile(io.BytesIO(render(crate))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_package_of_the_format_reads_it(crate, run):
    (run / "crate.zip").write_bytes(render(crate))
    read = ROCrate(run / "crate.zip")

    assert read.name == "Answer keys, fact-checked by experiment"
    assert len(read.data_entities) == 9
    assert read.mainEntity.id == "index.html"


def test_a_name_with_spaces_and_accents_is_an_address_and_a_file(run):
    (run / "answers" / "clé à molette.md").write_text("Said.", encoding="utf-8")
    crate = material_at(run / "reports" / "verdicts.json", run / "answers")
    (run / "crate.zip").write_bytes(render(crate))

    assert "keys/clé à molette.md" in unpacked(crate)
    assert graph(crate)["keys/cl%C3%A9%20%C3%A0%20molette.md"]["@type"] == "File"
    read = ROCrate(run / "crate.zip")
    assert all(Path(entity.source).exists() for entity in read.data_entities)


def test_a_key_that_is_gone_is_one_clear_line(crate, run):
    (run / "answers" / "two.md").unlink()

    with pytest.raises(ExportError, match=r"two\.md: cannot be read .*: check the path") as caught:
        render(crate)
    assert "\n" not in str(caught.value)


def test_only_what_grading_accepts_goes_into_the_archive(crate, run):
    (run / "answers" / "two.toml").write_text("refused: not TOML", encoding="utf-8")
    (run / "answers" / "three.md").symlink_to("/proc/self/environ")
    made = material_at(run / "reports" / "verdicts.json", run / "answers")
    archive = unpacked(made)
    assert "keys/two.md" in archive
    assert "keys/two.toml" not in archive
    assert "keys/three.md" not in archive


def test_addresses_and_entries_stay_inside_their_roots(crate, run):
    (run / "answers" / "a\\..\\..\\b.md").write_text("One.", encoding="utf-8")
    made = material_at(run / "reports" / "verdicts.json", run / "answers")
    for name in unpacked(made):
        assert "\\" not in name
        assert ".." not in name.split("/")
