"""What is kept comes back bit for bit; what is damaged comes back not at all."""

import json
import os
import threading
import zipfile
from pathlib import Path

import numpy as np
import pytest

from refute.decision.samples import Sample
from refute.experiment import Record, Series
from refute.reuse import store as stores
from refute.reuse.file_form import Chunk, Search
from refute.reuse.store import Store

KEY = {"experiment": "Walk()", "seed": 0}
CHUNK = 4


def record(first: int = 0) -> Record:
    """Every kind of number there is: counts, reals, bounds, infinities, and gaps in series."""
    k = np.arange(first, first + CHUNK)
    counts = Sample.exactly(k % 3, per=360)
    reals = Sample(np.sin(k) * 1e-300, np.where(k % 2, np.inf, np.sin(k) * 1e-300 + 1))
    path = np.where(k[:, None] % 2, np.nan, np.sqrt(k[:, None] + np.arange(3)) / 7)
    series = Series("path", "curve", "step", "place", np.array([0.0, 1.0, 2.5]), path, log_y=True)
    return Record({"counts": counts, "reals": reals}, (series,))


def chunk(at: int) -> Chunk:
    return Chunk(record(at * CHUNK), f"2026-01-0{at + 1}T00:00:00+00:00", "a machine")


@pytest.fixture
def notes() -> list[str]:
    return []


@pytest.fixture
def store(tmp_path, notes) -> Store:
    return opened(tmp_path, notes, run="one run")


def opened(folder: Path, notes: list[str], **settings) -> Store:
    settings.setdefault("run", "another run")
    return Store(folder / "kept", {"machine": "this"}, noted=notes.append, **settings)


def entry(folder: Path) -> Path:
    (path,) = (folder / "kept").glob("*.npz")
    return path


def bits(record: Record) -> list[bytes]:
    arrays = [bound for name in record.samples for bound in _bounds(record.samples[name])]
    arrays += [array for series in record.series for array in (series.x, series.values)]
    return [array.dtype.str.encode() + array.tobytes() for array in arrays]


def _bounds(sample: Sample):
    return sample.lower, sample.upper


def rewritten(path: Path, change) -> None:
    """Change the arrays of an entry, its header among them, and write it as it should be."""
    with np.load(path) as archive:
        arrays = {name: archive[name] for name in archive.files}
    header = json.loads(arrays.pop("header").tobytes())
    change(header, arrays)
    text = np.frombuffer(json.dumps(header).encode(), dtype=np.uint8)
    with path.open("wb") as file:
        np.savez(file, header=text, **arrays)


def test_what_is_kept_stays_where_a_later_run_has_less(store, tmp_path, notes):
    """As where another claim, whose experiment it is too, has left it some of the replicates."""
    store.keep_chunks(KEY, CHUNK, {at: chunk(at) for at in range(4)})
    opened(tmp_path, notes).keep_chunks(KEY, CHUNK, {0: chunk(0), 5: chunk(5)})

    assert opened(tmp_path, notes, run="a third").chunks(KEY, CHUNK).keys() == {0, 1, 2, 3, 5}


def test_numbers_come_back_bit_for_bit_with_their_types_and_units(store, tmp_path, notes):
    store.keep_chunks(KEY, CHUNK, {0: chunk(0), 2: chunk(2)})
    found = opened(tmp_path, notes).chunks(KEY, CHUNK)
    assert sorted(found) == [0, 2]
    for at, kept in found.items():
        assert bits(kept.record) == bits(chunk(at).record)
        assert kept.record.samples["counts"].per == 360
        assert kept.record.samples["counts"].integers
        assert not kept.record.samples["reals"].integers
        series, meant = kept.record.series[0], chunk(at).record.series[0]
        assert (series.name, series.kind, series.log_y) == (meant.name, meant.kind, True)
        assert (kept.when, kept.where) == (chunk(at).when, "a machine")
        assert kept.earlier
        assert not chunk(at).earlier
    assert notes == []


def test_an_entry_holds_no_outcome_and_nothing_that_runs(store, tmp_path):
    store.keep_chunks(KEY, CHUNK, {0: chunk(0)})
    with np.load(entry(tmp_path), allow_pickle=False) as archive:
        header = json.loads(archive["header"].tobytes())
        assert all(archive[name].dtype.kind in "iuf" for name in archive.files)
    assert set(header) == {"key", "format", "chunk", "chunks", "samples", "series"}
    assert not {"outcome", "holds", "fails"} & set(json.dumps(header).replace('"', " ").split())


def test_a_search_that_found_nothing_comes_back(store, tmp_path, notes):
    store.keep_search(KEY, Search(100, "then", "there"))
    assert opened(tmp_path, notes).search(KEY) == Search(100, "then", "there")
    assert opened(tmp_path, notes).search({**KEY, "seed": 1}) is None


