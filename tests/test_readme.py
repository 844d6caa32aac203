"""What the README promises of commands and files is there."""

import re

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


def test_its_two_commands_are_those_that_ci_runs():
    install_and_run = re.findall(r"^python3 -m venv .venv && .* && .venv/bin/(.*)$", README, re.M)
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")

    claims, tests = install_and_run
    assert f'"$venv/bin/pytest" {claims.removeprefix("pytest ")} --refute-effort' in ci
    assert f'tests=("$venv/bin/pytest" {tests.removeprefix("pytest ")})' in ci


def test_links_lead_somewhere():
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", README)

    assert [target for target in targets if not (ROOT / target).exists()] == []
