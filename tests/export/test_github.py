"""Annotations: one command on each line, and text of a key never becomes one."""

from __future__ import annotations

import re
from pathlib import Path

from refute.export.github import render
from tests.export.material import material
from tests.make import claim, reading

COMMAND = re.compile(r"^::(error|warning|notice) ([^:]*)::(.*)$")


def commands(*args, **more):
    lines = render(material(*args, **more)).decode().splitlines()
    return [COMMAND.match(line).groups() for line in lines]


def test_every_statement_that_calls_for_attention_is_annotated_at_its_place():
    found = {properties: (kind, text) for kind, properties, text in commands()}

    assert [kind for kind, _ in found.values()] == ["warning", "notice", "error", "error"]
    _, text = found[
        "file=answers/chapter-11.md,line=3,endLine=3,col=41,endColumn=65,"
        "title=depends%3A dropout/factor-of-two"
    ]
    assert text.startswith(
        "Depends: “Yes, by a factor of two.”%0AIt holds for “two hidden layers”; fails for “one "
        "hidden layer”.%0AInstead: The factor grows"
    )


def test_columns_are_left_out_where_a_statement_has_several_lines():
    links = '[[statement]]\nquote = "One that goes on."\nasserts = ["dropout/factor-of-two"]\n'
    ((_, properties, _),) = commands("One that\ngoes on.", links)

    assert "line=1,endLine=2,title=" in properties


def test_a_fault_of_a_key_is_an_error():
    fault = {Path("answers/bad.md"): "answers/bad.toml:1: broken\nanswers/bad.toml:2: too"}

    assert commands(faults=fault)[0] == (
        "error", "file=answers/bad.md", "answers/bad.toml:1: broken%0Aanswers/bad.toml:2: too",
    )  # fmt: skip


def test_text_is_never_a_command():
    hostile = claim(
        "q/x",
        "REFUTED",
        [reading("r", "fails", None)],
        correction="100%\r\n::set-output name=a::b\n::add-mask::c",
    )
    links = '[[statement]]\nquote = "It is so."\nasserts = ["q/x"]\n'
    (line,) = (
        render(material("It is so.\n\n::error::x", links, [hostile], path=Path("a,b:c.md")))
        .decode()
        .splitlines()
    )

    assert line.startswith("::error file=a%2Cb%3Ac.md,line=1,")
    assert "100%25%0A::set-output name=a::b%0A::add-mask::c" in line
