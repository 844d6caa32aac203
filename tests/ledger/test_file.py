"""A ledger is written atomically, and validated when it is read."""

import errno
import json
import lzma
import math
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import Mock

import msgspec
import numpy as np
import pytest

from refute import ledger
from refute.decision.counts import decide
from refute.decision.samples import Sample
from refute.experiment import Series
from refute.ledger import Cited, Ledger, LedgerError, NotMeasured, ReadingRecord
from refute.plugin.evidence import measured as evidence_of
from refute.wording import roughly
from tests import make

SAMPLE = Sample(
    np.r_[-np.inf, np.full(8, 1.0625), 2.0, np.full(22, np.inf)],
    np.r_[-np.inf, np.full(8, 1.0625), np.full(23, np.inf)],
)
LOSS = Series("loss", "curve", "step", "loss", np.ones(1), np.full((32, 1), 0.1), log_y=True)
MEASURED = evidence_of(
    make.STEPS,
    roughly(2),
    decide(SAMPLE, roughly(2)),
    SAMPLE,
    [LOSS],
)
EVIDENCE = {
    "measured": ("undecided", MEASURED),
    "searched": ("fails", make.searched("fails", counterexample="Net('é', widths=(1, 2))")),
    "not measured": ("undecided", NotMeasured("timing is switched off")),
    "cited": ("holds", Cited("meant to keep the variance")),
    "none": (None, None),
}


def reading(name: str, outcome: str | None, evidence: ledger.Evidence | None) -> ReadingRecord:
    error = None if outcome else "ValueError: broken"
    return make.reading(name, outcome, evidence, error=error, duration=0.25)


def example() -> Ledger:
    readings = [reading(name, *came_to) for name, came_to in EVIDENCE.items()]
    return make.ledger([make.claim("q/first", "NO VERDICT", readings)])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "reports" / "verdicts.json"


@pytest.fixture
def written(path: Path) -> Path:
    ledger.write(example(), path)
    return path


# --- round trip ----------------------------------------------------------------------------


def test_a_written_ledger_is_read_back_with_its_infinities(written):
    assert ledger.read(written) == example()
    measured = ledger.read(written).claims[0].readings[0].evidence
    assert ledger.value(measured.estimate) == math.inf
    assert ledger.value(measured.values[0]) == -math.inf


def test_the_file_is_json_that_any_other_reader_understands(written):
    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    data = json.loads(written.read_text("utf8"), parse_constant=refuse)
    assert (data["format"], data["version"]) == ("refute-ledger", 2)
    assert data["claims"][0]["readings"][0]["evidence"]["estimate"] == "inf"


def test_a_ledger_from_before_arms_and_sketches_is_still_read(written):
    data = json.loads(written.read_text("utf8"))
    for reading in data["claims"][0]["readings"]:
        for series in (reading["evidence"] or {}).get("series", []):
            for added in ("arm", "setting", "marks", "labels"):
                series.pop(added)
        if (reading["evidence"] or {}).get("type") == "searched":
            reading["evidence"].pop("series")
    written.write_text(json.dumps(data), "utf8")
    assert ledger.read(written) == example()


def test_a_ledger_answers_for_its_claims():
    whole = example()
    assert whole.claim("q/first").duration == 0.25 * len(EVIDENCE)
    assert whole.claim("q/second") is None
    assert whole.claim("q/first").role("control") == []


@pytest.mark.parametrize("value", [0.1, -0.0, 1e-300, 1e300, 123456.789, math.inf, -math.inf, 3])
def test_a_number_is_encoded_with_nine_digits_and_decoded(value):
    assert ledger.value(ledger.number(value)) == pytest.approx(value, rel=1e-8)


def test_nan_never_reaches_a_ledger(path):
    with pytest.raises(ValueError, match="NaN"):
        ledger.number(math.nan)
    broken = msgspec.structs.replace(MEASURED, estimate=math.nan)
    claim = msgspec.structs.replace(example().claims[0], readings=[reading("nan", "holds", broken)])
    with pytest.raises(ValueError, match="could not be read back"):
        ledger.write(msgspec.structs.replace(example(), claims=[claim]), path)
    assert not path.exists()


def test_the_schema_describes_a_ledger():
    described = ledger.schema()
    assert set(described["$defs"]["Ledger"]["required"]) >= {"run", "questions", "claims"}
    assert described["$defs"]["Ledger"]["additionalProperties"] is False


# --- bad input -----------------------------------------------------------------------------


def problem(path: Path) -> str:
    with pytest.raises(LedgerError) as caught:
        ledger.read(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert "run `pytest claims/` to make" in message
    assert "\n" not in message
    return message


def test_a_compressed_ledger_is_read_like_any_other(written):
    packed = written.with_name("verdicts.json.xz")
    packed.write_bytes(lzma.compress(written.read_bytes()))
    assert ledger.read(packed) == ledger.read(written)


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda data: data[:-20], "cannot be unpacked (it is truncated): run"),
        (lambda data: data[:20] + bytes(20) + data[40:], "cannot be unpacked (Corrupt input data)"),
        (lambda data: lzma.compress(b"{"), "not a ledger of Refute, or truncated"),
        (
            lambda data: lzma.compress(bytes(2000)),
            "cannot be unpacked (more than 1,000 bytes): run",
        ),
    ],
)
def test_a_compressed_ledger_that_cannot_be_unpacked_is_an_error(
    written, monkeypatch, change, line
):
    packed = written.with_name("verdicts.json.xz")
    packed.write_bytes(change(lzma.compress(written.read_bytes())))
    if "1,000" in line:
        monkeypatch.setattr("refute.ledger.file.MAX_BYTES", 1000)
    with pytest.raises(LedgerError, match=re.escape(f"{packed}: {line}")):
        ledger.read(packed)


