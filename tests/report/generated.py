"""Ledgers and keys of any size, as real ones are: for tests and benchmarks of whole pages.

The proportions are those of a run of the project's own claims: about five readings and controls a
claim, three of five measured, most of these with series; the others searches, whose control has a
counterexample; a correction for every claim that is not plainly supported.  All words are drawn
from a list, every sentence is another one, and the same arguments give the same files.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import cycle
from pathlib import Path

from msgspec.structs import replace

from refute.decision.regions import Region
from refute.decision.verdict import verdict_of_claim
from refute.ledger import ClaimRecord, Ledger, Question, ReadingRecord, Searched, SeriesRecord
from refute.prose.corrections import fill
from refute.prose.reasons import why_of_claim
from refute.wording import far_better, most, roughly, slower
from tests.make import claim, ledger, measured, quantity, reading, series

VOCABULARY = """
    weights layer gradient dropout momentum rate epoch variance bias network unit signal loss
    training accuracy digits sparse initial deep wide shallow zero normal uniform batch step
    activation mask sample average slower faster better roughly twice half never often always
"""
WORDS = VOCABULARY.split()

REGIONS: list[tuple[Region, float, float]] = [
    (roughly(2), 2.0, 1.1),
    (slower(), 1.6, 1.0),
    (far_better(), 0.6, 0.01),
    (most(), 0.95, 0.05),
]
"""A region, a centre for which it holds, and one for which it fails."""

CODE = '''{decorators}
def test_{name}(self, measure, {condition}):
    """The quantity, under one condition, against the same quantity without it."""
    treated = steps_to_loss({condition}={condition}, depth=3, width=64, loss=0.3)
    untreated = steps_to_loss({condition}=0, depth=3, width=64, loss=0.3)
    measure(treated / untreated, claimed=roughly(2))
'''
COUNTEREXAMPLE = (
    "network=SmallNetwork(widths=({0}, 2, 2), weights=EqualWeights(values=(0.01, 0.01), "
    "nudge=0.1), seed={1}, activation='relu', bias=0.01, loss='cross entropy', "
    "same_targets=False, optimizer='sgd', learning_rate=0.01, steps=1, dropout=0.0)"
)
REPLICATES = 64


def claim_ids(count: int, questions: int = 9) -> list[str]:
    """``count`` ids, spread over the questions."""
    return [f"{WORDS[n % questions]}/claim-{n}" for n in range(count)]


def generated_ledger(ids: Sequence[str]) -> Ledger:
    """A complete run with one claim for each id: every verdict, every kind of evidence."""
    draw = random.Random(0)
    outcomes = cycle(["hhf", "hhf", "hff", "fff", "hh", "hu"])  # h(olds), f(ails), u(ndecided)
    claims = [
        (_measured if number % 5 < 3 else _searched)(id, draw, next(outcomes))
        for number, id in enumerate(ids)
    ]
    names = sorted({id.split("/")[0] for id in ids})
    run = ledger(claims)
    questions = [Question(name, f"What of {name}?") for name in names]
    return Ledger(run=run.run, questions=questions, sources=run.sources, claims=claims)


def _measured(id: str, draw: random.Random, wanted: str) -> ClaimRecord:
    region, holds, fails = draw.choice(REGIONS)
    edge = float(region.low or 0)
    readings = []
    for role, letter in [*zip(cycle(["reading"]), wanted, strict=False), ("control", "")]:
        opposite = "f" if wanted[0] == "h" else "h"
        centre = {"h": holds, "f": fails, "u": edge}[letter or opposite]
        name = _sentence(draw, 5)
        outcome, evidence = measured(
            region,
            centre,
            n=512 if letter == "u" else REPLICATES,
            quantity=quantity("value", _sentence(draw, 9)),
        )
        evidence.series.extend(_series(draw))
        readings.append(reading(name, outcome, evidence, role=role, code=_code(draw, name)))
    return _claim(id, draw, readings, region.words)


def _searched(id: str, draw: random.Random, wanted: str) -> ClaimRecord:
    readings = []
    for number, letter in enumerate(wanted.replace("u", "")):
        check = f"test_search_{number}"
        for role, holds in (("reading", letter == "h"), ("control", letter != "h")):
            found = None if holds else COUNTEREXAMPLE.format(draw.randint(1, 9), draw.random())
            name = _sentence(draw, 5)
            evidence = Searched("every", 100, 0 if holds else 1, counterexample=found)
            outcome = "holds" if holds else "fails"
            readings.append(
                reading(name, outcome, evidence, role=role, check=check, code=_code(draw, name))
            )
    return _claim(id, draw, readings, "always")


def _claim(id: str, draw: random.Random, readings: list[ReadingRecord], words: str) -> ClaimRecord:
    correction = f"{_sentence(draw, 20)} {{{readings[0].name}}} times, {_sentence(draw, 9)}."
    made = claim(
        id,
        None,
        readings,
        statement=f"{_sentence(draw, 10)}, {words}.",
        correction=fill(correction, readings),
    )
    assert made.results is not None
    found = verdict_of_claim(made.results)
    correct = None if found.verdict == "SUPPORTED" else made.correction
    return replace(
        made, verdict=found.verdict.value, why=why_of_claim(made, found), correction=correct
    )


def _series(draw: random.Random) -> Iterator[SeriesRecord]:
    for kind, points in (("curve", 40), ("layers", 20), ("histogram", 101)):
        if draw.random() < 0.75:
            yield series(kind, points, name=_sentence(draw, 3))


def _code(draw: random.Random, name: str) -> str:
    condition = draw.choice(WORDS)
    decorators = f'@reading("{name}", {condition}={draw.random():.3f})'
    return CODE.format(decorators=decorators, name="_".join(name.split()), condition=condition)


def _sentence(draw: random.Random, words: int) -> str:
    """So many words that none is drawn twice."""
    return " ".join(draw.choices(WORDS, k=words))


# --- keys ----------------------------------------------------------------------------------


def write_keys(folder: Path, statements: int, ids: Sequence[str], keys: int = 5) -> list[Path]:
    """Write keys with their links: ``statements`` in all, headings not counted.

    Every claim is asserted or denied by some statement; two of five statements are advice, no
    claims, or of claims not encoded.
    """
    draw = random.Random(1)
    folder.mkdir(parents=True, exist_ok=True)
    paths, claims = [], cycle(ids)
    for number in range(keys):
        size = statements * (number + 1) // keys - statements * number // keys
        path = folder / f"key-{number:03}.md"
        text, links = _key(draw, number, size, claims)
        path.write_text(text, encoding="utf-8")
        path.with_suffix(".toml").write_text(links, encoding="utf-8")
        paths.append(path)
    return paths


def _key(draw: random.Random, number: int, size: int, claims: Iterator[str]) -> tuple[str, str]:
    blocks, links, said = [f"# Answers to chapter {number}"], list[str](), 0
    for shape in cycle(["paragraph", "list", "code", "paragraph", "maths"]):
        count = min(4, size - said)
        if not count:
            return "\n\n".join(blocks) + "\n", "\n".join(links)
        texts = [_sentence(draw, 9).capitalize() + "." for _ in range(count)]
        if shape == "code":
            texts = [f'model.add(Dense(64, name="{texts[0]}"))']
            blocks.append(f"```python\n{texts[0]}\n```")
        elif shape == "list":
            blocks.append("\n".join(f"{at}. *{text}*" for at, text in enumerate(texts, 1)))
        elif shape == "maths":
            texts = [f"With $w_{{{at}}} \\leq 0.5$: {text}" for at, text in enumerate(texts)]
            blocks.append("\n".join(texts))
        else:
            blocks.append(f"## {_sentence(draw, 3).capitalize()}\n\n" + "\n".join(texts))
        links += [_link(text, said + at, claims) for at, text in enumerate(texts)]
        said += len(texts)
    raise AssertionError("cycle() never ends")


def _link(text: str, at: int, claims: Iterator[str]) -> str:
    says = [
        lambda: f'asserts = ["{next(claims)}"]',
        lambda: f'denies = ["{next(claims)}"]',
        lambda: 'advice = "no experiment says what is good for whom"',
        lambda: f'asserts = ["{next(claims)}"]\nnot_encoded = ["chapter/not-encoded-{at}"]',
        lambda: 'not_a_claim = "a question"',
    ][at % 5]()
    return f"[[statement]]\nquote = '''{text}'''\n{says}\n"
