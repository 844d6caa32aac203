"""A person who watches sees how far a check is; a log, and the screen afterwards, hold nothing."""

import re
import shutil
import subprocess
import sys
from unittest.mock import Mock

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from refute.plugin import progress as progresses
from refute.plugin.progress import Progress, duration, fitted
from tests.plugin.screen import screen, watched
from tests.plugin.stranger import BENCH, SEARCHED, TIMED

SLOWLY = "\n        import time\n        time.sleep(0.12)"
NEAR_THE_EDGE = '''
from bench import drawn
from refute import claim, control, reading
from refute.wording import roughly


@claim("draws/edge")
class TestEdge:
    """A draw is roughly twice a draw around two."""

    @reading("near the edge", centre=4.8)
    @control("a draw against itself", centre=2.0)
    def test_ratio(self, measure, centre):
        measure(drawn(centre, 0.2) / drawn(2.0), claimed=roughly(2))
'''
COMMAND = [
    *(sys.executable, "-m", "pytest", "claims", "-p", "no:cacheprovider"),
    *("--refute-workers", "1", "--refute-effort", "quick"),
]
SEVERAL_LOOKS = [*COMMAND, "--refute-effort", "default"]
MEASURED_LINE = re.compile(
    r"draws/edge \[near the edge\]: (\d+) of (\d+) replicates · about \d+ s left"
    r"( · \d\.\d+ \(\d\.\d+ to \d\.\d+\) at \d+)? · \d+ s so far · check 1 of 2"
)


@pytest.fixture
def slow(stranger):
    (stranger.claims / "bench.py").write_text(
        BENCH.replace("replicates):", "replicates):" + SLOWLY)
    )
    stranger.write("edge", NEAR_THE_EDGE)
    return stranger


def test_the_line_tells_claim_replicates_interval_and_time_left(slow):
    sent = watched(SEVERAL_LOOKS, slow.pytester.path, columns=140)

    shown = [match.groups() for match in MEASURED_LINE.finditer(sent)]
    first = [(int(done), bool(interval)) for done, of, interval in shown if of == "24"]
    third = [(int(done), bool(interval)) for done, of, interval in shown if of == "64"]
    # Of both arms together, in chunks of 16: the second look, at 32, has nothing to wait for.
    assert first == [(6, False), (12, False), (18, False)]
    assert third == [(40, True), (48, True), (56, True)]
    assert re.search(r"64 of 64 replicates · 2\.", sent)  # and no time left


@pytest.mark.parametrize(("arguments", "columns"), [((), 100), (("-v",), 40)])
def test_afterwards_the_screen_is_as_if_there_had_been_no_line(slow, arguments, columns):
    command = [*SEVERAL_LOOKS, *arguments]
    sent = watched(command, slow.pytester.path, columns=columns)
    shutil.rmtree(slow.pytester.path / "reports")
    unseen = watched(command, slow.pytester.path, columns=columns, TERM="dumb")

    assert progresses.ERASE not in unseen
    drawn = re.findall(rf"{re.escape(progresses.ERASE)}([^\r\x1b]+ replicates[^\r\x1b]*)", sent)
    drawn = [text for text in drawn if "claimed" not in text]  # a claim's own line follows
    assert len(drawn) >= 8
    assert all(cell_len(text) < columns for text in drawn)
    assert _timeless(screen(sent, columns)) == _timeless(screen(unseen, columns))


def _timeless(screen):
    """The lines, without what depends on time: pytest's own of collecting, of how long all took,
    and the length of durations.
    """
    lines = [line for line in screen if not re.search(r"^collect| in \d+\.\d+s", line)]
    return [re.sub(" +", " ", re.sub(r"\d+", "0", line)) for line in lines]


@pytest.mark.parametrize(
    ("arguments", "environment"),
    [
        (("-q",), {}),
        (("-s",), {}),
        ((), {"TERM": "dumb"}),
        ((), {"CI": "true"}),
        (("-n", "2"), {}),
        (("-p", "no:terminal"), {}),
    ],
)
def test_where_a_line_would_be_in_the_way_there_is_none(stranger, arguments, environment):
    stranger.write("edge", NEAR_THE_EDGE)
    sent = watched([*COMMAND, *arguments], stranger.pytester.path, **environment)

    assert "so far" not in sent
    assert progresses.ERASE not in sent


