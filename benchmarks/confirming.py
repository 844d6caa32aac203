"""How many keys a person presses to link a key: ``refute link --confirm`` at a real terminal.

    python -m benchmarks.confirming [KEY ...]

Takes a key that somebody linked, hides its links, starts the command on a pseudo-terminal, and
plays the person who links it so again: reads what is shown, and presses what leads there.  A claim
that is not shown is searched for by the words of its id.  The other keys of its folder teach.  Of
`notes.md`, sixty statements of a student, nothing was learned.  Readings, and forces that no
word of the statement sets, are left to the editor: statements that lack them are counted.

A second table estimates how long a person takes.  What the command makes the person wait is
measured: from each key or line to the last letter of what it leads to.  Reading is estimated from
the words shown, at ``WORDS_A_MINUTE``: of each statement, and of the proposals down to the chosen
one, or of all if none is chosen; or, at most, of everything shown but the line of keys.  Pressing
and deciding are taken from the keystroke-level model (Card, Moran and Newell 1980).
"""

from __future__ import annotations

import argparse
import os
import pty
import re
import select
import shutil
import sys
import tempfile
import termios
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from refute.decision.verdict import Force, Link
from refute.keys.links import link
from refute.keys.own_quotes import own_quotes
from refute.keys.prompts import needs_entry
from refute.keys.reader import read_key

ROOT = Path(__file__).parent.parent
LEDGER = ROOT / "reports" / "verdicts.json"
KEYS = (ROOT / "answers" / "003.md", ROOT / "benchmarks" / "notes.md")

_LISTED = re.compile(r"^ +([1-9])  (asserts|denies) (\S+)((?:\n     .*)*)", re.MULTILINE)
_ENTER = "\r"
_PROMPTS = (": ", "quit\r\n", "none of these\r\n")


WORDS_A_MINUTE = 238
"""How fast adults silently read English (Brysbaert 2019, a review of 190 studies)."""

SECONDS_A_KEY, SECONDS_A_DECISION = 0.28, 1.35
"""Operators of the keystroke-level model: K of an average typist, and M, mental preparation."""


@dataclass
class Effort:
    """What the person did: keys pressed, lines typed and their letters, screens read.

    ``words`` are those that must be read, ``all_words`` those that are shown; ``waits`` are the
    seconds between each key or line and the end of what it leads to.
    """

    statements: int = 0
    with_claims: int = 0
    first: int = 0
    keys: int = 0
    lines: int = 0
    letters: int = 0
    screens: int = 0
    one_key: int = 0
    seconds: float = 0.0
    differing: int = 0
    words: int = 0
    all_words: int = 0
    waits: list[float] = field(default_factory=list)

    def minutes(self, words: int) -> float:
        """The time that a person takes who reads so many words."""
        acting = SECONDS_A_KEY * (self.keys + self.letters) + SECONDS_A_DECISION * self.screens
        return words / WORDS_A_MINUTE + (acting + sum(self.waits)) / 60


class Terminal:
    """The command on a pseudo-terminal."""

    def __init__(self, command: Sequence[str], folder: Path, effort: Effort) -> None:
        self._effort = effort
        self._sent: float | None = None
        self._process, self._file = pty.fork()
        if self._process == 0:
            os.chdir(folder)
            os.execv(command[0], list(command))

    def screen(self) -> str:
        """What is shown until the command waits for a key or a line."""
        shown, until = "", time.monotonic() + 120
        last = time.monotonic()
        while time.monotonic() < until:
            if select.select([self._file], [], [], 0.05 if shown.endswith(_PROMPTS) else 1)[0]:
                try:
                    shown += os.read(self._file, 65536).decode(errors="replace")
                except OSError:  # Linux: the other side is closed
                    return shown
                last = time.monotonic()
            elif shown.endswith(_PROMPTS) or _LISTED.search(shown.replace("\r\n", "\n")):
                self._effort.screens += 1
                if self._sent is not None:
                    self._effort.waits.append(max(last - self._sent, 0.0))
                    self._sent = None
                return shown.replace("\r\n", "\n")
        raise SystemExit(f"the command waits for nothing: {shown[-500:]!r}")

    def press(self, key: str) -> None:
        while termios.tcgetattr(self._file)[3] & termios.ICANON:
            time.sleep(0.005)
        self._effort.keys += 1
        os.write(self._file, key.encode())
        self._sent = time.monotonic()

    def type(self, text: str) -> None:
        self._effort.lines += 1
        self._effort.letters += len(text) + 1
        os.write(self._file, (text + _ENTER).encode())
        self._sent = time.monotonic()

    def close(self) -> None:
        os.close(self._file)
        os.waitpid(self._process, 0)


