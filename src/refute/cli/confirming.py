"""Confirming proposals in a terminal, with a single key press for most statements."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import typer

from refute.characters import one_line, printable
from refute.cli.keyboard import Keys
from refute.decision.verdict import Link, Verdict, verdict_of_link
from refute.ledger import CLAIM_ID, ClaimRecord
from refute.linking.context import StatementInContext
from refute.linking.matcher import MOST, Matcher, Proposal
from refute.linking.proposing import Open
from refute.linking.session import LinkingSession
from refute.prose.marks import shown
from refute.prose.reasons import exceptions_of_denial, strictly
from refute.spacing import single_spaced

_KEYS = (
    "1-5 confirm · t and 1-5 reverse (asserts/denies) · p and 1-5 plain, not (can/always) · "
    "r and 1-5 under conditions (readings) · + and 1-5 this claim and another · "
    "? and 1-5 details · c other claim · e claim not encoded yet · a advice · n no claim · "
    "s skip · u undo · q quit"
)
_MARKS = "→ is the mark that a link leads to. It does not say which link is right."
_CHOOSE = "1-5 choose · t and 1-5 reverse (asserts/denies) · any other key: none of these"
_BEFORE = {"t": "Reversed", "p": "Plain", "r": "Under conditions", "+": "One of several"}
"""Keys that may be pressed before a number."""
_ITS_CONDITION = (
    "depends on a condition: if the statement states it, press u, then r and the number, and "
    "name the readings that meet it; otherwise it is marked as if it stated no condition."
)
_ITS_EXCEPTION = (
    "If the statement is about that, press u, then r and the number, and name that "
    "reading; otherwise the statement is refuted."
)
_ADVICE = "says what to do"
_WIDTH = 79


class Confirming:
    """Takes a person through the open statements of a key.

    Args:
        session: the statements, and what was answered.
        claims: all claims, by id.
        matcher: finds claims by words.
        key: returns one key press; by default, of the terminal, as ``line`` does.
        line: asks a question and returns a line of text; Enter alone returns the default.
        tell: prints a line.
    """

    def __init__(
        self,
        session: LinkingSession,
        claims: Mapping[str, ClaimRecord],
        matcher: Matcher,
        *,
        key: Callable[[], str] | None = None,
        line: Callable[[str, str], str] | None = None,
        tell: Callable[[str], None] = lambda text: typer.echo(printable(text)),
    ) -> None:
        self._session, self._claims, self._matcher = session, claims, matcher
        keys = Keys()
        self._key, self._line, self._tell = key or keys, line or keys.line, tell
        self._advice = _ADVICE
        self._unfolded: int | None = None

    def run(self, total: int) -> None:
        """Go through the statements until the last one, or until the person quits."""
        while (current := self._session.current) is not None:
            self._show(current, self._session.done + 1, total)
            if not self._step(current):
                break
        left = total - self._session.done
        self._tell(f"{self._session.done} of {total} seen, {left} left; every answer is saved.")

    def _step(self, current: Open) -> bool:
        """Act on one key press; return false to quit."""
        pressed = self._key()
        match pressed:
            case "q" | "\x04":
                return False
            case "s" | " ":
                self._session.skip()
            case "u":
                if not self._session.undo():
                    self._tell("Nothing to undo.")
            case "n":
                self._session.no_claim()
            case "e":
                self._not_encoded()
            case "+" if not self._shown(current) and current.proposals:
                self._unfolded = current.statement.index
            case "a":
                question = "Why does no experiment decide it?"
                if reason := self._line(question, self._advice).strip():
                    self._advice = reason  # often the next one's reason, too
                    self._session.advice(reason)
            case "c":
                self._another(current)
            case "?":
                self._tell("Details: which number?")
                if (proposal := _chosen(self._shown(current), self._key())) is not None:
                    self._explain(proposal.link.claim)
            case _:
                if not self._confirm(self._shown(current), pressed):
                    self._tell("That key does nothing here.")
        return True

    def _confirm(self, proposals: Sequence[Proposal], pressed: str) -> bool:
        """Confirm a proposal by its number: reversed, made plain, or as one of several if asked.

        Returns false if the key is not the number of a proposal.
        """
        before: set[str] = set()
        while pressed in _BEFORE:
            before.add(pressed)
            self._tell(f"{_BEFORE[pressed]}: which number?")
            pressed = self._key()
        if (proposal := _chosen(proposals, pressed)) is None:
            return False
        link = replace(proposal.link, asserts=proposal.link.asserts != ("t" in before))
        if "r" in before:
            if (named := self._under_conditions(link)) is None:
                return True
            link = named
        exception = None if "p" in before else self._exception(self._session.linked(link))
        if "+" in before:
            self._session.choose(link, plain="p" in before)
            self._tell(f"Chosen: {link.claim}. Which other claim?")
        else:
            self._session.confirm(link, plain="p" in before)
        if self._claims[link.claim].final_verdict is Verdict.DEPENDS and not link.readings:
            self._tell(_wrapped(f"{link.claim} {_ITS_CONDITION}", ""))
        if exception is not None:
            self._tell(_wrapped(f"{exception} {_ITS_EXCEPTION}", ""))
        return True

    def _exception(self, link: Link) -> str | None:
        """What a refuted denial may speak of; ``None`` if there is nothing of that kind."""
        record = self._claims[link.claim]
        verdict = verdict_of_link(link, record.results).verdict
        if not exceptions_of_denial(link, verdict, record):
            return None
        return f"{link.claim}: {strictly(record)}"

    def _under_conditions(self, link: Link) -> Link | None:
        """Ask which readings meet the conditions that the statement states, and for its words.

        Returns ``None`` if none is named.
        """
        names = [reading.name for reading in self._claims[link.claim].role("reading")]
        for number, name in enumerate(names, start=1):
            self._tell(_wrapped(f"{number}  {one_line(name)}", "     "))
        numbers = self._line("Which readings (numbers, such as 1 3)", "").replace(",", " ").split()
        if not numbers or not {*numbers} <= {str(number + 1) for number in range(len(names))}:
            self._tell("No readings named.")
            return None
        question = "Words that state the condition, if any"
        while (stated := single_spaced(self._line(question, ""))) and not self._session.says(
            stated
        ):
            self._tell("The statement has no such words: quote it as it is, or press Enter.")
        chosen = tuple(names[int(number) - 1] for number in dict.fromkeys(numbers))
        return replace(link, readings=chosen, stated=stated)

    def _not_encoded(self) -> None:
        """Ask for the id of a claim that nobody has encoded."""
        name = self._line("An id for the claim, as question/claim", "").strip()
        if name in self._claims:
            self._tell(f"{name} is already encoded: press c.")
        elif CLAIM_ID.fullmatch(name):
            self._session.not_encoded(name)
        elif name:
            self._tell("That is not an id: write question/claim, in lower case with hyphens.")

    def _another(self, current: Open) -> None:
        """Ask for a claim by its id or by words, and let the person choose among the matches."""
        words = self._line("The claim's id, or words from it", "").strip()
        if not words:
            return
        proposals = self._named(words) or self._like(current, words)
        if not proposals:
            self._tell("No claim matches.")
            return
        self._list(proposals[:MOST])
        if (more := len(proposals) - MOST) > 0:
            self._tell(f"  and {more} more: if none of these is right, press c and type more words")
        self._tell(_CHOOSE)
        self._confirm(proposals[:MOST], self._key())

    def _named(self, words: str) -> list[Proposal]:
        """The claim with this id, or else those whose id and sentence contain all the words."""
        if words in self._claims:
            return [Proposal(Link(words), 1.0)]
        parts = words.lower().replace("-", " ").split()
        matches = [
            id
            for id, record in self._claims.items()
            if all(part in f"{id} {record.statement}".lower() for part in parts)
        ]
        # Shorter ids match more closely.
        return [Proposal(Link(id), 1.0) for id in sorted(matches, key=len)]

    def _like(self, current: Open, words: str) -> list[Proposal]:
        """The claims that a statement with these words may make."""
        statement = replace(current.statement, text=words)
        (proposals,) = self._matcher.propose([StatementInContext(statement)])
        return [Proposal(Link(each.link.claim), each.score) for each in proposals]

    def _explain(self, claim: str) -> None:
        """Show the correction of a claim and the outcome of each reading."""
        record = self._claims[claim]
        if record.correction:
            self._tell(_wrapped(f"instead: {one_line(record.correction)}", "     "))
        for reading in record.role("reading"):
            outcome = reading.outcome or "no outcome"
            self._tell(_wrapped(f"{one_line(reading.name)}: {outcome}", "     "))

    def _show(self, current: Open, number: int, total: int) -> None:
        self._tell(f"\n{number} of {total}, line {current.statement.line}")
        if current.in_context.parts:
            context = " · ".join(map(one_line, current.in_context.parts))
            self._tell(_wrapped(f"… {context}", "  "))
        self._tell(_wrapped(f"“{one_line(current.statement.text)}”", "  "))
        if (proposals := self._shown(current)) or not current.proposals:
            self._list(proposals)
        else:
            self._tell(f"  No claim comes close; + shows the nearest ({len(current.proposals)}).")
        self._tell(_wrapped(_KEYS, ""))

    def _shown(self, current: Open) -> tuple[Proposal, ...]:
        """The proposals, unless none comes close and nobody has asked for them."""
        asked = self._unfolded == current.statement.index
        return current.proposals if asked else current.close

    def _list(self, proposals: Sequence[Proposal]) -> None:
        if not proposals:
            self._tell("  No claim is proposed.")
            return
        for number, proposal in enumerate(proposals, start=1):
            link, word = self._session.with_force(proposal.link)
            record = self._claims[link.claim]
            mark = shown(verdict_of_link(link, record.results).verdict)
            because = f", because of “{one_line(word)}”" if word else ""
            force = "" if link.force == "plain" else f", read as “{link.force}”{because}"
            self._tell(f"  {number}  {link.stance} {link.claim}")
            self._tell(_wrapped(one_line(record.statement), "     "))
            self._tell(_wrapped(f"→ {mark.sign} {mark.word}{force}", "     "))
        self._tell(_wrapped(_MARKS, "  "))


def _chosen(proposals: Sequence[Proposal], pressed: str) -> Proposal | None:
    """The proposal with the number that was pressed, if there is one."""
    if not (pressed.isascii() and pressed.isdigit() and 0 < int(pressed) <= len(proposals)):
        return None
    return proposals[int(pressed) - 1]


def _wrapped(text: str, indent: str) -> str:
    return textwrap.fill(text, _WIDTH, initial_indent=indent, subsequent_indent=indent)