def test_where_a_person_watches_even_a_short_check_is_told_of(stranger):
    """What the test above would see if it were in the way of nothing."""
    stranger.write("edge", NEAR_THE_EDGE)
    sent = watched(COMMAND, stranger.pytester.path)

    assert "near the edge]: 0 of 16 replicates · 0 s so far" in sent


def test_no_byte_of_it_is_written_to_a_log(slow):
    logged = subprocess.run(
        [*COMMAND, "-v"], cwd=slow.pytester.path, capture_output=True, text=True
    )

    assert "draws/edge" in logged.stdout
    for trace in ("so far", "\x1b", "\r", "·"):
        assert trace not in logged.stdout
    assert logged.stderr == ""


def test_searches_tell_examples_and_races_tell_pairs(stranger):
    stranger.write("whole", SEARCHED.replace("assert x", "time.sleep(0.02)\n        assert x"))
    stranger.write("timed", TIMED)
    path = stranger.claims / "test_whole.py"
    path.write_text("import time\n" + path.read_text())

    sent = watched(COMMAND, stranger.pytester.path)

    assert re.search(r"more than a.*: \d+ of 25 examples · about \d+ s left · \d+ s so far", sent)
    line = r"draws/slower \[(twice|once)\]: \d+ of 144 pairs · about \d+ s left · \d+ s so far"
    assert re.search(line + " · 2 races in turn", sent)


def test_stopping_at_the_first_failure_leaves_nothing_of_the_line(slow):
    path = slow.claims / "test_edge.py"
    path.write_text(path.read_text().replace("centre=4.8", "centre=9.0"))

    sent = watched([*COMMAND, "-x"], slow.pytester.path)

    assert "of 16 replicates" in sent
    assert not [line for line in screen(sent) if "so far" in line]
    assert "stopping after 1 failures" in "\n".join(screen(sent))


@pytest.mark.parametrize("text", ["draws/edge [near]", "主張/活性化関数 [深い網]", "é" * 30])
def test_within_forty_columns_the_name_is_cut_and_facts_are_left_out(text):
    line = fitted(text, ["16 of 512 replicates", "about 2 min left", "2.1 (1.9 to 2.3) at 32"], 39)

    assert cell_len(line) <= 39
    assert line.endswith(": 16 of 512 replicates")
    assert line[:3] == text[:3]


@given(st.text(), st.lists(st.text(), max_size=4), st.integers(1, 60))
def test_no_text_is_wider_than_the_terminal(name, facts, columns):
    assert cell_len(fitted(name, facts, columns)) <= columns


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (99.4, "99 s"), (99.6, "2 min"), (3599, "60 min"), (7200, "2 h")],
)
def test_durations_are_as_exact_as_an_estimate_deserves(seconds, words):
    assert duration(seconds) == words


class Recorder:
    """A line that remembers what was drawn, for as many columns as there may be."""

    due = True

    def __init__(self):
        self.drawn = []

    def draw(self, text):
        self.drawn.append(text(300))


@pytest.fixture
def clock(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(progresses, "perf_counter", lambda: now[0])
    return now


def test_the_time_left_follows_from_the_rate_of_this_look(clock):
    line = Recorder()
    progress = Progress(line)
    progress.begin("draws/edge [near]", "check 1 of 2")
    progress.look(32)
    clock[0] = 5.0
    progress.look(64)  # five seconds went into the first one
    clock[0] = 7.0
    progress.chunks(1, 8)

    assert line.drawn == [
        "draws/edge [near]: 36 of 64 replicates · about 14 s left · 7 s so far · check 1 of 2"
    ]


def test_what_is_not_due_is_not_drawn_but_the_beginning_always(clock):
    line = Recorder()
    line.due = False
    progress = Progress(line)
    progress.begin("draws/edge", "")
    progress.look(32)
    progress.chunks(0, 4)
    progress.chunks(1, 4)

    assert line.drawn == ["draws/edge: 0 of 32 replicates · 0 s so far"]


def test_without_a_line_nothing_is_put_into_words_and_no_clock_is_read(monkeypatch):
    progress, clock, show = Progress(), Mock(), Mock()
    monkeypatch.setattr(progresses, "perf_counter", clock)
    monkeypatch.setattr(progress, "_show", show)

    for done in range(100):
        progress.examples(done, 100)
        progress.shrinking(done, 100)

    assert not clock.called
    assert not show.called
