"""Which measurements of earlier runs a claim may use: those made under the same conditions.  The
conditions are the source of the claim and of the project's files that it imports, the parts of
Refute that the experiment or the search reaches, the libraries, the machine, the threads, and the
run's seed, effort and device.  Only numbers are reused: every run decides again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from refute.engine.vetting import kind as kind_of
from refute.experiment import Experiment
from refute.plugin.collecting import ClaimClass
from refute.plugin.parts import parts_of
from refute.plugin.settings import Settings
from refute.reuse.claim_source import beside_claims, claim_text, conftests, names_for_check
from refute.reuse.digests import ChangedMeanwhile, Sources
from refute.reuse.file_form import Chunk, EntryKey, Search
from refute.reuse.imports import REFUTE, module_file
from refute.reuse.store import Store, digest_of_key, prune
from refute.reuse.surroundings import machine, now, software, surroundings, variables

T = TypeVar("T")
K = TypeVar("K")


@dataclass(frozen=True)
class Rest:
    """What measurements rest on: a part of their key, and the files whose content is in it."""

    key: EntryKey
    files: frozenset[Path]

    def __or__(self, other: Rest) -> Rest:
        return Rest({**self.key, **other.key}, self.files | other.files)


RUNS_CHUNKS = [REFUTE / "engine" / name for name in ("jobs.py", "pool.py", "state.py")]
"""Refute's files that every number of an experiment depends on, with what they import."""

SEARCHES = [REFUTE / "plugin" / "searching.py"]
"""Refute's files that every search depends on; what they import only reports results."""


class Reusing:
    """The store of a run, and the sources that its keys are made of.

    Args:
        settings: seed, effort and device are part of every key.
        root: the root of the run; ``conftest.py`` files count from there down to the claims.
        run: the name of the run, the same in all of its processes.
        folder: gives the store's folder, or ``None`` if nothing may be kept between runs.
        noted: called with one line about each thing that a reader should know.
    """

    def __init__(
        self,
        settings: Settings,
        root: Path,
        run: str,
        folder: Callable[[], Path | None],
        noted: Callable[[str], None],
    ) -> None:
        self._settings, self._root, self._run = settings, root, run
        self._folder, self._noted = folder, noted
        self._sources = Sources()
        self._variables = variables()
        self._beside: dict[Path, set[Path]] = {}
        self._claims: dict[str, Rest | None] = {}
        self._checks: dict[tuple[str, str], Rest | None] = {}
        self._experiments: dict[Experiment, Rest | None] = {}
        self._kinds: dict[str, str | None] = {}
        self._open = True

    def archive(self, claim: ClaimClass) -> ClaimArchive | None:
        """What a claim may use; ``None`` if its source is unknown."""
        source = self._once(self._claims, claim.nodeid, lambda: self._source(claim))
        return None if source is None else ClaimArchive(self, claim, source)

    @cached_property
    def where(self) -> str:
        """This machine."""
        return machine()

    @cached_property
    def store(self) -> Store | None:
        """The store, opened when something is to be measured; ``None`` if keys cannot be made."""
        try:
            folder = self._folder()
        except OSError as error:
            self._noted(f"measurements are not kept for later runs: {error}")
            return None
        conditions = self._watched(self._conditions)
        if folder is None or conditions is None:
            return None
        always = conditions.files
        return Store(
            folder,
            conditions.key,
            run=self._run,
            fresh=self._settings.fresh,
            steady=lambda files: self._watched(lambda: self._sources.check(always | {*files})),
            noted=self._noted,
        )

    def prune(self) -> None:
        """Keep the folder within its size."""
        folder = self._watched(self._folder)
        if folder is not None:
            prune(folder)

    def experiment(self, experiment: Experiment) -> Rest | None:
        """What identifies an experiment; ``None`` if its repr does not, or a file is missing."""
        return self._once(self._experiments, experiment, lambda: self._experiment(experiment))

    def kind(self, experiment: Experiment) -> str | None:
        """A digest of everything on which it depends whether an experiment's kind is steady.

        It is the same wherever Refute is installed.  ``None`` for experiments that are not
        Refute's, or that read files, and if sources cannot be read.
        """
        kind = kind_of(experiment)
        return self._once(self._kinds, kind, lambda: self._kind(experiment, kind))

    def _kind(self, experiment: Experiment, kind: str) -> str | None:
        parts = list(parts_of(experiment))
        modules = {type(part).__module__ for part in parts} - {"builtins"}
        if _has_an_address(kind) or any(getattr(part, "files", ()) for part in parts):
            return None
        if not all(name.partition(".")[0] == "refute" for name in modules):
            return None
        _, files = _with_packages(modules)
        return digest_of_key(
            {
                "kind": kind,
                "seed": self._settings.seed,
                "code": self._sources.together(
                    self._sources.of_refute({*files, *RUNS_CHUNKS}), below=REFUTE
                ),
                "software": software(),
            }
        )

    def _once(self, known: dict[K, T | None], key: K, make: Callable[[], T | None]) -> T | None:
        """What ``make`` returned the first time; ``None`` once a source has changed."""
        if key not in known:
            known[key] = self._watched(make)
        return known[key] if self._open else None

    def _watched(self, make: Callable[[], T | None]) -> T | None:
        """What ``make`` returns; ``None`` from then on if a source has changed."""
        if not self._open:
            return None
        try:
            return make()
        except ChangedMeanwhile as changed:
            self._open = False
            self._noted(
                f"{changed} changed during the run: from then on, nothing is reused or kept for "
                "later runs"
            )
        except (OSError, SyntaxError):
            pass  # a missing file: the code that needs it will say so
        return None

    def _conditions(self) -> Rest:
        engine = self._sources.of_refute(RUNS_CHUNKS)
        key = {
            "seed": self._settings.seed,
            "effort": self._settings.effort,
            "device": self._settings.device,
            "engine": self._sources.together(engine),
            "surroundings": surroundings(self._settings.device),
            "variables": self._variables,
        }
        return Rest(key, frozenset(engine))

    def _source(self, claim: ClaimClass) -> Rest:
        path, around = claim.path, self._around(claim.suite.folder)
        text = self._sources.text(path)
        python = {path, *around}
        beside = around | self._sources.imported(python) - {path}
        key = {
            "claim": claim_text(text, claim.name),
            "around": self._sources.together(beside),
            "libraries": self._sources.libraries(python),
        }
        return Rest(key, frozenset({path, *beside}))

    def _around(self, folder: Path) -> set[Path]:
        """The files that any claim of a claims folder may use; listed once."""
        if folder not in self._beside:
            self._beside[folder] = {*beside_claims(folder), *conftests(folder, self._root)}
        return self._beside[folder]

    def check(self, claim: ClaimClass, check: str) -> Rest | None:
        """The parts of Refute that a search by a check of the claim may reach."""
        place = claim.nodeid, check
        return self._once(self._checks, place, lambda: self._check(claim, check))

    def _check(self, claim: ClaimClass, check: str) -> Rest:
        path, around = claim.path, self._around(claim.suite.folder)
        helpers = around | self._sources.imported({path, *around})
        names = names_for_check(self._sources.text(path), claim.name, check)
        reached = {*self._sources.of_refute(helpers - {path}, names), *SEARCHES}
        return Rest({"reached": self._sources.together(reached)}, frozenset(reached))

    def _experiment(self, experiment: Experiment) -> Rest | None:
        text = repr(experiment)
        if _has_an_address(text):
            return None
        parts = list(parts_of(experiment))
        names, modules = _with_packages({type(part).__module__ for part in parts})
        code = modules | self._sources.imported(modules) | self._sources.of_refute(modules)
        files = {Path(file) for part in parts for file in getattr(part, "files", ())}
        key = {
            "experiment": text,
            "type": f"{type(experiment).__module__}.{type(experiment).__qualname__}",
            "chunk": experiment.chunk,
            "stream": experiment.stream,
            "modules": names,
            "code": self._sources.together(code),
            "files": self._sources.together(files),
        }
        return Rest(key, frozenset(code | files))


