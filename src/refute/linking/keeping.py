"""Keeps learned models in the user's cache folder, so that the same examples are learned once.

The name of a file is the digest of everything that its model depends on: the examples, the code
that learns, and the versions of the libraries.  A file contains names and plain arrays
(:mod:`refute.reuse.file_form`), so reading it cannot run code.  A damaged or inconsistent file is
ignored and replaced.
"""

from __future__ import annotations

import hashlib
import os
import platform
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import platformdirs
import scipy
from numpy.typing import NDArray
from scipy import sparse

from refute.files import Unwritable, read_file, write_whole
from refute.linking import known_words as known_code
from refute.linking import model as model_code
from refute.linking import nearest as nearest_code
from refute.linking import stance as stance_code
from refute.linking import usual_words as usual_code
from refute.linking import weighing as weighing_code
from refute.linking import words as words_code
from refute.linking.examples import Example
from refute.linking.known_words import KnownWords
from refute.linking.model import Model, learn
from refute.linking.nearest import Nearest
from refute.linking.stance import Stances
from refute.linking.weighing import KINDS, Weights
from refute.reuse.file_form import Arrays, Damaged, EntryKey, Header, decoded, encoded
from refute.reuse.store import digest_of_key, prune

KEPT_BYTES = 1 << 26
"""The size to which the folder is pruned, 64 MiB; a model has about 8 MiB."""

_MAX_BYTES = 1 << 28
_CODE = (
    weighing_code,
    words_code,
    usual_code,
    known_code,
    stance_code,
    nearest_code,
    model_code,
)
"""The modules that a model depends on, besides this one."""


_OF_STANCES = ("shares", "negated", "weights", "offset")


class _ModelHeader(Header, frozen=True, kw_only=True):
    """The claims, all features, the words that mark denials, and each claim's words."""

    claims: tuple[str, ...]
    names: tuple[tuple[str, ...], ...]
    words: tuple[str, ...]
    usual: tuple[dict[str, float], ...]
    known: tuple[tuple[str, ...], ...]
    rarity: dict[str, float]
    unseen: float


def kept_or_learned(examples: Sequence[Example], folder: Path | None = None) -> Model:
    """Return the model for these examples: the one kept, or else a new one, which is kept.

    Args:
        examples: what to learn from.
        folder: where models are kept; by default the user's cache folder.
    """
    if folder is None:
        folder = platformdirs.user_cache_path("refute", appauthor=False) / "models"
    key = _key(examples)
    path = folder / f"{digest_of_key(key)}.npz"
    model = _read(path, key)
    if model is None:
        model = learn(examples)
        _keep(path, key, model)
    return model


def _key(examples: Sequence[Example]) -> EntryKey:
    sentences = hashlib.sha256(msgspec.json.encode([_as_data(example) for example in examples]))
    code = hashlib.sha256()
    for module in _CODE:
        code.update(Path(str(module.__file__)).read_bytes())
    code.update(Path(__file__).read_bytes())
    return {
        "kind": "model of links",
        "examples": sentences.hexdigest(),
        "code": code.hexdigest(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "machine": platform.machine(),
    }


def _as_data(example: Example) -> tuple[str, list[tuple[str, bool]]]:
    return example.text, [(link.claim, link.asserts) for link in example.links]


# --- the file ------------------------------------------------------------------------------


def _keep(path: Path, key: EntryKey, model: Model) -> None:
    """Keep a model if the folder can be written; otherwise it is learned again next time."""
    header = _ModelHeader(
        key=key,
        claims=model.claims,
        names=tuple(weights.names for weights in model.weights),
        words=model.stances.words,
        usual=tuple(map(dict, model.usual)),
        known=tuple(tuple(sorted(words)) for words in model.known.of_claims),
        rarity=dict(model.known.weights),
        unseen=model.known.unseen,
    )
    arrays: Arrays = {f"idf {at}": weights.idf for at, weights in enumerate(model.weights)}
    rows = model.rows
    arrays |= {"rows": rows.data, "columns": rows.indices, "starts": rows.indptr}
    arrays["parts"] = model.parts
    arrays |= {"pairs": model.nearest.examples, "sides": model.nearest.sides}
    arrays |= {name: getattr(model.stances, name) for name in _OF_STANCES}
    with suppress(Unwritable):
        write_whole(path, encoded(header, arrays))
        prune(path.parent, KEPT_BYTES)


def _read(path: Path, key: EntryKey) -> Model | None:
    """Read the model in a file; return ``None`` if there is none, or an inconsistent one."""
    try:
        header, arrays = decoded(read_file(path, _MAX_BYTES), _ModelHeader, key)
        model = _model(header, arrays)
    except Exception:  # the file is not trusted and may raise anything
        return None
    with suppress(OSError):
        os.utime(path)  # the least recently used models are pruned first
    return model


def _model(header: _ModelHeader, arrays: Arrays) -> Model:
    claims, words = len(header.claims), len(header.words)
    of_claims = {len(header.usual), len(header.known)}
    if len(header.names) != len(KINDS) or of_claims != {claims}:
        raise Damaged("its header is inconsistent")
    weights = tuple(
        Weights(names, _array(arrays, f"idf {at}", np.float32, len(names)))
        for at, names in enumerate(header.names)
    )
    columns = sum(len(names) for names in header.names)
    examples = len(arrays["starts"]) - 1
    starts = _array(arrays, "starts", np.int32, examples + 1)
    data = _array(arrays, "rows", np.float32, int(starts[-1]))
    at = _array(arrays, "columns", np.int32, int(starts[-1]))
    rows = sparse.csr_matrix((data, at, starts), shape=(examples, columns))
    rows.check_format(full_check=True)  # an index out of bounds would read foreign memory
    parts = _array(arrays, "parts", np.float32, examples, claims, 2)
    shapes = {
        "shares": (claims, words),
        "negated": (claims, 2),
        "weights": (words + 1,),
        "offset": (1,),
    }
    stances = Stances(
        header.words,
        **{name: _array(arrays, name, np.float32, *shape) for name, shape in shapes.items()},
    )
    return Model(
        header.claims,
        weights,
        rows,
        parts,
        stances,
        _nearest(arrays, examples, claims),
        header.usual,
        KnownWords(header.rarity, header.unseen, tuple(map(frozenset, header.known))),
    )


def _nearest(arrays: Arrays, examples: int, claims: int) -> Nearest:
    pairs = len(arrays["pairs"])
    at = _array(arrays, "pairs", np.int32, pairs)
    sides = _array(arrays, "sides", np.int32, pairs)
    within = np.all((at >= 0) & (at < examples) & (sides >= 0) & (sides < 2 * claims))
    if not pairs or not within or np.any(np.diff(sides) < 0):
        raise Damaged("its pairs are inconsistent")
    return Nearest(at, sides)


def _array(arrays: Arrays, name: str, type: Any, *shape: int) -> NDArray[Any]:
    array = arrays[name]
    if array.dtype != type or array.shape != shape or not np.isfinite(array).all():
        raise Damaged(f"{name!r} has another type or shape, or is not finite")
    return array
