"""Compares the lab's bench and the installed torch with formulas before anything trains."""

from __future__ import annotations

from collections.abc import Iterable
from types import ModuleType

import pytest

from refute.ledger import Bench, Disagreement
from refute.plugin.collecting import ClaimClass

LAB = "refute.lab."


def bench_of(claims: Iterable[ClaimClass]) -> Bench | None:
    """The conformance of the bench that these claims use; ``None`` if they use none."""
    modules = {claim.obj.__module__: claim.getparent(pytest.Module) for claim in claims}
    if not any(module is not None and _uses_lab(module.obj) for module in modules.values()):
        return None
    from refute.lab.bench.conformance.conform import conform

    found = conform()
    wrong = [Disagreement(point.part, point.what, point.detail) for point in found.wrong]
    return Bench(found.torch, len(found.points), wrong)


def _uses_lab(module: ModuleType) -> bool:
    return any(
        str(getattr(value, "__module__", "")).startswith(LAB) for value in vars(module).values()
    )
