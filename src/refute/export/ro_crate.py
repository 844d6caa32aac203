"""RO-Crate 1.1: page, ledger, keys and environment as an archive to deposit.

The metadata is written here, because the package ``rocrate`` would date archives by the clock, so
that no two would be equal, and needs a web client to zip a folder.  The tests read the archive with
it.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

import msgspec

from refute.export.errors import ExportError
from refute.export.ledger_schema import ledger_schema_text
from refute.export.markdown import render as markdown
from refute.files import Unreadable, read_file
from refute.grading.folder import Material
from refute.keys.documents import MAX_WITH_PICTURES
from refute.keys.source import MAX_BYTES
from refute.ledger import Ledger, Source
from refute.plurals import counted
from refute.report.page import render as page

CONTEXT = "https://w3id.org/ro/crate/1.1/context"
SPECIFICATION = "https://w3id.org/ro/crate/1.1"
METADATA = "ro-crate-metadata.json"

_EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The date of every file in the archive: the earliest that a zip can have."""


def render(material: Material) -> bytes:
    """The archive; the same bytes for the same ledger, keys and version of Refute.

    Raises:
        ExportError: a file of the keys is gone.
    """
    files = dict(_files(material))
    graph = _graph(material, files)
    document = {"@context": CONTEXT, "@graph": graph}
    metadata = msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in ((METADATA, metadata), *sorted(files.items())):
            entry = zipfile.ZipInfo(name, _EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    return packed.getvalue()


def _files(material: Material) -> Iterator[tuple[str, bytes]]:
    ledger = material.ledger
    yield "index.html", page(ledger, material.keys, material.faults).encode()
    yield "verdicts.json", msgspec.json.format(msgspec.json.encode(ledger), indent=1)
    yield "ledger.schema.json", ledger_schema_text().encode()
    environment = msgspec.json.encode(ledger.run.environment, order="sorted")
    yield "environment.json", msgspec.json.format(environment, indent=2) + b"\n"
    for name, text in markdown(material).items():
        yield f"fact-checked/{name}", text
    for key in material.keys:  # with their links, if these were accepted
        most = MAX_WITH_PICTURES if key.key.converted else MAX_BYTES
        for path in (key.key.path, key.links_path):
            if path is not None:
                try:
                    yield f"keys/{path.name}", read_file(path, most)
                except Unreadable as error:
                    raise ExportError(f"{path}: {error}") from None


def _graph(material: Material, files: dict[str, bytes]) -> list[dict[str, Any]]:
    ledger = material.ledger
    published = ledger.run.finished or ledger.run.started
    return [
        {
            "@id": METADATA,
            "@type": "CreativeWork",
            "about": {"@id": "./"},
            "conformsTo": {"@id": SPECIFICATION},
        },
        {
            "@id": "./",
            "@type": "Dataset",
            "name": "Answer keys, fact-checked by experiment",
            "description": _description(material),
            "datePublished": published,
            "license": {"@id": "#license"},
            "hasPart": _references(map(quote, sorted(files))),
            "mainEntity": {"@id": "index.html"},
            "mentions": {"@id": "#run"},
            "citation": _references(map(_id_of, ledger.sources)),
        },
        {
            "@id": "#license",
            "@type": "CreativeWork",
            "name": "No licence stated",
            "description": "The answer keys belong to their authors. If you deposit this "
            "archive, state its licence here.",
        },
        *(_file(name, len(data)) for name, data in sorted(files.items())),
        *_provenance(ledger, [name for name in sorted(files) if name.startswith("keys/")]),
        *(_source(source) for source in ledger.sources),
    ]


def _description(material: Material) -> str:
    ledger = material.ledger
    part = " (a part of all claims)" if ledger.run.partial else ""
    return (
        f"{counted(len(ledger.claims), 'claim')}{part}, each checked by experiment, and "
        f"{counted(len(material.keys), 'answer key')} graded by their verdicts. Run with seed "
        f"{ledger.run.seed}, effort {ledger.run.effort}: {ledger.run.command}"
    )


_ABOUT = {
    "index.html": "The report: a single page that needs nothing else",
    "verdicts.json": "The ledger: everything that was measured",
    "ledger.schema.json": "JSON Schema of the ledger",
    "environment.json": "Versions and machine of the run",
}

_FORMATS = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "htm": "text/html",
    "html": "text/html",
    "ipynb": "application/x-ipynb+json",
    "json": "application/json",
    "markdown": "text/markdown",
    "md": "text/markdown",
    "toml": "application/toml",
    "txt": "text/plain",
}


def _file(name: str, size: int) -> dict[str, Any]:
    folder, _, own = name.rpartition("/")
    about = {
        "": _ABOUT.get(name, name),
        "keys": f"Links of the answer key to claims: {own}"
        if own.endswith(".toml")
        else f"The answer key {own}, as it was checked",
        "fact-checked": f"The answer key {own}, fact-checked",
    }[folder]
    return {
        "@id": quote(name),
        "@type": "File",
        "name": about,
        "encodingFormat": _FORMATS[name.rpartition(".")[2].lower()],
        "contentSize": str(size),
    }


def _provenance(ledger: Ledger, keys: list[str]) -> list[dict[str, Any]]:
    """The run: what it used and what it produced."""
    run = ledger.run
    # The machine has no version: it is in environment.json.
    software = {name: text for name, text in run.environment.items() if text[:1].isdigit()}
    action: dict[str, Any] = {
        "@id": "#run",
        "@type": "CreateAction",
        "name": "Fact-checking run",
        "description": run.command,
        "instrument": _references(f"#{quote(name)}" for name in sorted(software)),
        "object": _references(map(quote, keys)),
        "result": [{"@id": "verdicts.json"}, {"@id": "index.html"}],
        "startTime": run.started,
    }
    if run.finished:
        action["endTime"] = run.finished
    return [
        action,
        *(
            {
                "@id": f"#{quote(name)}",
                "@type": "SoftwareApplication",
                "name": name,
                "version": version,
            }
            for name, version in sorted(software.items())
        ),
    ]


def _references(ids: Iterable[str]) -> Any:
    """A single item by itself, several as a list, as the specification requires."""
    references = [{"@id": id} for id in ids]
    return references[0] if len(references) == 1 else references


def _source(source: Source) -> dict[str, Any]:
    entity = {"@id": _id_of(source), "@type": "ScholarlyArticle", "name": source.text}
    return entity | ({"url": source.url} if source.url else {})


def _id_of(source: Source) -> str:
    return f"#source-{quote(source.key)}"
