"""A links file that a person and the matcher write: what the person wrote is preserved."""

from __future__ import annotations

from pathlib import Path

import pytest

from refute.decision.verdict import Link
from refute.keys.links import link
from refute.keys.own_quotes import OwnQuote, own_quotes
from refute.keys.reader import read_key
from refute.keys.source import AnswerKeyError
from refute.linking.links_file import LinksFile, saying_of
from refute.linking.proposing import open_statements

KEY = "# T\n\nDropout prunes. ReLU can die. Yes.\n\nYes.\n"
BY_HAND = """\
# What k.md says.

[[statement]]   # the first
quote = 'Dropout prunes.'   # as it stands
asserts = [ "sparse/a" ]
"""


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "k.md"
    path.write_text(KEY)
    return path


def quotes(key: Path) -> list[OwnQuote]:
    return [own for own in own_quotes(read_key(key)) if own.statement.kind == "sentence"]


def test_proposals_can_be_read_back(key: Path) -> None:
    file = LinksFile(key)
    links = [Link("sparse/a"), Link("act/b", asserts=False)]
    file.propose((own, links) for own in quotes(key))
    file.save()

    entries = [entry for entry in link(read_key(key)).entries if entry is not None]
    assert len(entries) == 4
    assert {entry.proposed for entry in entries} == {tuple(links)}
    assert [entry.occurrence for entry in entries] == [None, None, 1, 2]


def test_entries_by_a_person_are_preserved(key: Path) -> None:
    key.with_suffix(".toml").write_text(BY_HAND)
    file = LinksFile(key)
    file.propose([(quotes(key)[1], [Link("act/b")])])
    assert file.text.startswith(BY_HAND)
    file.propose([])
    assert file.text.strip() == BY_HAND.strip()


def test_new_proposals_replace_the_old_and_keep_comments(key: Path) -> None:
    first, second, *_ = quotes(key)
    file = LinksFile(key)
    file.propose([(first, [Link("sparse/a")]), (second, [Link("act/b")])])
    file.text = file.text.replace("quote = ", "# mine\nquote = ")
    file.propose([(second, [Link("act/c")])])
    assert "sparse/a" not in file.text
    assert "act/b" not in file.text
    assert '# mine\nquote = "ReLU can die."\nproposed = ["asserts act/c"]' in file.text


def test_an_answer_replaces_the_proposal_in_its_place(key: Path) -> None:
    owns = quotes(key)
    file = LinksFile(key)
    file.propose((own, [Link("sparse/a")]) for own in owns)
    file.say(owns[1], saying_of([Link("act/x", force="can"), Link("act/y", asserts=False)]))
    file.say(owns[3], {"advice": 'why "not"'})
    file.save()

    entries = [entry for entry in link(read_key(key)).entries if entry is not None]
    assert entries[1].links == (Link("act/x", force="can"), Link("act/y", asserts=False))
    assert entries[1].proposed == ()
    assert entries[2].proposed == (Link("sparse/a"),)
    assert entries[3].advice == 'why "not"'


EMPTY = """\
[[statement]]
quote = "Dropout *prunes*."  # mine

[[statement]]
quote = "Yes."
line = 5
"""


def test_entries_that_say_nothing_yet_are_filled_in_where_they_are(key: Path) -> None:
    key.with_suffix(".toml").write_text(EMPTY)
    linked = link(read_key(key))
    owns = [each.own for each in open_statements(linked, NoProposals())]
    file = LinksFile(key)
    file.propose((own, [Link("sparse/a")]) for own in owns[:1])
    file.say(owns[-1], {"not_a_claim": True})
    file.save()

    assert file.text.count("[[statement]]") == 2
    assert file.text.startswith('[[statement]]\nquote = "Dropout *prunes*."  # mine\nproposed')
    _, dropout, _, _, yes = link(read_key(key)).entries
    assert dropout.proposed == (Link("sparse/a"),)
    assert (yes.at_line, yes.not_a_claim) == (5, "makes no claim")


def test_new_proposals_leave_entries_that_say_nothing_yet(key: Path) -> None:
    key.with_suffix(".toml").write_text(EMPTY)
    file = LinksFile(key)
    file.propose([])
    assert file.text.strip() == EMPTY.strip()


class NoProposals:
    def propose(self, statements):
        return [() for _ in statements]


def test_an_answer_without_a_proposal_adds_an_entry(key: Path) -> None:
    file = LinksFile(key)
    file.say(quotes(key)[0], {"not_a_claim": True})
    file.save()
    first = link(read_key(key)).entries[1]
    assert first is not None
    assert first.not_a_claim == "makes no claim"


def test_readings_are_kept() -> None:
    tied = Link("act/x", readings=("at the start",))
    assert saying_of([tied]) == {
        "asserts": [{"claim": "act/x", "force": "plain", "readings": ["at the start"]}]
    }


@pytest.mark.parametrize(
    "text", ["statement = []\n", 'statement = [{quote = "Dropout prunes.", not_a_claim = true}]\n']
)
def test_entries_in_one_list_are_refused_and_left_as_they_are(key: Path, text: str) -> None:
    key.with_suffix(".toml").write_text(text)
    link(read_key(key))
    with pytest.raises(AnswerKeyError, match=r"begin each with \[\[statement\]\]"):
        LinksFile(key)
    assert key.with_suffix(".toml").read_text() == text


def test_line_ends_stay_as_they_are(key: Path) -> None:
    path = key.with_suffix(".toml")
    path.write_bytes(BY_HAND.replace("\n", "\r\n").encode())
    file = LinksFile(key)
    file.propose([(quotes(key)[1], [Link("act/b")])])
    file.save()
    assert path.read_bytes().startswith(BY_HAND.replace("\n", "\r\n").encode())
    assert path.read_bytes().count(b"\n") == path.read_bytes().count(b"\r\n")


@pytest.mark.parametrize("theirs", [BY_HAND, None])
def test_what_somebody_else_wrote_meanwhile_stays(key: Path, theirs: str | None) -> None:
    path = key.with_suffix(".toml")
    file = LinksFile(key)
    file.say(quotes(key)[1], {"advice": "taste"})
    file.save()
    file.say(quotes(key)[0], {"advice": "taste"})
    path.write_text(theirs) if theirs else path.unlink()
    with pytest.raises(AnswerKeyError, match="was changed meanwhile"):
        file.save()
    assert (path.read_text() if path.exists() else None) == theirs