def test_what_another_process_of_the_run_measured_is_not_of_an_earlier_run(store, tmp_path, notes):
    store.keep_chunks(KEY, CHUNK, {0: chunk(0)})
    beside = opened(tmp_path, notes, run="one run").chunks(KEY, CHUNK)
    later = opened(tmp_path, notes, run="another run").chunks(KEY, CHUNK)
    assert (beside[0].earlier, later[0].earlier) == (False, True)
    opened(tmp_path, notes, run="another run").keep_chunks(KEY, CHUNK, {**later, 1: chunk(1)})
    third = opened(tmp_path, notes, run="another run").chunks(KEY, CHUNK)
    assert [third[at].earlier for at in (0, 1)] == [True, False]


def test_another_key_or_other_surroundings_find_nothing(store, tmp_path, notes):
    store.keep_chunks(KEY, CHUNK, {0: chunk(0)})
    assert store.chunks({**KEY, "seed": 1}, CHUNK) == {}
    other = Store(tmp_path / "kept", {"machine": "another"}, noted=notes.append)
    assert other.chunks(KEY, CHUNK) == {}
    assert notes == []


def test_fresh_finds_nothing_and_leaves_what_it_measured(store, tmp_path, notes):
    store.keep_chunks(KEY, CHUNK, {0: chunk(0), 1: chunk(1)})
    fresh = opened(tmp_path, notes, fresh=True)
    assert fresh.chunks(KEY, CHUNK) == {}
    fresh.keep_chunks(KEY, CHUNK, {0: chunk(0)})
    assert sorted(opened(tmp_path, notes).chunks(KEY, CHUNK)) == [0]


def test_what_is_kept_already_is_not_written_again(store, tmp_path):
    store.keep_chunks(KEY, CHUNK, {0: chunk(0)})
    entry(tmp_path).unlink()
    store.keep_chunks(KEY, CHUNK, {0: chunk(0)})
    assert not list((tmp_path / "kept").iterdir())
    store.keep_chunks(KEY, CHUNK, {0: chunk(0), 1: chunk(1)})
    assert entry(tmp_path).exists()


def test_nothing_is_kept_once_the_sources_are_not_what_they_were(tmp_path, notes):
    store = opened(tmp_path, notes, steady=lambda _: None)
    store.keep_chunks(KEY, CHUNK, {0: chunk(0)})
    assert not (tmp_path / "kept").exists()


@pytest.mark.parametrize("share", [0.0, 0.3, 0.6, 0.9, 0.999])
def test_a_file_cut_short_is_as_good_as_none_and_says_so_once(store, tmp_path, notes, share):
    store.keep_chunks(KEY, CHUNK, {0: chunk(0)})
    data = entry(tmp_path).read_bytes()
    entry(tmp_path).write_bytes(data[: int(share * len(data))])
    assert opened(tmp_path, notes).chunks(KEY, CHUNK) == {}
    assert len(notes) == 1
    assert "cannot be reused" in notes[0]
    assert "\n" not in notes[0]
    assert str(entry(tmp_path)) in notes[0]


def test_no_flipped_bit_of_a_number_passes(store, tmp_path, notes):
    store.keep_chunks(KEY, CHUNK, {0: chunk(0)})
    data = entry(tmp_path).read_bytes()
    meant = bits(chunk(0).record)
    numbers = np.sin(np.arange(CHUNK)) * 1e-300
    at = data.index(numbers.tobytes())
    for place in range(at, at + numbers.nbytes):
        entry(tmp_path).write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        assert opened(tmp_path, notes).chunks(KEY, CHUNK) == {}
    entry(tmp_path).write_bytes(data)
    assert bits(opened(tmp_path, notes).chunks(KEY, CHUNK)[0].record) == meant


def test_noise_anywhere_in_a_file_never_raises(store, tmp_path, notes):
    store.keep_chunks(KEY, CHUNK, {0: chunk(0)})
    data = entry(tmp_path).read_bytes()
    generator = np.random.default_rng(0)
    for _ in range(300):
        noisy = bytearray(data)
        for place in generator.integers(len(data), size=4):
            noisy[place] = generator.integers(256)
        entry(tmp_path).write_bytes(noisy)
        found = opened(tmp_path, notes).chunks(KEY, CHUNK)
        assert found == {} or bits(found[0].record) == bits(chunk(0).record)


def wrong_shape(header, arrays):
    arrays["values 0"] = arrays["values 0"][:, :2]


def missing_array(header, arrays):
    del arrays["lower 1"]


def one_row_less(header, arrays):
    arrays["lower 0"], arrays["upper 0"] = arrays["lower 0"][1:], arrays["upper 0"][1:]


def not_a_number(header, arrays):
    arrays["lower 1"] = np.full(CHUNK, np.nan)


def bounds_crossed(header, arrays):
    arrays["upper 1"] = arrays["lower 1"] - 1


def fractions_of_a_count(header, arrays):
    arrays["lower 0"] = arrays["upper 0"] = np.full(CHUNK, 0.5)


