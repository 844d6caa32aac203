"""The sources of the project's own claims: the list holds what is cited, and nothing else."""

import ast
from collections.abc import Iterator
from pathlib import Path

from refute.suite import citation, is_claim, suite_of

CLAIMS = Path(__file__).parents[1] / "claims"


def decorators() -> Iterator[ast.Call]:
    """What makes each class of the claims folder a claim, as it is written."""
    for path in CLAIMS.rglob("test_*.py"):
        for node in ast.parse(path.read_bytes()).body:
            if isinstance(node, ast.ClassDef):
                yield from filter(is_claim, node.decorator_list)


def cited(decorator: ast.Call) -> set[str]:
    """The sources of a claim, without their places."""
    _, *sources = map(ast.literal_eval, decorator.args)
    return {citation(source).key for source in sources}


def test_nothing_lies_between_the_entries():
    # BibTeX takes it for a comment, such as the marks that an unfinished merge leaves.
    lines = (CLAIMS / "sources.bib").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not line.startswith("@") or not line.endswith("}}")] == []


def test_every_source_is_cited():
    of_claims = set().union(*map(cited, decorators()))
    assert set(suite_of(CLAIMS / "test_cited.py").sources) == of_claims


def test_what_sources_decide_has_two_of_them():
    documentary = [
        decorator
        for decorator in decorators()
        if any(keyword.arg == "documentary" for keyword in decorator.keywords)
    ]
    assert len(documentary) > 10
    assert [ast.unparse(decorator) for decorator in documentary if len(cited(decorator)) < 2] == []
