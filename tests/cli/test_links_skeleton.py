"""The skeleton of a links file has every statement, each with an unambiguous quote."""

from pathlib import Path

import pytest

from refute.cli.links_skeleton import write_links_skeleton
from refute.cli.skeleton import SkeletonError
from refute.keys.grading import needs_entry
from refute.keys.links import link
from refute.keys.reader import read_key
from refute.keys.source import AnswerKeyError

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


def test_the_skeleton_is_not_a_links_file_before(tmp_path: Path) -> None:
    path = tmp_path / "key.md"
    path.write_text("ReLU can die.\n", encoding="utf-8")
    write_links_skeleton(path)
    with pytest.raises(
        AnswerKeyError, match=r"key\.toml:\d: the entry says nothing about its quote"
    ):
        link(read_key(path))
    with pytest.raises(SkeletonError, match=r"key\.toml: exists already"):
        write_links_skeleton(path)
