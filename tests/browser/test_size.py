"""The page can be mailed; how it grows is in ``tests/report/test_growth.py``."""

from __future__ import annotations

from pathlib import Path

MOST_BYTES = 2_500_000


def test_the_page_of_the_five_keys_stays_under_two_and_a_half_megabytes(five_keys: Path) -> None:
    assert five_keys.stat().st_size <= MOST_BYTES
