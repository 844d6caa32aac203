"""Writes docs/reference.md, what authors of claims may import: ``python -m tests.reference``."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import cast

import refute.lab
from refute.plugin.measuring import Measure
from refute.plugin.racing import RaceFixture

PAGE = Path(__file__).parents[1] / "docs" / "reference.md"

HEAD = """# Reference

This page lists what authors of claims may import. Everything else is internal to Refute and may
change without notice. [writing-a-claim.md](writing-a-claim.md) shows how to use these modules.
`python -m tests.reference` generates this page from the modules themselves.
"""

MODULES = (
    ("refute", ()),
    ("refute.wording", ()),
    ("refute.quantity", ()),
    ("refute.experiment", ()),
    ("refute.decision.samples", ("Sample", "MeasurementError")),
    ("refute.decision.regions", ("Region",)),
    ("refute.timing", ("Contender",)),
    ("refute.key_code", ()),
    ("refute.sketch", ("sketch",)),
)
"""Modules in full, or the names of them that authors need."""


FIXTURES = {"measure": Measure, "race": RaceFixture}

QUOTED = re.compile(r"""(?<=[:>] )(?:'([^']+)'|"([^"]+)")""")
"""An annotation, which a signature shows as the text that it is."""


def page() -> str:
    """The whole reference."""
    parts = [HEAD]
    for name, wanted in MODULES:
        module = importlib.import_module(name)
        parts.append(f"## `{name}`\n\n{_text(module)}\n")
        parts += [_entry(each, getattr(module, each)) for each in wanted or _public(module)]
    parts.append("## Fixtures\n\nA check asks for them by name.\n")
    parts += [_entry(name, given.__call__) for name, given in FIXTURES.items()]
    parts.append(
        "## The lab\n\nExperiments, networks, data and training. A claim imports what it needs "
        "from `refute.lab.<module>`.\n\n| module | |\n| --- | --- |"
    )
    parts += _lab()
    return "\n".join(parts) + "\n"


def _public(module: ModuleType) -> list[str]:
    if exported := getattr(module, "__all__", None):
        return list(exported)
    own = {name: value for name, value in vars(module).items() if not name.startswith("_")}
    return [
        name for name, value in own.items() if getattr(value, "__module__", "") == module.__name__
    ]


def _entry(name: str, value: object) -> str:
    return f"### {name}\n\n```python\n{_signature(name, value)}\n```\n\n{_text(value)}\n"


def _signature(name: str, value: object) -> str:
    if inspect.isclass(value) and (issubclass(value, Exception) or inspect.isabstract(value)):
        return f"class {name}"
    if not callable(value):
        return name
    shown = str(inspect.signature(cast(Callable[..., object], value))).replace("(self, ", "(")
    return (name + QUOTED.sub(r"\1\2", shown)).removesuffix(" -> None")


def _text(value: object) -> str:
    """A docstring with its roles and literals as Markdown writes them."""
    text = inspect.getdoc(value) or ""
    heading = re.search(r"(?m)^(?:Args|Attributes|Raises|Returns):$", text)
    at = heading.start() if heading else len(text)  # code before it keeps its indentation
    sections = re.sub(r"(?m)^((?:Args|Attributes|Raises|Returns):)\n", r"\1\n\n", text[at:])
    sections = re.sub(r"(?m)^    (\w+): ", r"- `\1`: ", sections)
    sections = re.sub(r"(?m)^ {8}(?=\S)", "  ", sections)
    text = re.sub(r":\w+:`\.?(\w+)`", r"`\1`", text[:at] + sections)
    return re.sub(r"``([^`]+)``", r"`\1`", re.sub(r"::\n", ":\n", text))


def _lab() -> Iterator[str]:
    for found in pkgutil.walk_packages(refute.lab.__path__, "refute.lab."):
        if not found.ispkg:
            first, _, _ = (importlib.import_module(found.name).__doc__ or "").partition("\n")
            yield f"| `{found.name.removeprefix('refute.lab.')}` | {first} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