def test_a_truncated_ledger_is_an_error(written):
    data = written.read_bytes().rstrip()
    cuts = {*range(0, len(data), 37), *range(40), *range(len(data) - 40, len(data))}
    for cut in sorted(cuts):
        written.write_bytes(data[:cut])
        problem(written)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"version": 1}',
        b'{"format": "sarif", "version": 1}',
        b'{"format": "refute-ledger", "version": "1"}',
        b'{"format": "refute-ledger", "version": 1}',
        b'{"format": "refute-ledger", "version": 1, "claims": [{}]}',
        b'{"format": "refute-ledger", "version": 1, "claims": [{"readings": [{"conditions": 3}]}]}',
        b'{"format": "refute-ledger", "version": 2, "claims": [{}]}',
        b"<html></html>",
        b"\xff\xfe\x00",
        b'{"format": "\xff"}',
        b'{"nested": ' + b"[" * 200_000,
    ],
    ids=lambda data: repr(data[:50]),
)
def test_a_foreign_or_damaged_file_is_one_clear_line(path, data):
    path.parent.mkdir()
    path.write_bytes(data)
    problem(path)


def test_another_version_says_which_one_this_refute_reads(written):
    written.write_bytes(written.read_bytes().replace(b'"version": 2', b'"version": 3'))
    assert "version 3, but this Refute reads refute-ledger versions 1 and 2" in problem(written)


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.update(surprise=1),
        lambda data: data["claims"][0].pop("why"),
        lambda data: data["claims"][0].update(verdict="PROVEN"),
        lambda data: data["claims"][0]["readings"][0]["evidence"].update(estimate="nan"),
        lambda data: data["claims"][0]["readings"][0]["evidence"].update(estimate=None),
        lambda data: data["claims"][0]["readings"][0]["evidence"].update(type="guessed"),
    ],
)
def test_unknown_missing_and_wrong_fields_are_errors(written, change):
    data = json.loads(written.read_text("utf8"))
    change(data)
    written.write_text(json.dumps(data), "utf8")
    assert "the ledger is damaged" in problem(written)


def test_a_missing_ledger_and_a_folder_in_its_place_are_one_clear_line(path):
    assert "No such file" in problem(path)
    path.mkdir(parents=True)
    problem(path)


# --- written whole or not at all -----------------------------------------------------------


def test_a_file_in_place_of_the_folder_is_one_clear_line(path):
    path.parent.write_text("in the way")
    with pytest.raises(LedgerError, match=r"cannot be written .* choose another path$"):
        ledger.write(example(), path)
    assert path.parent.read_text() == "in the way"


@pytest.mark.parametrize("name", ["", ".", "a\0b"])
def test_what_is_no_name_of_a_file_is_one_clear_line(name):
    with pytest.raises(LedgerError, match=r"cannot be written .* name a file$"):
        ledger.write(example(), Path(name))


@pytest.mark.parametrize(
    ("number", "remedy"),
    [(errno.ENOSPC, "make room"), (errno.EACCES, "make its folder writable")],
)
def test_what_to_do_depends_on_why_a_file_cannot_be_written(path, monkeypatch, number, remedy):
    error = OSError(number, os.strerror(number))
    monkeypatch.setattr(type(path), "replace", Mock(side_effect=error))
    with pytest.raises(LedgerError) as caught:
        ledger.write(example(), path)
    assert str(caught.value).endswith(f"cannot be written ({os.strerror(number)}): {remedy}")
    assert list(path.parent.iterdir()) == []


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_an_unwritable_folder_is_one_clear_line(path):
    path.parent.mkdir(mode=0o500)
    with pytest.raises(LedgerError, match="Permission denied"):
        ledger.write(example(), path)


@dataclass
class Killed(BaseException):
    """What a run that is stopped half-way feels like."""

    at: str


@pytest.mark.parametrize("at", ["write", "replace"])
def test_a_crash_while_writing_leaves_the_old_file_and_nothing_else(written, monkeypatch, at):
    before = written.read_bytes()

    def killed(*args: object) -> None:
        raise Killed(at)

    class HalfWritten:
        def __init__(self, file):
            self.file = file

        def __enter__(self):
            return self

        def __exit__(self, *error: object) -> None:
            self.file.close()

        def write(self, data: bytes) -> None:
            self.file.write(data[: len(data) // 2])
            raise Killed(at)

    opened = Path.open
    if at == "write":
        monkeypatch.setattr(Path, "open", lambda self, *how: HalfWritten(opened(self, *how)))
    else:
        monkeypatch.setattr(Path, "replace", killed)
    with pytest.raises(Killed):
        ledger.write(msgspec.structs.replace(example(), claims=[]), written)
    monkeypatch.undo()
    assert written.read_bytes() == before
    assert list(written.parent.iterdir()) == [written]


def test_a_rewritten_ledger_replaces_the_old_one_and_leaves_nothing_else(written):
    ledger.write(msgspec.structs.replace(example(), claims=[]), written)
    assert ledger.read(written).claims == []
    assert list(written.parent.iterdir()) == [written]


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_the_mode_of_a_ledger_follows_the_umask(path, umask, mode):
    before = os.umask(umask)
    try:
        ledger.write(example(), path)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == mode


@pytest.mark.parametrize(
    ("replicate", "between"),
    [
        (0.5, (0.5, 0.5)),
        ("inf", (math.inf, math.inf)),
        ([3.0, "inf"], (3.0, math.inf)),
        ([], (-math.inf, math.inf)),
    ],
)
def test_a_replicate_lies_between_its_bounds(replicate, between):
    assert ledger.bounds(replicate) == between
