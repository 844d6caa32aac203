"""A growing ledger is readable at any moment, and no claim costs more than another."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import Mock

import msgspec
import pytest

from refute import ledger as ledgers
from refute.ledger import LedgerError, Question
from refute.ledger.growing import Growing
from refute.wording import roughly
from tests import make

HELD = make.reading("a reading", "holds", make.searched("holds"))
CLAIMS = [
    make.claim(f"dropout/claim-{at}", "SUPPORTED", [HELD], correction="é\n{" * at)
    for at in range(3)
]
NOTHING = make.ledger([])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "partial" / "verdicts.json"


@pytest.fixture
def growing(path: Path) -> Iterator[Growing]:
    file = Growing(path)
    file.begin(NOTHING)
    yield file
    file.close()


def test_every_claim_is_there_as_soon_as_it_is_added(growing, path):
    for count, claim in enumerate(CLAIMS):
        assert ledgers.read(path).claims == CLAIMS[:count]
        growing.add(claim)
    assert ledgers.read(path) == make.ledger(CLAIMS)


def test_a_truncated_file_has_all_claims_whose_lines_are_complete(growing, path):
    begun = path.stat().st_size
    ends = []
    for claim in CLAIMS:
        growing.add(claim)
        ends.append(path.stat().st_size)
    data = path.read_bytes()
    for cut in range(begun, len(data) + 1):
        path.write_bytes(data[:cut])
        assert ledgers.read(path).claims == CLAIMS[: sum(end <= cut for end in ends)]


def test_a_file_without_its_beginning_is_not_a_ledger(growing, path):
    data = path.read_bytes()
    for cut in range(len(data)):
        path.write_bytes(data[:cut])
        with pytest.raises(LedgerError, match=r"not a ledger of Refute, or truncated"):
            ledgers.read(path)


def test_a_damaged_line_is_an_error_and_never_a_shorter_ledger(growing, path):
    for claim in CLAIMS:
        growing.add(claim)
    path.write_bytes(path.read_bytes().replace(b'"dropout/claim-0"', b"17"))
    with pytest.raises(LedgerError, match="run `pytest claims/` to make a new one"):
        ledgers.read(path)


def test_claims_are_read_in_the_order_of_their_questions_with_the_sources_they_cite(path):
    questions = [Question("first", "First?"), *NOTHING.questions]
    cited = make.claim("first/late", "SUPPORTED", [HELD])
    file = Growing(path)
    file.begin(msgspec.structs.replace(NOTHING, questions=questions))
    file.add(msgspec.structs.replace(CLAIMS[0], citations=[]))
    assert ledgers.read(path).sources == []
    file.add(cited)
    file.close()

    found = ledgers.read(path)
    assert [claim.id for claim in found.claims] == ["first/late", "dropout/claim-0"]
    assert {source.key for source in found.sources} == {each.key for each in cited.citations}


def test_a_file_begun_again_has_everything_known_and_can_grow(growing, path):
    growing.add(CLAIMS[0])
    growing.begin(make.ledger(CLAIMS[1:2]))
    growing.add(CLAIMS[2])
    assert ledgers.read(path).claims == CLAIMS[1:]


def test_two_runs_at_once_do_not_mix_their_claims(growing, path):
    other = Growing(path)
    other.begin(NOTHING)
    growing.add(CLAIMS[0])
    other.add(CLAIMS[1])
    other.close()
    assert ledgers.read(path).claims == [CLAIMS[1]]


def test_a_partly_written_line_is_removed(growing, path, monkeypatch):
    growing.add(CLAIMS[0])
    write = os.write
    room = [100]

    def full(file: int, data: bytes) -> int:
        if not room[0]:
            raise OSError(errno.ENOSPC, "No space left on device")
        part, room[0] = room[0], 0
        return write(file, data[:part])

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(LedgerError, match=r"cannot be written \(No space left on device\)"):
        growing.add(CLAIMS[1])
    monkeypatch.undo()
    growing.add(CLAIMS[2])
    assert ledgers.read(path).claims == [CLAIMS[0], CLAIMS[2]]


def test_a_folder_that_cannot_be_made_is_one_clear_line(tmp_path):
    (tmp_path / "reports").write_text("in the way")
    with pytest.raises(LedgerError, match=r"cannot be written .* choose another path"):
        Growing(tmp_path / "reports" / "verdicts.json").begin(NOTHING)


def test_nan_is_refused(growing, path):
    _, evidence = make.measured(roughly(2), 2.0)
    broken = msgspec.structs.replace(evidence, estimate=float("nan"))
    claim = make.claim("dropout/nan", "SUPPORTED", [make.reading("nan", "holds", broken)])
    with pytest.raises(ValueError, match="dropout/nan could not be read back"):
        growing.add(claim)
    assert ledgers.read(path).claims == []


def test_the_cost_of_a_claim_does_not_depend_on_the_others(growing, path, monkeypatch):
    write = Mock(wraps=os.write)
    monkeypatch.setattr(os, "write", write)
    for _ in range(50):
        growing.add(CLAIMS[1])
    monkeypatch.undo()
    (size,) = {len(call.args[1]) for call in write.call_args_list}
    assert path.stat().st_size > 50 * size
