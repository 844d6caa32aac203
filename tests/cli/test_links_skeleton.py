"""The skeleton of a links file has every statement, each with an unambiguous quote."""

import re
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from refute.cli.links_skeleton import write_links_skeleton
from refute.cli.skeleton import SkeletonError
from refute.grading.key import grade_file
from refute.keys.graded import Mark
from refute.keys.links import link
from refute.keys.prompts import needs_entry
from refute.keys.reader import read_key
from refute.keys.source import AnswerKeyError
from tests.keys.test_accounting import SHOWN, UNSAID
from tests.linking import small

ROOT = Path(__file__).parents[2]
KEY = """# Title

Is it so? Yes. It is "so": a \\ b. ~~No.~~

Yes.

| a | b |
|---|---|
| Yes. | c |

```python
x = 1
```

"""

HARD_TO_QUOTE = [
    "{} ... {} ", "… {} ", "“{}” ", '"{}" ', "'{}' ", "\\\\{} ", "{}\u00ad{} ", "{}\u0301 ",
    "é. {} ", "{}!\n\n", "*{}*{} ", "{}? ", "**Explain {}.** ", "\t{}\n\n", "`` {}` `` ",
    "{}.{} ", "...\n\n", "\n\n```\n... {}\n```\n\n", "ﬁ{} ", "{}²: ", "{}\u200b ", "-{}- ",
    "[[{}]] ", 'quote = "{}" ', "\n\n[[statement]]\nquote = '{}'\n\n", "\'\'\'{}\'\'\' ",
]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        KEY,
        KEY + f"{'It is so, ' * 40}and that is all.\n",
        *(path.read_text(encoding="utf-8") for path in sorted((ROOT / "answers").glob("*.md"))),
    ],
)
def test_the_skeleton_fits_the_key_once_it_is_filled_in(tmp_path: Path, text: str) -> None:
    path = tmp_path / "key.md"
    path.write_text(text, encoding="utf-8")
    written = write_links_skeleton(path)
    filled = written.read_text(encoding="utf-8").replace("\nquote", "\nnot_a_claim = true\nquote")
    written.write_text(filled, encoding="utf-8")

    linked = link(read_key(path))
    assert len(linked.key.statements) == len(read_key(path).statements)
    for statement, entry in zip(linked.key.statements, linked.entries, strict=True):
        assert (entry is not None) == needs_entry(statement)


def test_a_new_skeleton_leaves_every_statement_unlinked(tmp_path: Path) -> None:
    path = tmp_path / "key.md"
    path.write_text(KEY, encoding="utf-8")
    write_links_skeleton(path)
    graded = grade_file(path, small.ledger())
    marks = {said.mark for said in graded.statements if needs_entry(said.statement)}
    assert marks == {Mark.UNLINKED}
    with pytest.raises(SkeletonError, match=r"key\.toml: exists already"):
        write_links_skeleton(path)


@settings(deadline=None, max_examples=200)
@given(st.lists(st.sampled_from([*SHOWN, *UNSAID, *HARD_TO_QUOTE]), min_size=1, max_size=10))
@example(["{} ... {} ", "{}. ", "{} ... {} "])
@example(["\n\n| a | a |\n|---|---|\n| a | {} |\n"])
def test_the_skeleton_of_any_key_fits_it(pieces: list[str]) -> None:
    number = iter(range(1000))
    # Few words, so that many statements are equal or part of each other.
    text = "".join(re.sub(r"\{\}", lambda _: f"a{next(number) % 3}", piece) for piece in pieces)
    with TemporaryDirectory() as folder:
        path = Path(folder, "key.md")
        path.write_text(text, encoding="utf-8")
        try:
            key = read_key(path)
        except AnswerKeyError:
            return
        written = write_links_skeleton(path).read_text(encoding="utf-8")
        linked = link(key)
    assert [said.text for said in linked.key.statements] == [said.text for said in key.statements]
    open_ = sum(entry is None for entry in linked.entries)
    unquoted = written.count(" cannot be quoted: ")
    assert open_ == unquoted + sum(not needs_entry(said) for said in key.statements)