@dataclass(frozen=True)
class ClaimArchive:
    """The measurements of earlier runs under the conditions of one claim: an engine's archive."""

    reusing: Reusing
    claim: ClaimClass
    source: Rest

    @property
    def where(self) -> str:
        return self.reusing.where

    def chunks(self, experiment: Experiment) -> Mapping[int, Chunk]:
        store, rest = self._of_experiment(experiment)
        return {} if store is None else store.chunks(rest.key, experiment.chunk)

    def keep(self, experiment: Experiment, chunks: Mapping[int, Chunk]) -> None:
        store, rest = self._of_experiment(experiment)
        if store is not None:
            store.keep_chunks(rest.key, experiment.chunk, chunks, rest.files)

    def replace(self, experiment: Experiment, chunks: Mapping[int, Chunk], *, why: str) -> None:
        store, rest = self._of_experiment(experiment)
        if store is not None:
            store.replace_chunks(rest.key, experiment.chunk, chunks, rest.files, why=why)

    def search(self, check: str, words: EntryKey) -> Search | None:
        """A search by a check that found nothing in an earlier run."""
        store, rest = self._of_search(check, words)
        return None if store is None else store.search(rest.key)

    def keep_search(self, check: str, words: EntryKey, examples: int) -> None:
        """Keep a search that found nothing, with its number of examples."""
        store, rest = self._of_search(check, words)
        if store is not None:
            store.keep_search(rest.key, Search(examples, now(), self.where), rest.files)

    def _of_experiment(self, experiment: Experiment) -> tuple[Store | None, Rest]:
        return self._with_source(self.reusing.experiment(experiment))

    def _of_search(self, check: str, words: EntryKey) -> tuple[Store | None, Rest]:
        rest = self.reusing.check(self.claim, check)
        return self._with_source(None if rest is None else rest | Rest(words, frozenset()))

    def _with_source(self, rest: Rest | None) -> tuple[Store | None, Rest]:
        """The store, if a key can be made, and what an entry rests on besides its surroundings."""
        if rest is None:
            return None, self.source
        return self.reusing.store, self.source | rest


def _has_an_address(text: str) -> bool:
    """Whether a repr shows where an object is in memory, which differs in every run."""
    return " at 0x" in text


def _with_packages(modules: Collection[str]) -> tuple[list[str], set[Path]]:
    """The names of modules and of the packages that they are in, sorted, and their files."""
    parts = [module.split(".") for module in modules]
    names = {".".join(each[:depth]) for each in parts for depth in range(1, len(each) + 1)}
    return sorted(names), {path for name in names if (path := module_file(name)) is not None}
