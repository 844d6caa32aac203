"""The ledger's published schema is current, and as strict as the ledger itself."""

import json
from pathlib import Path

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
    for wrong in ("nan", "Infinity", None, [1.0]):
        evidence["estimate"] = wrong
        with pytest.raises(jsonschema.ValidationError):
            ledger_schema.validator().validate(data)


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

    with pytest.raises(jsonschema.ValidationError):
        ledger_schema.validator().validate(data)


def test_every_ledger_that_a_test_writes_is_held_against_the_schema(tmp_path, monkeypatch):
    strict = {"$schema": "https://json-schema.org/draft/2020-12/schema", "required": ["nothing"]}
    monkeypatch.setattr(ledger_schema, "validator", lambda: jsonschema.Draft202012Validator(strict))

    with pytest.raises(AssertionError, match="does not fit the schema"):
        ledger.write(made([]), tmp_path / "verdicts.json")