def linked_again(key: Path) -> Effort:
    """Link a copy of a key as it is linked."""
    wanted = list(_wanted(key))
    effort = Effort(statements=len(wanted))
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        shutil.copytree(ROOT / "claims", folder / "claims")
        shutil.copytree(ROOT / "answers", folder / "answers")
        for name in (key.name, key.with_suffix(".toml").name):
            (folder / "answers" / name).unlink(missing_ok=True)
        shutil.copy(key, folder / "key.md")
        if LEDGER.exists():
            (folder / "reports").mkdir()
            shutil.copy(LEDGER, folder / "reports")
        command = [sys.executable, "-m", "refute", "link", "key.md", "--confirm"]
        terminal = Terminal(command, folder, effort)
        started = time.monotonic()
        shown = terminal.screen()
        for at, entry in enumerate(wanted, start=1):
            assert f"{at} of {len(wanted)}," in shown, shown
            shown = _answered(terminal, shown, entry, effort)
        effort.seconds = time.monotonic() - started
        terminal.close()
        _compare(wanted, folder / "key.md", effort)
    return effort


@dataclass(frozen=True)
class Wanted:
    """What the pieces of a statement say together; their quotes may divide it."""

    links: tuple[Link, ...]
    advice: str | None


def _wanted(key: Path) -> Iterator[Wanted]:
    """What is to be said of every statement that is asked for, by the pieces of the linked key."""
    linked, plain = link(read_key(key)), read_key(key)
    pieces = list(zip(linked.key.statements, linked.entries, strict=True))
    for statement, own in zip(plain.statements, own_quotes(plain), strict=True):
        entries, left = [], _squeezed(statement.text)
        while pieces and (piece := _squeezed(pieces[0][0].text)) in left:
            left = left.partition(piece)[2]
            entries.append(pieces.pop(0)[1])
        asked = statement.kind == "sentence" and needs_entry(statement) and own.quote is not None
        if asked:
            links = {said.claim: said for entry in entries if entry for said in entry.links}
            advice = next((entry.advice for entry in entries if entry and entry.advice), None)
            yield Wanted(tuple(links.values()), advice)


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _answered(terminal: Terminal, shown: str, entry: Wanted, effort: Effort) -> str:
    """Say of the statement that is shown what its entry says; what is shown then."""
    before = effort.keys
    _read(shown, entry, effort)
    if entry.links:
        effort.with_claims += 1
        effort.first += bool(
            (listed := _plain(_listed(shown))) and listed[0] in _plain(entry.links)
        )
        for number, wanted in enumerate(entry.links, start=1):
            shown = _chosen(terminal, shown, wanted, more=number < len(entry.links))
    elif entry.advice is not None:
        terminal.press("a")
        terminal.screen()
        terminal.type("")  # the reason that Enter stands for
        shown = terminal.screen()
    else:
        terminal.press("n")
        shown = terminal.screen()
    effort.one_key += effort.keys == before + 1
    return shown


