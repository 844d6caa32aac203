"""What was learned, kept in the user's cache folder: the same sentences are learned from once.

A file's name is the digest of all that its model depends on: the examples, the code that learns,
and the versions of the libraries that compute.  It holds names and plain arrays
(:mod:`refute.reuse.file_form`), so that nothing in it could run code.  A file that is damaged, or
does not hold together, is as good as none, and is written anew.
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

from refute.files import read_file
from refute.ledger import LedgerError, write_whole
from refute.linking import model as model_code
from refute.linking import stance as stance_code
from refute.linking import usual_words as words_code
from refute.linking import weighing as weighing_code
from refute.linking.examples import Example
from refute.linking.model import Model, learn
from refute.linking.stance import Stances
from refute.linking.weighing import KINDS, Weights
from refute.reuse.file_form import Arrays, Damaged, Header, Key, decoded, encoded
from refute.reuse.store import prune

KEPT_BYTES = 1 << 26
"""Models beyond 64 MiB are dropped, those first that were not used for longest; each has some 8."""

_MOST_BYTES = 1 << 28
_CODE = (weighing_code, words_code, stance_code, model_code)
"""Modules on which a model depends, besides this one."""


_OF_STANCES = ("shares", "negated", "weights", "offset")


class _ModelHeader(Header, frozen=True, kw_only=True):
    """The claims, all features, the words that tell denials, and each claim's usual ones."""

    claims: tuple[str, ...]
    names: tuple[tuple[str, ...], ...]
    words: tuple[str, ...]
    usual: tuple[dict[str, float], ...]


def kept_or_learned(taught: Sequence[Example], folder: Path | None = None) -> Model:
    """The model that the examples teach: the kept one, or else it is learned, and kept.

    Args:
        taught: the examples.
        folder: where models are kept; by default the user's cache folder.
    """
    if folder is None:
        folder = platformdirs.user_cache_path("refute", appauthor=False) / "models"
    key = _key(taught)
    text = msgspec.json.encode(key, order="deterministic")
    path = folder / f"{hashlib.sha256(text).hexdigest()[:40]}.npz"
    found = _read(path, key)
    if found is None:
        found = learn(taught)
        _keep(path, key, found)
    return found


def _key(taught: Sequence[Example]) -> Key:
    sentences = hashlib.sha256(msgspec.json.encode([_as_data(example) for example in taught]))
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


def _keep(path: Path, key: Key, model: Model) -> None:
    """Keep a model where that can be done; who cannot keep it learns it again."""
    header = _ModelHeader(
        key=key,
        claims=model.claims,
        names=tuple(one.names for one in model.weights),
        words=model.stances.words,
        usual=tuple(map(dict, model.usual)),
    )
    arrays: Arrays = {f"idf {at}": one.idf for at, one in enumerate(model.weights)}
    rows = model.rows
    arrays |= {"rows": rows.data, "columns": rows.indices, "starts": rows.indptr}
    arrays["parts"] = model.parts
    arrays |= {name: getattr(model.stances, name) for name in _OF_STANCES}
    with suppress(LedgerError):
        write_whole(path, encoded(header, arrays))
        prune(path.parent, KEPT_BYTES)


def _read(path: Path, key: Key) -> Model | None:
    """The model of a file; ``None`` where there is none, or none that holds together."""
    try:
        header, arrays = decoded(read_file(path, _MOST_BYTES), _ModelHeader, key)
        model = _model(header, arrays)
    except Exception:  # of an untrusted file, anything may come
        return None
    with suppress(OSError):
        os.utime(path)  # what was used last is dropped last
    return model


def _model(header: _ModelHeader, arrays: Arrays) -> Model:
    claims, words = len(header.claims), len(header.words)
    if len(header.names) != len(KINDS) or len(header.usual) != claims:
        raise Damaged("its header does not hold together")
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
    return Model(header.claims, weights, rows, parts, stances, header.usual)


def _array(arrays: Arrays, name: str, type: Any, *shape: int) -> NDArray[Any]:
    found = arrays[name]
    if found.dtype != type or found.shape != shape or not np.isfinite(found).all():
        raise Damaged(f"{name!r} is no such array")
    return found
