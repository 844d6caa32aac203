"""Text on one line."""

import pytest

from refute.spacing import single_spaced


@pytest.mark.parametrize("text", ["a b", "  a\n\tb ", "a\u2028b", "a\r\n\r\nb\n"])
def test_every_run_of_space_becomes_a_space_and_none_is_left_at_the_ends(text):
    assert single_spaced(text) == "a b"
