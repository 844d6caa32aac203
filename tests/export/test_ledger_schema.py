"""The ledger's published schema is current, and as strict as the ledger itself."""

import json
from pathlib import Path

import fastjsonschema
import jsonschema
import pytest

from refute import ledger
from refute.export.ledger_schema import ledger_schema_text
from tests import ledger_schema
from tests.make import ledger as made
from tests.report.hand_made import one_of_everything

PUBLISHED = Path(__file__).parents[2] / "docs" / "ledger.schema.json"


@pytest.fixture
def data(tmp_path):
    path = tmp_path / "verdicts.json"
    ledger.write(made(one_of_everything()), path)
    return json.loads(path.read_text(encoding="utf-8"))


def ordered(schema):
    """Alternatives in one order: that in which msgspec lists them differs by its version."""
    if isinstance(schema, dict):
        return {name: ordered(part) for name, part in schema.items()}
    if isinstance(schema, list):
        return sorted(map(ordered, schema), key=json.dumps)
    return schema


def test_the_published_schema_is_current():
    published = json.loads(PUBLISHED.read_text(encoding="utf-8"))
    assert ordered(published) == ordered(json.loads(ledger_schema_text())), (
        "publish it anew: python -m refute.export.ledger_schema > docs/ledger.schema.json"
    )


def test_a_ledger_with_one_of_everything_fits(data):
    ledger_schema.validator().validate(data)


def test_an_infinity_is_spelled_and_nothing_else_takes_the_place_of_a_number(data):
    evidence = data["claims"][0]["readings"][0]["evidence"]
    for spelled in ("inf", "-inf", 1.5):
        evidence["estimate"] = spelled
        ledger_schema.validator().validate(data)
        ledger_schema.compiled()(data)
    for wrong in ("nan", "Infinity", None, [1.0], True):
        evidence["estimate"] = wrong
        refused_by_both(data)


def refused_by_both(data):
    """The validator and what is compiled from the same schema: tests hold ledgers against this."""
    with pytest.raises(jsonschema.ValidationError):
        ledger_schema.validator().validate(data)
    with pytest.raises(fastjsonschema.JsonSchemaValueException):
        ledger_schema.compiled()(data)


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data.update(surprise=1),
        lambda data: data.pop("run"),
        lambda data: data.update(format="other"),
        lambda data: data.update(version=3),
        lambda data: data["claims"][0].update(verdict="PROVEN"),
        lambda data: data["claims"][0]["readings"][0].pop("outcome"),
        lambda data: data["claims"][0]["readings"][0]["evidence"].update(type="guessed"),
    ],
)
def test_data_that_are_not_a_ledger_are_refused(data, damage):
    damage(data)

    refused_by_both(data)


def keywords(schema):
    """The keywords of a schema, without the names that it gives to properties and definitions."""
    for keyword, value in schema.items():
        yield keyword
        if keyword in {"properties", "$defs"}:
            for part in value.values():
                yield from keywords(part)
        elif keyword in {"items", "additionalProperties"} and isinstance(value, dict):
            yield from keywords(value)
        elif keyword == "anyOf":
            for part in value:
                yield from keywords(part)


def test_the_schema_has_no_keyword_that_draft_7_reads_otherwise():
    schema = ledger_schema.validator().schema
    assert schema.pop("$schema") == "https://json-schema.org/draft/2020-12/schema"
    assert set(keywords(schema)) <= {
        # They test, alike in both.  Draft 7 heeds nothing that stands beside "$ref".
        *("type", "enum", "anyOf", "items", "properties", "required", "additionalProperties"),
        *("$ref", "$defs"),
        # They only inform.
        *("title", "description", "default", "discriminator"),
    }


def test_every_ledger_that_a_test_writes_is_held_against_the_schema(tmp_path, monkeypatch):
    monkeypatch.setattr(ledger_schema, "fitting", set())
    strict = {"required": ["nothing"]}
    monkeypatch.setattr(ledger_schema, "validator", lambda: jsonschema.Draft202012Validator(strict))
    monkeypatch.setattr(ledger_schema, "compiled", lambda: fastjsonschema.compile(strict))

    with pytest.raises(AssertionError, match=r"does not fit the schema: .*'nothing' is"):
        ledger.write(made([]), tmp_path / "verdicts.json")


def test_a_file_that_has_fitted_and_is_changed_is_held_against_the_schema_again(tmp_path):
    path = tmp_path / "verdicts.json"
    ledger.write(made([]), path)
    path.write_text(path.read_text().replace('"seed": 0', '"seed": "0"'))

    with pytest.raises(AssertionError, match=r"does not fit the schema: \$\.run\.seed: '0' is not"):
        ledger_schema.check(path)
