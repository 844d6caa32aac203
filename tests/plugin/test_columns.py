"""Text that does not fit a terminal is cut, and an ellipsis says so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from refute.plugin.columns import cut


@given(st.text(), st.integers(0, 60))
def test_no_text_is_wider_than_its_columns(text, columns):
    assert cell_len(cut(text, columns)) <= columns


@pytest.mark.parametrize(
    ("columns", "shown"), [(9, "two words"), (8, "two wo …"), (6, "two …"), (1, "…"), (0, "")]
)
def test_what_is_cut_ends_with_an_ellipsis(columns, shown):
    assert cut("two words", columns) == shown


def test_wide_characters_count_twice():
    assert cut("活性化関数", 8) == "活性化 …"
