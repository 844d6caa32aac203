"""How long ``refute check`` takes from the shell, and how its work grows with the key.

    python benchmarks/checking.py [--statements 1000 10000] [--rounds 5]

Writes keys of so many statements (headings, prose with maths and code, lists, code blocks), a
link for each by quote, and a ledger of sixty claims as large as a full run's.  Times the command
as a whole process, interleaved with an interpreter that does nothing and with an empty key, which
is what starting up costs.  Then it times the check of a student's notebook that nobody has linked,
against the ledger that comes with Refute: the first one, which learns from the phrases, and the
next, which finds the model in the user's cache folder; wall and processor time.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from tests import make

from refute import ledger as ledgers
from refute.ledger import (
    ClaimRecord,
    Number,
    ReadingRecord,
    SeriesRecord,
)
from refute.wording import roughly

CLAIMS = 60
REPLICATES = 256

REFUTE = Path(sys.executable).with_name("refute")
NOTEBOOK = Path(__file__).parent.parent / "tests" / "cli" / "student.ipynb"


@dataclass(frozen=True)
class Written:
    """A statement of the key as Markdown, and the quote that finds it."""

    markdown: str
    quote: str


# --- the key ---------------------------------------------------------------------------------


def write_key(folder: Path, name: str, statements: int) -> Path:
    """A key of exactly so many statements with its links beside it."""
    key = folder / f"{name}.md"
    written: list[Written] = []
    paragraphs = []
    for paragraph in _paragraphs():
        if len(written) >= statements:
            break
        paragraph = paragraph[: statements - len(written)]
        paragraphs.append("".join(part.markdown for part in paragraph).rstrip(" "))
        written += paragraph
    key.write_text("\n\n".join(paragraphs) + "\n", encoding="utf-8")
    entries = (_entry(at, sentence) for at, sentence in enumerate(written))
    key.with_suffix(".toml").write_text("\n".join(entries), encoding="utf-8")
    return key


def _paragraphs() -> Iterator[list[Written]]:
    """Sections without end: a heading, prose, a list, code and prose again."""
    number = count(1)
    for section in count(1):
        yield [Written(f"## Part {section} of the key", f"Part {section} of the key")]
        yield [sentence for _ in range(6) for sentence in _prose(next(number))]
        yield [_item(next(number)) for _ in range(5)]
        yield [_code(next(number))]
        yield [sentence for _ in range(7) for sentence in _prose(next(number))]


def _prose(number: int) -> list[Written]:
    """One statement, or two where links divide a sentence."""
    match number % 5:
        case 0:
            text = f"With **rate {number}** the loss $L_{{{number}}} = \\sum_i w_i^2$ grows. "
            quote = f"With rate {number} the loss $L_{{{number}}} = \\sum_i w_i^2$ grows."
        case 1:
            text = f"Network {number} has dead units in `layer[{number}]`, *whatever* its width. "
            quote = f"Network {number} has dead units in `layer[{number}]`, whatever its width."
        case 2:
            # The second sentence stands here many times: the first one tells which is meant.
            text = f"Run {number} of the second optimizer converges. It does so without warm-up. "
            quote = f"Run {number} of the second … It does so without warm-up."
        case 3:
            text = f"By [note {number}](https://example.org/{number}), e.g.\nfor SELU, means stay. "
            quote = f"By note {number}, e.g. for SELU, means stay."
        case _:
            first, second = f"Width {number} doubles the cost,", f"but not accuracy 0.{number}."
            return [Written(f"{first} ", first), Written(f"{second} ", second)]
    return [Written(text, quote)]


def _item(number: int) -> Written:
    text = f"Initializer {number} keeps the variance of deep signals at {number} %"
    return Written(f"- {text}\n", text)


def _code(number: int) -> Written:
    lines = [f"layer_{number} = Dense({number}, activation='selu')", f"model.add(layer_{number})"]
    return Written("```python\n" + "\n".join(lines) + "\n```", "\n".join(lines))


def _entry(at: int, statement: Written) -> str:
    claims = f'["bench/claim-{at % CLAIMS}", "bench/claim-{(7 * at + 1) % CLAIMS}"]'
    if at % 13 == 5:
        says = 'advice = "names no task on which it would be better"'
    elif at % 13 == 6:
        says = "not_a_claim = true"
    elif at % 13 == 7:
        says = f'not_encoded = ["bench/not-yet-{at}"]'
    else:
        says = f"{'denies' if at % 7 == 3 else 'asserts'} = {claims}"
    return f"[[statement]]\nquote = '''{statement.quote}'''\n{says}\n"


# --- the ledger ------------------------------------------------------------------------------


def write_ledger(path: Path) -> None:
    """Sixty claims, each with two readings and a control of 256 replicates and a curve."""
    claims = [_claim(number) for number in range(CLAIMS)]
    ledgers.write(make.ledger(claims), path)


def _claim(number: int) -> ClaimRecord:
    id = f"bench/claim-{number}"
    holds = _reading(f"first of {id}", "reading", 2.0, number)
    fails = _reading(f"control of {id}", "control", 5.0, number)
    second = _reading(f"second of {id}", "reading", 5.0 if number % 3 == 0 else 2.0, number)
    verdict = "DEPENDS" if number % 3 == 0 else "SUPPORTED"
    return make.claim(
        id, verdict, [holds, second, fails], statement=f"Quantity {number} is roughly doubled.",
        correction="It depends.",
    )  # fmt: skip


def _reading(name: str, role: str, centre: float, seed: int) -> ReadingRecord:
    outcome, evidence = make.measured(roughly(2), centre, n=REPLICATES, seed=seed)
    evidence.series.append(_curve())
    return make.reading(name, outcome, evidence, role=role)


def _curve() -> SeriesRecord:
    x: list[Number] = [float(step) for step in range(100)]
    levels = [0.1, 0.25, 0.5, 0.75, 0.9]
    falling: list[list[Number]] = [
        [level * 0.987654**step for step in range(100)] for level in levels
    ]
    return SeriesRecord("loss", "curve", "step", "loss", x, levels, falling, log_y=False)


# --- the clock -------------------------------------------------------------------------------


def seconds(
    command: list[str], codes: tuple[int, ...], environment: dict[str, str] | None = None
) -> float:
    """Wall time of a whole process, which must end with one of these codes."""
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    elapsed = time.perf_counter() - started
    if done.returncode not in codes:
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}: {done.stderr}")
    return elapsed


def of_a_notebook(rounds: int) -> dict[str, list[tuple[float, float]]]:
    """Wall and processor seconds of the first check of a student's notebook and of the next."""
    times: dict[str, list[tuple[float, float]]] = {"first": [], "next": []}
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as cache:
            for taken in times.values():
                before = _processor_seconds()
                command = [str(REFUTE), "check", str(NOTEBOOK)]
                wall = seconds(command, (0, 1), {**os.environ, "XDG_CACHE_HOME": cache})
                taken.append((wall, _processor_seconds() - before))
    return times


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--statements", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        write_ledger(home / "verdicts.json")
        commands = {"`python -c pass`": [sys.executable, "-c", "pass"]}
        for statements in (0, *arguments.statements):
            key = write_key(home, f"key{statements}", statements)
            commands[f"`refute check`, {statements:,} statements"] = [
                str(REFUTE), "check", str(key), "--ledger", str(home / "verdicts.json"),
            ]  # fmt: skip
        times: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(arguments.rounds):
            for name, command in commands.items():
                times[name].append(seconds(command, (0, 1)))
    _print(times)
    print("\n| a notebook that nobody has linked | wall, s | processor, s |\n| --- | --- | --- |")
    for name, pairs in of_a_notebook(arguments.rounds).items():
        cells = (_spread(taken) for taken in zip(*pairs, strict=True))
        print(f"| {name} | {' | '.join(cells)} |")


def _spread(taken: Sequence[float]) -> str:
    return f"{statistics.median(taken):.2f} ({min(taken):.2f} to {max(taken):.2f})"


def _print(times: dict[str, list[float]]) -> None:
    medians = {name: statistics.median(taken) for name, taken in times.items()}
    bare, empty, *sizes = medians.values()
    print(
        "| command | ms, median (smallest to largest) | over a bare interpreter | ms above empty |"
    )
    print("| --- | --- | --- | --- |")
    for name, taken in times.items():
        own = f"{1e3 * (medians[name] - empty):.0f}" if medians[name] in sizes else ""
        print(
            f"| {name} | {1e3 * medians[name]:.0f} ({1e3 * min(taken):.0f} to "
            f"{1e3 * max(taken):.0f}) | {medians[name] / bare:.1f} | {own} |"
        )


if __name__ == "__main__":
    main()
