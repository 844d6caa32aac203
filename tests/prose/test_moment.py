"""When something was, as people read it."""

import pytest

from refute.prose.moment import moment


@pytest.mark.parametrize(
    ("iso", "text"),
    [
        ("2026-03-01T12:30:59.123456+00:00", "2026-03-01 12:30 UTC"),
        ("2026-03-01T12:30:59Z", "2026-03-01 12:30 UTC"),
        ("2026-03-01T12:30:59+02:00", "2026-03-01 12:30 (UTC+02:00)"),
        ("2026-03-01 12:30", "2026-03-01 12:30"),
        ("yesterday", "yesterday"),
    ],
)
def test_a_moment_is_shown_to_the_minute(iso: str, text: str) -> None:
    assert moment(iso) == text
