"""Exports that a run was asked for: checked before it begins, made when all else is saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from refute.files import from_here
from refute.plugin.settings import REPORT
from refute.plugin.terminal import Terminal

if TYPE_CHECKING:
    from refute.export.formats import Order
    from refute.grading.folder import Material


class Exports:
    """What ``--refute-report`` asks for, and the results."""

    def __init__(self, config: pytest.Config) -> None:
        """Read the option.

        Raises:
            pytest.UsageError: an unknown format, or no path after the equals sign.
        """
        asked: list[str] = config.getoption(REPORT)
        self._orders = [_order(text) for text in asked]
        self._made: list[tuple[str, bool]] = []  # a text, and whether it is itself an export
        self.failures: list[str] = []

    def write(self, material: Material) -> None:
        """Make them all; a failure is noted and does not stop the others."""
        if not self._orders:
            return
        from refute.export.errors import ExportError
        from refute.export.formats import STDOUT, printed, write

        for order in self._orders:
            try:
                if order.target(material.ledger_path.parent) == STDOUT:
                    if order.format.shown == "bytes":
                        raise ExportError("is not text that can be printed: give a path")
                    text = printed(order, material).decode()
                    self._made.append((text.removesuffix("\n"), True))
                else:
                    written = write(order, material)
                    self._made.append((f"{order.format.name}: {from_here(written)}", False))
            except ExportError as error:
                self.failures.append(f"{REPORT} {order.format.name}: {error}")
            except Exception as error:
                # The verdicts of a run took minutes, so a fault in an export must not hide them.
                self.failures.append(f"{REPORT} {order.format.name}: {error!r}: report this fault")

    def print(self, terminal: Terminal) -> None:
        """Say what was made and what was not."""
        for text, exported in self._made:
            (terminal.export if exported else terminal.line)(text)
        for failure in self.failures:
            terminal.note(f"ERROR: {failure}", red=True)


def _order(text: str) -> Order:
    # Imported here, so that a run without exports does not load them.
    from refute.export.errors import ExportError
    from refute.export.formats import order

    try:
        return order(text)
    except ExportError as error:
        raise pytest.UsageError(f"{REPORT} {error}") from None
