"""Points in time as a ledger writes them, for people."""

from __future__ import annotations

import re


def moment(iso: str) -> str:
    """``2026-03-01T12:30:59.123+00:00`` to the minute, with its offset; other text as it is."""
    match = re.fullmatch(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)[\d:.]*(Z|[+-]\d\d:?\d\d)?", iso)
    if match is None:
        return iso
    day, time, offset = match.groups()
    zone = {"Z": " UTC", "+00:00": " UTC", None: ""}.get(offset, f" (UTC{offset})")
    return f"{day} {time}{zone}"