def text_for_numbers(header, arrays):
    arrays["lower 1"] = arrays["upper 1"] = np.array(["1"] * CHUNK)


def another_key(header, arrays):
    header["key"]["seed"] = 1


def another_chunk(header, arrays):
    header["chunk"] = 2


def same_chunk_twice(header, arrays):
    header["chunks"] *= 2


def no_chunks(header, arrays):
    header["chunks"] = []


def unknown_field(header, arrays):
    header["outcome"] = "holds"


def unknown_kind_of_series(header, arrays):
    header["series"][0]["kind"] = "cake"


@pytest.mark.parametrize(
    "change",
    [
        wrong_shape, missing_array, one_row_less, not_a_number, bounds_crossed,
        fractions_of_a_count, text_for_numbers, another_key, another_chunk, same_chunk_twice,
        no_chunks, unknown_field, unknown_kind_of_series,
    ],
)  # fmt: skip
def test_a_well_formed_file_that_does_not_hold_together_is_as_good_as_none(
    store, tmp_path, notes, change
):
    store.keep_chunks(KEY, CHUNK, {0: chunk(0)})
    rewritten(entry(tmp_path), change)
    assert opened(tmp_path, notes).chunks(KEY, CHUNK) == {}
    assert len(notes) == 1


def test_a_pickle_in_the_file_is_never_opened(store, tmp_path, notes):
    class Bomb:
        def __reduce__(self):
            return (Path.touch, (tmp_path / "went off",))

    def plant(header, arrays):
        arrays["lower 1"] = np.array([Bomb()] * CHUNK, dtype=object)

    store.keep_chunks(KEY, CHUNK, {0: chunk(0)})
    rewritten(entry(tmp_path), plant)
    assert opened(tmp_path, notes).chunks(KEY, CHUNK) == {}
    assert not (tmp_path / "went off").exists()


def test_a_small_file_cannot_claim_to_be_large(store, tmp_path, notes):
    store.keep_chunks(KEY, CHUNK, {0: chunk(0)})
    with zipfile.ZipFile(entry(tmp_path), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("header.npy", b"\0" * (1 << 24))
    assert opened(tmp_path, notes).chunks(KEY, CHUNK) == {}
    assert "compressed" in notes[0]
    huge = b"\x93NUMPY\x01\x00v\x00{'descr': '<f8', 'fortran_order': False, 'shape': (1 << 60,), }"
    with zipfile.ZipFile(entry(tmp_path), "w") as archive:
        archive.writestr("header.npy", huge.replace(b"1 << 60", b"%d" % (1 << 60)))
    assert opened(tmp_path, notes).chunks(KEY, CHUNK) == {}


def test_a_folder_that_cannot_be_written_is_one_line_and_no_error(tmp_path, notes):
    (tmp_path / "kept").write_text("a file where the folder should be")
    store = opened(tmp_path, notes)
    store.keep_chunks(KEY, CHUNK, {0: chunk(0)})
    store.keep_search(KEY, Search(1, "", ""))
    assert len([note for note in notes if "not kept for later runs" in note]) == 1


def test_chunks_of_different_types_are_not_put_end_to_end(store, tmp_path):
    def of(values):
        return Chunk(Record({"it": Sample.exactly(np.array(values))}), "", "")

    store.keep_chunks(KEY, 2, {0: of([1, 2]), 1: of([1.5, 2.5])})
    assert store.chunks(KEY, 2) == {}


def test_runs_that_write_at_once_leave_a_whole_entry(tmp_path, notes):
    def write():
        for _ in range(20):
            opened(tmp_path, notes).keep_chunks(KEY, CHUNK, {0: chunk(0), 1: chunk(1)})

    def read():
        for _ in range(60):
            found = opened(tmp_path, notes).chunks(KEY, CHUNK)
            assert found == {} or bits(found[1].record) == bits(chunk(1).record)

    threads = [threading.Thread(target=work) for work in (write, write, read, read)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert notes == []
    assert [path.suffix for path in (tmp_path / "kept").iterdir()] == [".npz"]


def test_the_folder_is_pruned_by_last_use(store, tmp_path, notes):
    for seed in range(4):
        store.keep_chunks({**KEY, "seed": seed}, CHUNK, {0: chunk(0)})
    paths = list((tmp_path / "kept").iterdir())
    for path in paths:
        os.utime(path, (1, 1))
    assert store.chunks({**KEY, "seed": 2}, CHUNK)
    left = tmp_path / "kept" / ".half.npz.12.part"
    left.write_bytes(b"")
    os.utime(left, (1, 1))
    stores.prune(tmp_path / "kept", paths[0].stat().st_size + 1)
    assert len(list((tmp_path / "kept").iterdir())) == 1
    assert opened(tmp_path, notes).chunks({**KEY, "seed": 2}, CHUNK)