def _read(shown: str, entry: Wanted, effort: Effort) -> None:
    """Count the words of a statement and of the proposals below it."""
    said, *proposals = re.split(r"^  (?=[1-5]  )", shown.rpartition("1-5 confirm")[0], flags=re.M)
    statement = said.partition("“")[2]
    wanted = {link.claim for link in entry.links}
    at = [number for number, link in enumerate(_listed(shown), start=1) if link.claim in wanted]
    effort.words += sum(map(_words, [statement, *proposals[: max(at, default=5)]]))
    effort.all_words += sum(map(_words, [said, *proposals]))


def _words(text: str) -> int:
    """The number of words; a numeral or a sign alone is none."""
    return sum(any(map(str.isalpha, part)) for part in text.split())


def _chosen(terminal: Terminal, shown: str, wanted: Link, *, more: bool) -> str:
    listed = _listed(shown)
    if wanted.claim not in [link.claim for link in listed]:
        # The nearest are not shown where none comes close: the claim is asked for by its words.
        for words in (wanted.claim.partition("/")[2].replace("-", " "), wanted.claim):
            terminal.press("c")
            terminal.screen()
            terminal.type(words)
            found = terminal.screen()
            listed = _listed(found)
            if wanted.claim in [link.claim for link in listed]:
                break
            if "No claim is like that." not in found:
                terminal.press("x")  # none of these
                terminal.screen()
    at = [link.claim for link in listed].index(wanted.claim)
    if more:
        terminal.press("+")
    if listed[at].asserts != wanted.asserts:
        terminal.press("t")
    if listed[at].force != wanted.force == "plain":
        terminal.press("p")
    terminal.press(str(at + 1))
    return terminal.screen()


def _listed(shown: str) -> list[Link]:
    """The claims of the list that was shown last."""
    found: list[Link] = []
    for number, stance, claim, below in _LISTED.findall(shown):
        if number == "1":
            found = []
        found.append(Link(claim, stance == "asserts", _force(" ".join(below.split()))))
    return found


def _force(below: str) -> Force:
    """The force that the lines below a proposal name."""
    if "read as “can”" in below:
        return "can"
    return "always" if "read as “always”" in below else "plain"


def _plain(links: Sequence[Link]) -> list[Link]:
    return [Link(link.claim, link.asserts) for link in links]


def _compare(wanted: Sequence[Wanted], again: Path, effort: Effort) -> None:
    """Count the statements that came out with another force or reading than they have."""
    made = [entry.links for entry in link(read_key(again)).entries if entry and entry.links]
    asked = [statement.links for statement in wanted if statement.links]
    for links, again_links in zip(asked, made, strict=True):
        assert set(_plain(links)) == set(_plain(again_links)), (links, again_links)
        effort.differing += set(links) != set(again_links)


def main() -> None:
    """Print a row for each key in both tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("keys", nargs="*", type=Path, default=list(KEYS))
    found = {key.name: linked_again(key) for key in parser.parse_args().keys}
    print(
        "| key | statements | first proposal right | keys | by one key | lines typed, letters | "
        "screens | force or readings differ |\n" + "| --- " * 8 + "|"
    )
    for name, effort in found.items():
        print(
            f"| {name} | {effort.statements} | {effort.first} of {effort.with_claims} "
            f"| {effort.keys} | {effort.one_key} | {effort.lines}, {effort.letters} "
            f"| {effort.screens} | {effort.differing} |"
        )
    print(
        "\n| key | words to read, shown | wait after a key, ms, median (largest) | "
        "minutes, estimated (reading everything) |\n" + "| --- " * 4 + "|"
    )
    for name, effort in found.items():
        waits = sorted(1000 * wait for wait in effort.waits)
        print(
            f"| {name} | {effort.words}, {effort.all_words} "
            f"| {median(waits):.0f} ({waits[-1]:.0f}) "
            f"| {effort.minutes(effort.words):.1f} ({effort.minutes(effort.all_words):.1f}) |"
        )


if __name__ == "__main__":
    main()
