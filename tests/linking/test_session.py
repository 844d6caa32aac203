"""A session saves every step, can be left and resumed, and undoes steps."""

from __future__ import annotations

from pathlib import Path

import pytest

from refute.decision.verdict import Link
from refute.keys.links import LinkedKey, link
from refute.keys.reader import read_key
from refute.linking.links_file import LinksFile
from refute.linking.proposing import open_statements
from refute.linking.session import LinkingSession
from tests.linking.small import CLAIMS, matcher

KEY = "Dropout prunes. ReLU units might get stuck. Take care.\n"


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "k.md"
    path.write_text(KEY)
    return path


def begun(key: Path) -> LinkingSession:
    return LinkingSession(LinksFile(key), open_statements(link(read_key(key)), matcher()), CLAIMS)


def now(key: Path) -> LinkedKey:
    return link(read_key(key))


def test_every_answer_is_in_the_file_at_once(key: Path) -> None:
    session = begun(key)
    session.confirm(Link("sparse/dropout-prunes"))
    first, second, third = now(key).entries
    assert first is not None
    assert first.links == (Link("sparse/dropout-prunes"),)
    assert (second, third) == (None, None)


def test_a_session_resumes_where_it_was_left(key: Path) -> None:
    begun(key).confirm(Link("sparse/dropout-prunes"))
    again = begun(key)
    assert again.current is not None
    assert again.current.statement.text == "ReLU units might get stuck."


def test_the_words_of_the_statement_set_the_force(key: Path) -> None:
    session = begun(key)
    session.skip()
    session.confirm(Link("act/elu-smooth"))
    entry = now(key).entries[1]
    assert entry is not None
    assert entry.links == (Link("act/elu-smooth", force="can"),)


def test_who_reads_a_statement_plainly_has_that_written_down(key: Path) -> None:
    session = begun(key)
    session.choose(Link("act/elu-smooth"), plain=True)
    session.confirm(Link("sparse/dropout-prunes"), plain=True)
    session.confirm(Link("act/elu-smooth"), plain=True)
    first, second, _ = now(key).entries
    assert first is not None
    assert second is not None
    # Only the second statement has a word that would set another force.
    assert not any(tie.chosen for tie in first.links)
    assert [(tie.force, tie.chosen) for tie in second.links] == [("plain", True)]


def test_a_claim_that_says_can_itself_needs_no_force(key: Path) -> None:
    session = begun(key)
    session.skip()
    assert session.linked(Link("act/relu-can-die")).force == "plain"


def test_a_statement_may_make_several_claims(key: Path) -> None:
    session = begun(key)
    session.choose(Link("act/elu-smooth"))
    session.choose(Link("act/elu-smooth", asserts=False))
    session.confirm(Link("sparse/dropout-prunes"))
    entry = now(key).entries[0]
    assert entry is not None
    assert set(entry.links) == {
        Link("act/elu-smooth", asserts=False), Link("sparse/dropout-prunes"),
    }  # fmt: skip


def test_undo_goes_back_one_step_at_a_time(key: Path) -> None:
    session = begun(key)
    session.confirm(Link("sparse/dropout-prunes"))
    before = key.with_suffix(".toml").read_text()
    session.skip()
    session.advice("taste")
    assert session.current is None
    assert session.undo()
    assert key.with_suffix(".toml").read_text() == before
    assert session.undo()
    assert session.undo()
    assert session.done == 0
    assert now(key).entries == (None, None, None)
    assert not session.undo()


def test_undo_drops_what_was_chosen_before_the_last_step(key: Path) -> None:
    session = begun(key)
    session.confirm(Link("sparse/dropout-prunes"))
    session.choose(Link("act/elu-smooth"))
    assert session.undo()
    assert session.done == 1
    session.confirm(Link("act/relu-can-die"))
    entry = now(key).entries[1]
    assert entry is not None
    assert entry.links == (Link("act/relu-can-die"),)


def test_no_claim_and_advice_are_written(key: Path) -> None:
    session = begun(key)
    session.no_claim()
    session.skip()
    session.advice("a matter of taste")
    first, _, third = now(key).entries
    assert first is not None
    assert third is not None
    assert first.not_a_claim == "makes no claim"
    assert third.advice == "a matter of taste"
