"""Counts with their noun."""

from refute.plurals import counted


def test_things_are_counted() -> None:
    assert [counted(x, "claim") for x in (0, 1, 2)] == ["0 claims", "1 claim", "2 claims"]
