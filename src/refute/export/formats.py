"""The formats by name, and writing an export."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Literal

from refute.characters import one_line, printable
from refute.export.errors import ExportError
from refute.files import Unwritable, from_here, write_whole
from refute.grading.folder import Material

STDOUT = Path("-")


@dataclass(frozen=True)
class Format:
    """A format, made by ``render`` of the module with its name, which is imported when needed.

    Args:
        name: as the options spell it.
        about: a short description.
        file: its place beside the ledger; a format without one is printed.
        of_keys: whether it needs answer keys.
        many: whether ``file`` is a folder with a file for each key.
        shown: what is printed; ``text`` is cleaned of control characters.
    """

    name: str
    about: str
    file: str | None
    of_keys: bool = False
    many: bool = False
    shown: Literal["text", "commands", "bytes"] = "text"

    def render(self, material: Material) -> dict[str, bytes]:
        """The files by name.

        Raises:
            ExportError: the format needs keys and there are none, or a file is missing.
        """
        if self.of_keys and not material.keys and not material.faults:
            raise ExportError(
                f"{from_here(material.answers)}: no answer key there, and {self.name} needs one: "
                f"put one there, or run refute report --format {self.name} --answers FOLDER"
            )
        module = import_module(f"refute.export.{self.name.replace('-', '_')}")
        try:
            made: bytes | dict[str, bytes] = module.render(material)
        except ExportError:
            raise
        except Exception as error:  # so that a broken format does not stop the others
            raise ExportError(
                f"{self.name}: cannot be made ({type(error).__name__}: {one_line(str(error))}): "
                "this is a fault of Refute, please report it"
            ) from error
        return made if isinstance(made, dict) else {self.file or "": made}


FORMATS: Mapping[str, Format] = {
    format.name: format
    for format in (
        Format("markdown", "each key, fact-checked", "keys", of_keys=True, many=True),
        Format("summary", "a page for a CI job, in Markdown", "summary.md"),
        Format("sarif", "SARIF 2.1.0: statements at their lines", "verdicts.sarif", of_keys=True),
        Format("github", "annotations of a GitHub workflow", None, of_keys=True, shown="commands"),
        Format("ctrf", "CTRF: a test report in JSON", "ctrf.json"),
        Format("claim-review", "schema.org ClaimReview as JSON-LD", "claim-review.jsonld"),
        Format("ro-crate", "an archive to deposit", "refute-crate.zip", shown="bytes"),
    )
}


@dataclass(frozen=True)
class Order:
    """A requested format, and its path; ``None`` for the format's own place."""

    format: Format
    path: Path | None = None

    def target(self, beside: Path) -> Path:
        """The path to write; ``beside`` is the ledger's folder."""
        own = STDOUT if self.format.file is None else Path(self.format.file)
        if self.path is None:
            return own if own == STDOUT else beside / own
        if self.path.is_dir() and not self.format.many and own != STDOUT:
            return self.path / own
        return self.path


def format_named(name: str) -> Format:
    """Return the format with this name.

    Raises:
        ExportError: there is no such format.
    """
    if name not in FORMATS:
        raise ExportError(f"{name!r}: unknown format: choose one of {', '.join(FORMATS)}")
    return FORMATS[name]


def order(text: str) -> Order:
    """Read ``FORMAT`` or ``FORMAT=PATH``.

    Raises:
        ExportError: there is no such format, or no path after the equals sign.
    """
    name, equals, path = text.partition("=")
    if equals and not path:
        raise ExportError(f"{text!r}: no path after =: write {name} or {name}=PATH")
    return Order(format_named(name), Path(path) if equals else None)


def write(order: Order, material: Material) -> Path:
    """Make an export and write it, each file whole or not at all.

    Raises:
        ExportError: it cannot be made, or cannot be written.
    """
    files = order.format.render(material)
    target = order.target(material.ledger_path.parent)
    try:
        for name, data in files.items():
            write_whole(target / name if order.format.many else target, data)
    except Unwritable as error:
        raise ExportError(str(error)) from None
    return target


def printed(order: Order, material: Material) -> bytes:
    """Make an export for standard output; several files follow one another.

    Workflow logs show it, so no line of a key may become a command there.

    Raises:
        ExportError: it cannot be made.
    """
    made = b"\n".join(order.format.render(material).values())
    return printable(made.decode()).encode() if order.format.shown == "text" else made
