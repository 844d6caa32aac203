"""Whatever was published and changed has its dated entry in the log of corrections."""

import tomllib
from pathlib import Path

import pytest

from tests.corrections import MalformedEntryError, entries, published, unaccounted

ROOT = Path(__file__).parents[1]
LOG = (ROOT / "docs" / "corrections.md").read_text(encoding="utf-8")
FIRST = {
    (claim, reading): outcome
    for claim, readings in tomllib.loads(
        (ROOT / "tests" / "published.toml").read_text(encoding="utf-8")
    ).items()
    for reading, outcome in readings.items()
}
EXAMPLE = LOG.split("```markdown\n")[1].split("```")[0]
PUBLISHED = {("dropout/factor-of-two", "rate 0.5"): "holds"}
CHANGED = {("dropout/factor-of-two", "rate 0.5"): "fails"}


def log(*blocks: str) -> str:
    return "# Corrections\n\n## Entries\n\n" + "\n".join(blocks)


def test_the_log_accounts_for_every_outcome_that_is_not_as_it_was_first_published():
    assert list(unaccounted(entries(LOG), FIRST, published(ROOT / "claims"))) == []


def test_no_reading_of_the_source_is_overlooked():
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "claims").rglob("test_*.py")]
    written = sum(source.count("@reading(") for source in sources)
    assert len(published(ROOT / "claims")) == written > 100


def test_the_form_that_the_log_shows_is_the_form_that_is_read():
    (entry,) = entries(log(EXAMPLE))
    assert (entry.claim, entry.reading) == ("dropout/factor-of-two", "rate 0.5")
    assert (entry.before, entry.after) == ("holds", "fails")
    assert entry.on.isoformat() == "2026-12-01"
    assert list(unaccounted([entry], PUBLISHED, CHANGED)) == []


def test_a_reason_may_take_several_lines():
    (entry,) = entries(log(EXAMPLE.replace("what was", "because\n  what was")))
    assert entry.reason.startswith("because what was found")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("2026-12-01", "2026-13-01"),
        ("2026-12-01", "in December"),
        ("`dropout/factor-of-two`, ", ""),
        ("- from: holds\n", ""),
        ("- to: fails\n", "- to:\n"),
        ("- reason: ", "- because: "),
        ("- measured with: the versions, seeds and machines of both outcomes.", ""),
        ("- to: fails", "and so\n- to: fails"),
    ],
)
def test_an_entry_of_another_form_is_refused(old, new):
    assert EXAMPLE.replace(old, new) != EXAMPLE
    with pytest.raises(MalformedEntryError):
        entries(log(EXAMPLE.replace(old, new)))


def test_the_newest_entry_comes_first():
    older = EXAMPLE.replace("2026-12-01", "2026-11-30")
    assert [entry.on.day for entry in entries(log(EXAMPLE, older))] == [30, 1]
    with pytest.raises(MalformedEntryError, match="newest"):
        entries(log(older, EXAMPLE))


def test_an_empty_log_says_that_it_is_empty():
    assert entries(log("None so far.")) == []
    for text in (log(), log("None so far.", EXAMPLE), "# Corrections\n"):
        with pytest.raises(MalformedEntryError):
            entries(text)


# --- replayed against what is published ----------------------------------------------------


def faults(now, *blocks, first=PUBLISHED):
    return list(unaccounted(entries(log(*(blocks or ("None so far.",)))), first, now))


def test_a_changed_outcome_without_an_entry_is_named():
    assert faults(CHANGED) == [
        "dropout/factor-of-two, “rate 0.5”: published as holds, fails now: no entry says why"
    ]


def test_a_reading_that_was_dropped_needs_an_entry_too():
    assert "holds, withdrawn now" in faults({})[0]
    assert faults({}, EXAMPLE.replace("to: fails", "to: withdrawn")) == []


def test_entries_lead_one_to_the_next():
    back = EXAMPLE.replace("12-01", "12-02").replace("from: holds", "from: fails")
    back = back.replace("to: fails", "to: holds")
    assert faults(PUBLISHED, back, EXAMPLE) == []
    assert "from fails, but it was published as holds" in faults(PUBLISHED, back)[0]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("dropout/factor-of-two", "dropout/no-such-claim", "no such reading was published"),
        ("“rate 0.5”", "“rate 5”", "no such reading was published"),
        ("to: fails", "to: maybe", "maybe is no outcome"),
    ],
)
def test_an_entry_on_what_does_not_exist_is_named(old, new, fault):
    assert any(fault in found for found in faults(CHANGED, EXAMPLE.replace(old, new)))


def test_a_new_reading_is_to_be_noted_as_first_published():
    assert faults(PUBLISHED, first={}) == [
        "dropout/factor-of-two, “rate 0.5”: new: add it to tests/published.toml"
    ]
