"""What the README promises of commands and files is there."""

import re

from refute.ledger.shipped import read_or_shipped
from refute.prose.corrections import fill
from tests.packaging import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_sentence_of_the_example_stands_where_the_readme_says():
    quoted, key, first, last = re.search(
        r"> (In effect .*?) \(`(answers/\S+)`, lines (\d+) and (\d+)", README
    ).groups()
    lines = (ROOT / key).read_text(encoding="utf-8").splitlines()[int(first) - 1 : int(last)]

    assert quoted in " ".join(lines)


def test_the_command_that_reproduces_the_example_measures_anew():
    (node,) = re.findall(r"`pytest (\S+) --refute-fresh` reproduces it", README)
    path, _, name = node.partition("::")

    assert f"class {name}:" in (ROOT / path).read_text(encoding="utf-8")


def test_the_claim_that_it_shows_stands_where_it_says():
    path, claim = re.search(
        r"from \[\S+\]\((claims/\S+)\).*?```python\n(.*?)```", README, re.S
    ).groups()
    code = (ROOT / path).read_text(encoding="utf-8")

    assert "It is shortened" in README
    for part in re.split(r" *# \.\.\.\n", claim):
        assert part.strip("\n") in code


def test_its_two_commands_are_those_that_ci_runs():
    install_and_run = re.findall(r"^python3 -m venv .venv && .* && .venv/bin/(.*)$", README, re.M)
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")

    claims, tests = install_and_run
    assert f'"$venv/bin/pytest" {claims.removeprefix("pytest ")} --refute-effort' in ci
    assert f'tests=("$venv/bin/pytest" {tests.removeprefix("pytest ")})' in ci


def test_links_lead_somewhere():
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", README)

    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_its_numbers_are_those_of_the_run_that_comes_with_refute():
    ledger, _ = read_or_shipped(ROOT / "no-such-ledger.json")
    node = re.search(r"`pytest (\S+) --refute-fresh` reproduces it", README)[1]
    (claim,) = (claim for claim in ledger.claims if claim.nodeid == node)
    assert f"The verdict is {claim.verdict}." in README
    measured = {reading.name: reading.evidence for reading in claim.readings}

    row = r"^\| (?:trained with|control:) dropout (.*?) \| (\S+) \| (\d+) of (\d+) (above|at or)"
    rows = re.findall(row, README, re.MULTILINE)
    assert [conditions for conditions, *_ in rows] == ["0.5", "0.2, 0.8", "0.5, then pruned"]
    for conditions, share, count, n, side in rows:
        rates, then, pruned = conditions.partition(", then pruned")
        for rate in rates.split(", "):
            evidence = measured[f"rate {rate}{then}{pruned}"]
            (edge,) = evidence.edges
            at_or_below = edge.wrong
            counted = at_or_below if side == "at or" else evidence.n - at_or_below
            assert (evidence.estimate, counted, evidence.n) == (float(share), int(count), int(n))

    checks = {reading.name: reading.check for reading in claim.readings}
    penalty = "an l1 penalty in its place"
    (near_zero,) = (
        reading
        for reading in claim.readings
        if reading.check == checks[penalty] and reading.role == "reading"
    )
    same = fill(f"the same within {{{near_zero.name}:within}}", claim.readings)
    more = fill(f"an l1 penalty raises it by {{{penalty}:points}}", claim.readings)
    assert f"the share below 0.001 is {same} as without dropout" in README
    assert more in README
