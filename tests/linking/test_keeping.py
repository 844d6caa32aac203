"""A model is learned once and kept, until anything that it depends on changes."""

from __future__ import annotations

import io
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from refute.decision.verdict import Link
from refute.linking import keeping
from refute.linking.examples import Example, examples_from_phrases
from refute.linking.keeping import kept_or_learned
from refute.linking.model import Model, learn
from tests.linking.small import BOOK, CLAIMS

TAUGHT = examples_from_phrases(BOOK, CLAIMS)
TEXTS = ["Dropout prunes.", "ReLU units never die, or do they?", "Elsewhere."]


def scores(model: Model) -> np.ndarray:
    found = model.scores(TEXTS, [""] * len(TEXTS), 0.5)
    return np.stack([found.fit, found.denies, found.agree])


@pytest.fixture
def learned(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by an item each time that something is learned."""
    times: list[int] = []

    def counted(taught: list[Example]) -> Model:
        times.append(len(taught))
        return learn(taught)

    monkeypatch.setattr(keeping, "learn", counted)
    return times


def test_a_kept_model_equals_the_learned_one(tmp_path: Path, learned: list[int]) -> None:
    first = kept_or_learned(TAUGHT, tmp_path)
    again = kept_or_learned(TAUGHT, tmp_path)
    assert len(learned) == 1
    assert again.claims == first.claims
    assert again.usual == first.usual
    assert again.known == first.known
    np.testing.assert_array_equal(scores(again), scores(first))


def test_by_default_models_are_kept_in_the_users_cache_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platformdirs.user_cache_path", lambda name, appauthor: tmp_path / name)
    kept_or_learned(TAUGHT)
    assert [path.suffix for path in (tmp_path / "refute" / "models").iterdir()] == [".npz"]


@pytest.mark.parametrize(
    "taught",
    [
        TAUGHT[:-1],
        [*TAUGHT[:-1], Example(TAUGHT[-1].text + " Again.")],
        [*TAUGHT[:-1], Example(TAUGHT[-1].text, (Link("act/elu-smooth"),))],
        [Example(TAUGHT[0].text, (Link(TAUGHT[0].links[0].claim, False),)), *TAUGHT[1:]],
    ],
)
def test_another_phrase_or_link_gives_another_model(
    tmp_path: Path, learned: list[int], taught: list[Example]
) -> None:
    kept_or_learned(TAUGHT, tmp_path)
    found = kept_or_learned(taught, tmp_path)
    assert len(learned) == 2
    np.testing.assert_array_equal(scores(found), scores(learn(taught)))


def test_other_code_gives_another_model(
    tmp_path: Path, learned: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept_or_learned(TAUGHT, tmp_path / "kept")
    other = tmp_path / "model.py"
    other.write_text("# changed\n")
    monkeypatch.setattr("refute.linking.model.__file__", str(other))
    kept_or_learned(TAUGHT, tmp_path / "kept")
    assert len(learned) == 2


def test_other_versions_give_another_model(
    tmp_path: Path, learned: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept_or_learned(TAUGHT, tmp_path)
    monkeypatch.setattr("scipy.__version__", "0")
    kept_or_learned(TAUGHT, tmp_path)
    assert len(learned) == 2


def rewritten(change: Callable[[dict[str, np.ndarray]], object]) -> Callable[[bytes], bytes]:
    """A file with some of its arrays changed."""

    def of(data: bytes) -> bytes:
        with np.load(io.BytesIO(data)) as archive:
            arrays = {name: archive[name] for name in archive.files}
        change(arrays)
        out = io.BytesIO()
        np.savez(out, **arrays)
        return out.getvalue()

    return of


def compressed(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    return out.getvalue()


def replaced(name: str, change: Callable[[np.ndarray], np.ndarray]) -> Callable[[bytes], bytes]:
    return rewritten(lambda arrays: arrays.update({name: change(arrays[name])}))


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:-100],
        lambda data: data[:5000] + bytes(100) + data[5100:],
        compressed,
        rewritten(lambda arrays: arrays.pop("parts")),
        rewritten(lambda arrays: arrays.pop("header")),
        replaced("header", lambda header: np.array([{}], dtype=object)),
        replaced("columns", lambda columns: columns + 10_000_000),
        replaced("columns", lambda columns: columns - 10_000_000),
        replaced("starts", lambda starts: starts[::-1].copy()),
        replaced("starts", lambda starts: starts[:0]),
        replaced("parts", lambda parts: parts[:, 1:]),
        replaced("parts", lambda parts: parts * np.nan),
        replaced("parts", lambda parts: parts.astype(np.float64)),
        replaced("rows", lambda rows: rows[1:]),
        replaced("idf 0", lambda idf: idf[1:]),
        replaced("pairs", lambda pairs: pairs + 10_000_000),
        replaced("pairs", lambda pairs: pairs[:0]),
        replaced("sides", lambda sides: sides + 10_000_000),
        replaced("sides", lambda sides: sides[::-1].copy()),
        replaced("shares", lambda shares: shares.T),
        replaced("offset", lambda offset: offset * np.inf),
    ],
)
def test_a_damaged_file_is_replaced(
    tmp_path: Path, learned: list[int], damage: Callable[[bytes], bytes]
) -> None:
    expected = scores(kept_or_learned(TAUGHT, tmp_path))
    (path,) = tmp_path.iterdir()
    path.write_bytes(damage(path.read_bytes()))
    np.testing.assert_array_equal(scores(kept_or_learned(TAUGHT, tmp_path)), expected)
    kept_or_learned(TAUGHT, tmp_path)
    assert len(learned) == 2


def test_a_model_of_other_examples_under_this_name_is_not_taken(
    tmp_path: Path, learned: list[int]
) -> None:
    kept_or_learned(TAUGHT, tmp_path)
    (path,) = tmp_path.iterdir()
    kept_or_learned(TAUGHT[:-1], tmp_path / "other")
    (other,) = (tmp_path / "other").iterdir()
    path.write_bytes(other.read_bytes())
    kept_or_learned(TAUGHT, tmp_path)
    assert len(learned) == 3


def test_without_a_cache_folder_the_model_is_learned_each_time(
    tmp_path: Path, learned: list[int]
) -> None:
    (tmp_path / "file").write_text("no folder")
    for _ in range(2):
        kept_or_learned(TAUGHT, tmp_path / "file" / "models")
    assert len(learned) == 2


def test_several_processes_may_keep_the_same_model_at_once(
    tmp_path: Path, learned: list[int]
) -> None:
    found: list[Model] = []
    threads = [
        threading.Thread(target=lambda: found.append(kept_or_learned(TAUGHT, tmp_path)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert [path.suffix for path in tmp_path.iterdir()] == [".npz"]
    before = len(learned)
    kept_or_learned(TAUGHT, tmp_path)
    assert len(learned) == before


def test_the_least_recently_used_models_are_dropped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept_or_learned(TAUGHT, tmp_path)
    (first,) = tmp_path.iterdir()
    monkeypatch.setattr(keeping, "KEPT_BYTES", first.stat().st_size + 1)
    kept_or_learned(TAUGHT[:-1], tmp_path)
    (left,) = tmp_path.iterdir()
    assert left != first
