"""What of a claims folder a claim rests on: its part of its module, and the files beside it."""

import ast
from types import SimpleNamespace

from refute.reuse.claim_source import beside_claims, claim_text, conftests, names_for_check

TEXT = '''
from refute import claim
import helper

LIMIT = 3


@claim("one/a")
class TestA:
    """A."""

    def test_it(self):
        assert LIMIT


@claim(
    "one/b",
    correction="x",
)
class TestB:
    """B."""


@claim("one/c")
class TestC:
    """C."""

    other = TestB
    def test_it(self):
        assert TestB.__doc__


class Plain:
    """No claim: any may use it."""
'''


def words(name: str) -> set[str]:
    return {doc for doc in ("A.", "B.", "C.", "No claim") if doc in claim_text(TEXT, name)}


def test_the_text_of_a_claim_leaves_out_the_claims_that_it_does_not_name():
    assert words("TestA") == {"A.", "No claim"}
    assert words("TestB") == {"B.", "No claim"}
    assert words("TestC") == {"B.", "C.", "No claim"}
    assert '@claim("one/b"' not in claim_text(TEXT, "TestA")
    assert "one/b" not in claim_text(TEXT, "TestA")
    assert "LIMIT = 3" in claim_text(TEXT, "TestB")


def test_a_claim_that_the_rest_of_the_module_names_is_part_of_everyone():
    assert "B." in claim_text(TEXT + "\nTestB.helper = 1\n", "TestA")


def test_the_text_of_what_is_no_claim_of_the_module_is_all_of_it():
    assert claim_text(TEXT, "TestElsewhere") == TEXT


def test_beside_the_claims_are_helpers_and_data_but_nothing_for_readers_or_linking(tmp_path):
    for name in (
        "test_a.py", "b_test.py", "conftest.py", "bench.py", "data/digits.csv", "questions.toml",
        "sources.bib", ".hidden/x.py", "__pycache__/bench.pyc", "phrases/one.toml",
        "phrases/words.py", "data/phrases.toml",
    ):  # fmt: skip
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("")
    found = {path.relative_to(tmp_path).as_posix() for path in beside_claims(tmp_path)}
    assert found == {
        "conftest.py", "bench.py", "data/digits.csv", "data/phrases.toml", "phrases/words.py",
    }  # fmt: skip


def test_every_conftest_from_the_claims_up_to_the_root_counts(tmp_path):
    claims = tmp_path / "root" / "middle" / "claims"
    claims.mkdir(parents=True)
    for folder in (tmp_path, tmp_path / "root", claims):
        (folder / "conftest.py").write_text("")
    root = tmp_path / "root"
    assert list(conftests(claims, root)) == [claims / "conftest.py", root / "conftest.py"]


CHECKS = """
from refute import claim, control, reading
from refute.lab.activations.numbers import Number
from refute.wording import roughly
from refute.timing import *
import refute.sketch


@claim("one/a")
class TestA:
    @reading("r", x=1)
    @control("c", x=2)
    def test_measured(self, measure, x):
        measure(x, claimed=roughly(2))

    @reading("s", x=1)
    @control("d", x=2)
    def test_searched(self, x):
        assert self.helper(x)

    def helper(self, x):
        return Number(x)
"""


def test_a_search_rests_on_what_its_check_may_use_of_refute_and_on_no_word_beside_it():
    assert "refute.wording" in names_for_check(CHECKS, "TestA", "test_measured")
    names = names_for_check(CHECKS, "TestA", "test_searched")
    assert "refute.wording" not in names
    assert {"refute.lab.activations.numbers", "refute.timing", "refute.sketch"} <= names


def test_a_check_rests_on_the_other_checks_that_it_calls():
    calling = """
    @reading("t", x=1)
    @control("e", x=2)
    def test_calling(self, x):
        self.test_between(x)

    @reading("u", x=1)
    @control("f", x=2)
    def test_between(self, x):
        self.test_searched(x)
"""
    assert "refute.lab.activations.numbers" in names_for_check(
        CHECKS.replace("self.helper(x)", "Number(x)") + calling, "TestA", "test_calling"
    )


def test_a_module_is_parsed_once_for_its_claims_and_their_checks(monkeypatch):
    parsed = []

    def parse(text):
        parsed.append(text)
        return ast.Module([], [])

    module = f"{CHECKS}\n# read nowhere else\n"
    monkeypatch.setattr(
        "refute.reuse.claim_source.ast", SimpleNamespace(**{**vars(ast), "parse": parse})
    )
    for claim in ("TestA", "TestB"):
        claim_text(module, claim)
        for check in ("test_measured", "test_searched"):
            names_for_check(module, claim, check)
    assert parsed == [module]
