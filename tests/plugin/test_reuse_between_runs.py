"""What is kept between runs, what is done again all the same, and what is never believed."""

import json
import shlex

import numpy as np
import pytest

from tests.plugin.reusing import SEARCH
from tests.plugin.stranger import unwrapped


def test_fresh_measures_everything_anew(runs):
    first = runs()
    assert runs("--refute-fresh") == first
    assert runs.reused == [None] * 5
    assert runs() == []


def test_pytest_s_own_options_clear_the_store_or_do_without(runs):
    first = runs()
    assert runs("-p", "no:cacheprovider") == first
    assert runs("--cache-clear") == first


def test_where_nothing_can_be_kept_a_line_says_so_and_the_run_goes_on(runs):
    (runs.stranger.pytester.path / ".pytest_cache").write_text("a file where the folder should be")
    quiet = ("-W", "ignore::pytest.PytestCacheWarning")
    first = runs(*quiet)
    runs.result.stdout.fnmatch_lines(["measurements are not kept for later runs: *"])
    assert runs.result.ret == 0
    assert runs(*quiet) == first


def test_timed_readings_are_never_reused(runs):
    from tests.plugin.stranger import TIMED

    runs.stranger.write("timed", TIMED)
    runs()
    runs()
    timed = [
        reading
        for claim in runs.stranger.ledger().claims
        for reading in claim.readings
        if claim.id == "draws/slower"
    ]
    assert [reading.reused for reading in timed] == [None, None]
    assert [reading.evidence.timed for reading in timed] == [True, True]
    runs.result.stdout.fnmatch_lines(["reused: 5 of 7 measurements *"])


def test_a_search_that_found_nothing_is_reused_and_one_that_found_is_not(runs):
    runs.stranger.write("whole", SEARCH)
    first = [line for line in runs() if line.startswith("search")]
    assert len(first) > 100
    numbers = runs.numbers
    again = [line for line in runs() if line.startswith("search")]
    assert 0 < len(again) < 100
    assert "search False" in again
    assert runs.numbers == numbers
    claim = next(each for each in runs.stranger.ledger().claims if each.id == "whole/squares")
    assert [reading.reused and reading.reused.number for reading in claim.readings] == [100, None]
    everything = runs("--refute-effort", "quick")
    assert len([line for line in everything if line.startswith("search")]) >= 25


def test_what_a_run_measured_before_it_broke_is_reused(runs, monkeypatch):
    monkeypatch.setenv("STOP", "10.0 16")
    runs("--refute-workers", "1")
    assert runs.result.ret == pytest.ExitCode.TESTS_FAILED
    # Of the experiment that broke, the second run of the first chunk may still be due by then.
    log = runs.log.read_text().splitlines()
    done = {chunk for chunk in log if not chunk.startswith("10.0 ")}
    monkeypatch.delenv("STOP")
    rest = runs()
    assert "4.0 0 0" in done
    assert not set(rest) & done
    assert set(rest) >= {"10.0 0 16"}


def test_decisions_are_taken_anew_from_the_numbers_that_are_kept(runs):
    runs()
    for path in runs.entries:
        with np.load(path) as archive:
            arrays = {name: archive[name] for name in archive.files}
        header = json.loads(arrays["header"].tobytes())
        assert not {"holds", "fails", "SUPPORTED", "REFUTED", "DEPENDS"} & set(
            json.dumps({**header, "key": None}).replace('"', " ").split()
        )
        if header["key"]["experiment"].startswith("Draw(centre=4.0"):
            arrays["lower 0"] = arrays["upper 0"] = arrays["lower 0"] * 100
            np.savez(path, **arrays)
    before = runs.numbers
    assert runs() == []
    changed = [new[3] for old, new in zip(before, runs.numbers, strict=True) if old[4] != new[4]]
    assert changed == ["four"]
    assert runs.result.ret == 1
    runs.result.stdout.fnmatch_lines(
        ["NOT AS EXPECTED: draws/twice: “four”: expected: holds; here: *"]
    )


def cut_short(path):
    path.write_bytes(path.read_bytes()[:-40])


def without_the_sample(path):
    with np.load(path) as archive:
        arrays = {name: archive[name] for name in archive.files}
    header = json.loads(arrays.pop("header").tobytes())
    header["samples"][0][0] = "another"
    text = np.frombuffer(json.dumps(header).encode(), dtype=np.uint8)
    np.savez(path, header=text, **arrays)


def swapped(path):
    other = next(each for each in path.parent.glob("*.npz") if each != path)
    path.write_bytes(other.read_bytes())


@pytest.mark.parametrize("damage", [cut_short, without_the_sample, swapped])
def test_a_damaged_entry_is_measured_anew_with_one_line(runs, damage):
    first = runs()
    numbers = runs.numbers
    path = next(entry for entry in runs.entries if b"Draw(centre=4.0" in entry.read_bytes())
    damage(path)
    again = runs()
    # Which of a ratio's two experiments lacks a sample is known once both are measured anew.
    assert {"4.0"} <= {line.split()[0] for line in again} <= {"4.0", "2.0"}
    assert set(again) < set(first)
    assert runs.numbers == numbers
    assert runs.result.ret == 0
    said = unwrapped(runs.result)
    assert said.count("cannot be reused") == 1
    assert f"{path}: cannot be reused" in said
    assert runs() == []


def test_a_source_that_changes_during_the_run_ends_reuse_and_says_so(runs, monkeypatch):
    meanwhile = f"Path({str(runs.claim)!r}).touch()"
    monkeypatch.setenv("MEANWHILE", meanwhile)
    first = runs()
    assert runs.entries == []
    assert "test_draws.py changed during the run: " in unwrapped(runs.result)
    assert runs.result.ret == 0
    monkeypatch.delenv("MEANWHILE")
    assert runs() == first


def test_several_test_processes_share_what_is_kept(runs):
    (runs.stranger.claims / "test_more.py").write_text(SEARCH)
    assert runs("-n", "2", "-p", "no:benchmark")
    assert runs.reused == [None] * 7
    path = next(entry for entry in runs.entries if b"Draw(centre=4.0" in entry.read_bytes())
    cut_short(path)
    again = runs("-n", "2", "-p", "no:benchmark")
    assert {line.split()[0] for line in again} <= {"4.0", "search"}
    assert f"{path}: cannot be reused" in unwrapped(runs.result)
    more = runs("-n", "2", "-p", "no:benchmark")
    assert [line for line in more if not line.startswith("search")] == []


def test_the_command_beside_a_number_measures_it_anew(runs):
    runs()
    four = runs.stranger.ledger().claims[0].readings[0]
    runs.log.write_text("")
    runs.stranger.pytester.runpytest_inprocess(*shlex.split(four.command)[1:])
    assert "4.0 0 0" in runs.log.read_text()
