"""The code of a key in a line: how many faults, how much cannot be told, how much is fine."""

from __future__ import annotations

from refute.keys.checked_code import CheckedCode


def code_score(code: CheckedCode) -> str:
    """``3 error, 1 weak, 2 cannot tell, 14 rules fine``."""
    found = [f"{count} {severity}" for severity, count in code.counts.items() if count]
    if code.doubts:
        found.append(f"{len(code.doubts)} cannot tell")
    found.append(f"{len(code.fine)} rule{'' if len(code.fine) == 1 else 's'} fine")
    if code.unparsed:
        found.append(f"{len(code.unparsed)} not parsed")
    if code.cut:
        found.append("too long to be read to its end")
    return ", ".join(found)
