"""The ledger that a command uses, and the claims folder and keys that belong to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from refute.cli.defaults import ANSWERS, CLAIMS, LAST_RUN
from refute.files import from_here
from refute.ledger import ClaimRecord, Ledger, read
from refute.ledger.shipped import read_or_shipped
from refute.prose.runs import about_shipped
from refute.suite import folder_of, written_claims


def the_ledger(path: Path | None, tell: Callable[[str], None]) -> tuple[Ledger, bool]:
    """Read the ledger at ``path``, or that of the last run here, or the one Refute comes with.

    Args:
        path: of the ledger; if it is given, no other is read instead.
        tell: called with one line about the run if it is the one Refute comes with.

    Returns:
        The ledger, and whether it is the one Refute comes with.

    Raises:
        LedgerError: it cannot be read.
    """
    if path is not None:
        return read(path), False
    ledger, shipped = read_or_shipped(LAST_RUN)
    if shipped:
        tell(about_shipped(ledger.run))
    return ledger, shipped


@dataclass(frozen=True)
class Home:
    """The claims folder and the folder of keys that a ledger belongs to; they need not exist."""

    claims: Path
    answers: Path


HERE: Final = Home(CLAIMS, ANSWERS)


def home_of(ledger: Ledger, path: Path | None) -> Home | None:
    """Find the folders that a ledger belongs to; ``None`` if they are nowhere near.

    The files of its claims are looked for in the folders above the ledger, from where pytest ran.
    If there are none, its keys are those beside the ledger or beside its folder, and otherwise
    those in the current directory, if the files of its claims are there.

    Args:
        ledger: the ledger.
        path: where it is; without one, it belongs to the folder that the command runs in.
    """
    if path is None:
        return HERE
    above = path.absolute().parents
    claims = next((found for root in above if (found := _claims_below(root, ledger))), None)
    if claims is None:
        for folder in above[:2]:
            if (folder / HERE.answers).is_dir():
                return _shown(folder / HERE.claims, folder / HERE.answers)
        claims = _claims_below(Path.cwd(), ledger)
    if claims is None:
        return None
    return _shown(claims, claims.parent / HERE.answers)


def _shown(claims: Path, answers: Path) -> Home:
    """The folders by the paths that reports show."""
    return Home(Path(from_here(claims)), Path(from_here(answers)))


def _claims_below(root: Path, ledger: Ledger) -> Path | None:
    """The claims folder that contains one of the claims of a ledger."""
    for file, claim in _locations(root, ledger):
        folder = folder_of(file)
        if folder is not None and claim.id in {written.id for written in written_claims(file)}:
            return folder
    return None


def _locations(root: Path, ledger: Ledger) -> Iterator[tuple[Path, ClaimRecord]]:
    for claim in ledger.claims:
        file = root / claim.location.rpartition(":")[0]
        if file.is_file():
            yield file, claim
