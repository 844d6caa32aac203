"""A ledger of version 1 is read as one of version 2."""

import json

import msgspec
import pytest

from refute import ledger
from refute.ledger import ArmRecord, Condition, LedgerError, QuantityRecord
from refute.ledger.version_1 import condition, converted, distinctive, quantity
from tests import ledger_schema
from tests.make import ledger as ledger_of
from tests.report.hand_made import one_of_everything


def as_version_1(data):
    """The ledger as version 1 would have written it."""
    data["version"] = 1
    for claim in data["claims"]:
        for reading in claim["readings"]:
            reading["conditions"] = {k: v["code"] for k, v in reading["conditions"].items()}
            evidence = reading["evidence"] or {}
            if "quantity" in evidence:
                record = msgspec.convert(evidence["quantity"], QuantityRecord)
                evidence["quantity"] = record.name
            for series in evidence.get("series", []):
                del series["setting"]
    return data


def test_an_old_ledger_is_read_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(ledger_schema, "check", lambda path: None)  # it has the new version's
    new = ledger_of(one_of_everything())
    path = tmp_path / "verdicts.json"
    path.write_text(json.dumps(as_version_1(msgspec.to_builtins(new))), "utf8")
    assert ledger.read(path) == new


@pytest.mark.parametrize("part", ["claims", "readings", "conditions", "quantity", "series"])
@pytest.mark.parametrize("wrong", [3, None, "x", [3], {"x": 3}])
def test_a_malformed_ledger_of_version_1_is_one_clear_line(tmp_path, part, wrong):
    data = as_version_1(msgspec.to_builtins(ledger_of(one_of_everything())))
    places = {
        "claims": data,
        "readings": data["claims"][0],
        "conditions": data["claims"][0]["readings"][0],
        "quantity": data["claims"][0]["readings"][0]["evidence"],
        "series": data["claims"][0]["readings"][0]["evidence"],
    }
    if (part, wrong) == ("quantity", "x"):
        pytest.skip("any text names a quantity")
    places[part][part] = wrong
    path = tmp_path / "verdicts.json"
    path.write_text(json.dumps(data), "utf8")
    with pytest.raises(LedgerError, match="the ledger is damaged"):
        ledger.read(path)


@pytest.mark.parametrize("data", [None, 3, [], "text", {}])
def test_any_json_is_converted_without_a_crash(data):
    converted(data)


@pytest.mark.parametrize(
    ("name", "kind", "what", "unit", "settings"),
    [
        ("steps to loss 0.3 with SELU / steps to loss 0.3 in the usual setting", "ratio",
         "steps to loss 0.3", "steps", ["with SELU", "in the usual setting"]),
        ("test accuracy with tanh − test accuracy with tanh and zero biases", "difference",
         "test accuracy", "", ["with tanh", "with tanh and zero biases"]),
        ("time of ReLU on 9 elements / time of SELU on 9 elements", "ratio", "time", "s",
         ["of ReLU on 9 elements", "of SELU on 9 elements"]),
        ("standard deviation of outputs / of inputs: 100 ReLU units", "value",
         "standard deviation of outputs / of inputs", "times", [""]),
        ("test accuracy", "value", "test accuracy", "", [""]),
    ],
)  # fmt: skip
def test_the_name_of_a_quantity_is_parsed(name, kind, what, unit, settings):
    found = msgspec.convert(quantity(name), QuantityRecord)
    assert (found.kind, found.what, found.unit) == (kind, what, unit)
    assert [arm.setting for arm in found.arms] == settings
    assert found.name == name


def test_a_share_is_of_another_quantity():
    name = "share of replicates whose steps with a / steps with b is noticeably slower"
    found = msgspec.convert(quantity(name), QuantityRecord)
    assert found.of == msgspec.convert(quantity("steps with a / steps with b"), QuantityRecord)
    assert (found.within, found.name) == ("noticeably slower", name)


def test_a_sign_between_unlike_words_is_part_of_a_name():
    name = "mean − median with variance 0.5 / fan_in"
    found = msgspec.convert(quantity(name), QuantityRecord)
    assert found.kind == "value"
    assert found.arms == [ArmRecord(name, "with variance 0.5 / fan_in")]


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (["loss with rate 0.5", "loss with rate 0.2"], ["with rate 0.5", "with rate 0.2"]),
        (["loss with SELU", "loss in the usual setting"], ["with SELU", "in the usual setting"]),
        (["loss with tanh", "loss with tanh and dropout"], ["with tanh", "with tanh and dropout"]),
        (["one", "another"], ["one", "another"]),
        (["alone with dropout"], ["alone with dropout"]),
    ],
)
def test_arms_are_named_by_what_distinguishes_them(names, shown):
    assert distinctive(names) == shown


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("'relu'", Condition("'relu'", "relu")),
        ("-3", Condition("-3", -3.0)),
        ("True", Condition("True")),
        ("9" * 400, Condition("9" * 400)),
        ("(1,)", Condition("(1,)")),
        ("1e999", Condition("1e999")),
        ("f(b=2)", Condition("f(b=2)")),
        ("<function f at 0x7f>", Condition("<function f at 0x7f>")),
        ("(" * 300, Condition("(" * 300)),
        ("x" * 5000, Condition("x" * 5000)),
    ],
)  # fmt: skip
def test_a_repr_is_read_and_nothing_is_run(text, read):
    assert msgspec.convert(condition(text), Condition) == read
