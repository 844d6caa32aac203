"""The state that all code of a process shares, restored after code that may have changed it.

Generators, number types, threads and environment belong to the process.  An experiment or a check
that sets them must not change what the next one measures.
"""

from __future__ import annotations

import decimal
import os
import random
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from hashlib import sha256
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType
from typing import Any

import numpy as np

Undo = list[Callable[[], object]]


@contextmanager
def own_state(seed: int | None = None) -> Iterator[None]:
    """Run the enclosed code with its own state.

    Args:
        seed: for the global generators of Python, numpy and torch (32 bits); ``None`` leaves them
            alone.
    """
    undo = [*_of_python(), *_of_torch()]
    torch_was_there = "torch" in sys.modules
    if seed is not None:
        seed_generators(seed)
    try:
        with warnings.catch_warnings(), _torch_seeded_when_loaded(seed):
            yield
    finally:
        for put_back in undo:
            put_back()
        if not torch_was_there and "torch" in sys.modules:
            _reset_torch()


def use_one_thread() -> None:
    """Limit torch to one thread, if it is loaded.

    The workers use every core.  Beside them, torch's own threads wait for each other: a search
    among small networks takes four to eight times as much processor time with two.
    """
    if (torch := sys.modules.get("torch")) is not None:
        torch.set_num_threads(1)


def seed_generators(seed: int) -> None:
    """Seed the global generators, and torch's if it is loaded."""
    random.seed(seed)
    np.random.seed(seed)
    if (torch := sys.modules.get("torch")) is not None:
        torch.manual_seed(seed)


def drawn_from_global(seed: int) -> bytes:
    """Digest the states of the global generators that are not as this seed left them.

    It is empty if they all are: nothing was drawn from them, and nothing seeded them.
    """
    states: list[tuple[Any, Any]] = [
        (random.getstate(), random.Random(seed).getstate()),
        (np.random.get_state(), np.random.RandomState(seed).get_state()),
    ]
    if (torch := sys.modules.get("torch")) is not None:
        seeded = torch.Generator().manual_seed(seed).get_state()
        states.append(([torch.get_rng_state().numpy()], [seeded.numpy()]))
    moved = [_bits(now) for now, at_first in states if _bits(now) != _bits(at_first)]
    return sha256(b"".join(moved)).digest() if moved else b""


def _bits(state: Sequence[Any]) -> bytes:
    parts = [
        part.tobytes() if isinstance(part, np.ndarray) else repr(part).encode() for part in state
    ]
    return b"".join(parts)


@contextmanager
def _torch_seeded_when_loaded(seed: int | None) -> Iterator[None]:
    """Seed torch's generator, which is always the same at first, if the enclosed code loads it."""
    if seed is None or "torch" in sys.modules:
        yield
        return
    loading = _Loading("torch", lambda torch: torch.manual_seed(seed))
    sys.meta_path.insert(0, loading)
    try:
        yield
    finally:
        if loading in sys.meta_path:
            sys.meta_path.remove(loading)


class _Loading(MetaPathFinder):
    """Calls ``then`` with a module as soon as it has been loaded."""

    def __init__(self, name: str, then: Callable[[Any], object]) -> None:
        self._name, self._then = name, then

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != self._name:
            return None
        sys.meta_path.remove(self)
        spec = find_spec(fullname)
        if spec is not None and spec.loader is not None:
            load = spec.loader.exec_module

            def load_and_call(module: ModuleType) -> None:
                load(module)
                self._then(module)

            spec.loader.exec_module = load_and_call  # type: ignore[method-assign]
        return spec


def _of_python() -> Undo:
    return [
        partial(random.setstate, random.getstate()),
        partial(np.random.set_state, np.random.get_state()),
        partial(np.seterr, **np.geterr()),
        partial(decimal.setcontext, decimal.getcontext().copy()),
        partial(sys.setrecursionlimit, sys.getrecursionlimit()),
        partial(_set_lists, [*sys.path], [*sys.argv]),
        *_of_folder(),
        partial(set_environment, dict(os.environ)),
    ]


def _of_folder() -> Undo:
    try:
        return [partial(os.chdir, os.getcwd())]
    except OSError:
        return []  # it was removed


def _set_lists(path: list[str], argv: list[str]) -> None:
    sys.path[:], sys.argv[:] = path, argv


def set_environment(before: dict[str, str]) -> None:
    """Set these environment variables, and remove all others."""
    if dict(os.environ) != before:
        os.environ.clear()
        os.environ.update(before)


def _of_torch() -> Undo:
    torch = sys.modules.get("torch")
    if torch is None:
        return []
    return [
        partial(torch.set_rng_state, torch.get_rng_state()),
        _setter(torch.get_default_dtype, torch.set_default_dtype),
        _setter(torch.get_num_threads, torch.set_num_threads),
        _setter(torch.is_grad_enabled, torch.set_grad_enabled),
        _setter(torch.are_deterministic_algorithms_enabled, torch.use_deterministic_algorithms),
        _setter(_flushes, torch.set_flush_denormal),
        _setter(torch.get_float32_matmul_precision, torch.set_float32_matmul_precision),
        _setter(_device, torch.set_default_device),
    ]


def _setter(get: Callable[[], Any], put: Callable[[Any], object]) -> Callable[[], object]:
    """Restores the old value if it has changed; setting it may be slow or trigger imports."""
    before = get()
    return lambda: None if get() == before else put(before)


def _device() -> Any:
    """The default device; nothing where none was chosen, which makes tensors without a detour."""
    chosen = sys.modules["torch"].get_default_device()
    return None if chosen.type == "cpu" else chosen


def _flushes() -> bool:
    """Whether this thread treats denormal numbers as zero; torch can set this but not report it."""
    return sys.float_info.min / 2 == 0


def _reset_torch() -> None:
    """A library that the enclosed code loaded keeps its initial state."""
    torch = sys.modules["torch"]
    torch.set_default_dtype(torch.float32)
    torch.set_grad_enabled(True)
    torch.set_flush_denormal(False)
    torch.set_float32_matmul_precision("highest")
    torch.set_default_device(None)
