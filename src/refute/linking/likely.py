"""The claims that the open statements of a key most likely make: hints, never verdicts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from refute.decision.verdict import Link
from refute.grading.folder import Material, gather
from refute.keys.forces import other_force
from refute.keys.links import LinkedKey, is_open
from refute.ledger import Ledger
from refute.linking.learning import Lessons
from refute.linking.phrases import no_phrases

NO_HINTS = "no statement can be called possibly refuted or possibly depends"


class Likely:
    """Finds likely claims for the open statements of keys.

    It finds none if the claims folder has no phrases, or if the run left out claims: then it would
    know too little.  Claims about the code of a key are left out, because their verdicts say
    nothing about another key.  It learns only when a key has open statements, so other keys are
    graded at once.

    Args:
        ledger: of a run of all claims.
        claims: the claims folder, with its phrases.
        answers: the folder of keys to learn from; it need not exist.
        tell: called once, with one line, if a key has open statements and nothing can be found.
    """

    def __init__(
        self,
        ledger: Ledger,
        claims: Path,
        answers: Path,
        tell: Callable[[str], None] | None = None,
    ) -> None:
        self._in_full = ledger.run.whole
        self._statements = {
            claim.id: claim.statement for claim in ledger.claims if not claim.about_code_of_key
        }
        self._lessons = Lessons(ledger, claims, answers)
        self._claims, self._tell = claims, tell

    def __call__(self, linked: LinkedKey) -> Mapping[int, Link]:
        """Return the likely claims by the index of the statement.

        Raises:
            PhrasesError: the phrases cannot be read.
        """
        if not any(map(is_open, linked.key.statements, linked.entries)):
            return {}
        if (why := self._why_none()) is not None:
            if self._tell is not None:
                self._tell(why)
                self._tell = None
            return {}
        from refute.linking.proposing import open_statements, possibly

        likely = possibly(open_statements(linked, self._lessons.matcher))
        return {
            index: as_meant(linked.key.statements[index].text, link, self._statements[link.claim])
            for index, link in likely.items()
            if link.claim in self._statements
        }

    def _why_none(self) -> str | None:
        if not self._in_full:
            return (
                f"the run did not finish all claims, so {NO_HINTS}: run all of them, or name a "
                "ledger of such a run with --ledger"
            )
        return None if self._lessons.book.claims else no_phrases(self._claims, NO_HINTS)


def as_meant(text: str, link: Link, claim: str) -> Link:
    """The link of a statement that may only say what can be, or what is not always so."""
    force = other_force(text, [link], [claim])
    return replace(link, force=force) if force in ("can", "not always") else link


def material(
    ledger: Ledger, ledger_path: Path, claims: Path, answers: Path, linked: Path
) -> Material:
    """Grade the keys of a folder, with hints at what may be wrong in open statements.

    ``linked`` is the folder of keys to learn from, as for :class:`Likely`: ``refute check`` has the
    same hints only if it learns from the same.
    """
    return gather(ledger, ledger_path, answers, Likely(ledger, claims, linked))
