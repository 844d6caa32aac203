"""The command line: run the claims, check a key, report, compare, list, start a claim."""

from __future__ import annotations

import os
import sys
from importlib import metadata
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from refute.characters import cleaned

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

CHANGED, BAD_INPUT = 1, 2
CLAIMS = Path("claims")


def main() -> None:
    """Entry point of the ``refute`` command."""
    app()


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"refute {metadata.version('refute')}")
        raise typer.Exit


@app.callback()
def refute(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """Fact-check deep-learning answer keys: each claim an experiment."""


@app.command(
    add_help_option=False,
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)
def run(context: typer.Context) -> None:
    """Run the claims: `refute run -h` lists the options; all else is handed to pytest."""
    from refute.cli.running import RunError
    from refute.cli.running import run as run_pytest

    try:
        code = run_pytest(context.args, CLAIMS)
    except RunError as error:
        _stop(str(error))
    sys.exit(code)


@app.command()
def check(
    keys: Annotated[list[Path], typer.Argument(help="Answer keys: .md, .ipynb, .html, .docx.")],
    ledger: Annotated[
        Path | None,
        typer.Option(help="The ledger to grade against; default: your last run's, or Refute's."),
    ] = None,
    code: Annotated[
        bool,
        typer.Option("--code", help="Only the code: of keys, notebooks (.ipynb) and .py files."),
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Grade answer keys against the last run, and their code by rules; nothing is run."""
    import msgspec

    from refute.cli.checking import as_data, checked, lines, table
    from refute.cli.ledgers import the_ledger
    from refute.ledger import LedgerError
    from refute.linking.likely import Likely

    run, shipped = None, False
    try:
        run, shipped = the_ledger(ledger, typer.echo if not json else None)
    except LedgerError as error:
        if not code:
            _stop(str(error))
    likely = None if run is None else Likely(run, CLAIMS, Path("answers"))
    found = []
    for key in keys:
        found.append(checked(key, run, likely, only_code=code))
        if not json:
            for line in lines(found[-1], run):
                typer.echo(cleaned(line), err=found[-1].fault is not None)
    if json:
        data = as_data(found, run, shipped)
        typer.echo(msgspec.json.format(msgspec.json.encode(data), indent=2).decode())
    elif len(found) > 1:
        typer.echo("\n" + "\n".join(table(found)))
    sys.exit(max(one.status for one in found))


@app.command()
def rules(json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """List the rules by which code is checked."""
    import msgspec

    from refute.cli.code import table
    from refute.keys.code.rules.table import RuleError

    try:
        listed = table()
    except RuleError as error:
        _stop(str(error))
    if json:
        typer.echo(msgspec.json.format(msgspec.json.encode(listed), indent=2).decode())
        return
    for rule in listed:
        typer.echo(f"{rule['id']} ({rule['severity']}): {rule['title']}")
        typer.echo(f"    {rule['fix']}")


@app.command()
def report(
    ledger: Annotated[Path, typer.Argument(help="The ledger to report.")] = Path(
        "reports/verdicts.json"
    ),
    answers: Annotated[Path, typer.Option(help="The folder of the answer keys.")] = Path("answers"),
    out: Annotated[
        Path | None, typer.Option(help="Folder to write; default: the ledger's.")
    ] = None,
    against: Annotated[
        Path | None, typer.Option(help="An earlier ledger; default: the run before.")
    ] = None,
    format: Annotated[
        str | None,
        typer.Option(
            help="markdown, summary, sarif, github, ctrf, claim-review or ro-crate instead of "
            "the page."
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(help="With --format: where to; - is standard output; default: beside."),
    ] = None,
) -> None:
    """Rebuild the report from a ledger, without running anything."""
    if format is not None:
        if out is not None:
            _stop(f"--out {out}: is for the page; --format {format} goes to --output")
        if against is not None:
            _stop(f"--against {against}: is for the page; --format {format} compares no runs")
        _export(ledger, answers, format, output)
        return
    if output is not None:
        _stop(f"--output {output}: belongs to --format; the page goes to --out FOLDER")
    from refute.difference.earlier import DifferenceError, Earlier, read_both
    from refute.keys.folder import gather
    from refute.ledger import LedgerError, read
    from refute.linking.likely import Likely
    from refute.report import ReportError, write_report

    try:
        if against is None:
            earlier, run = None, read(ledger)
        else:
            before, run = read_both(against, ledger)
            earlier = Earlier(against, before, asked=True)
        material = gather(run, ledger, answers, Likely(run, CLAIMS, answers))
        written = write_report(material, out or ledger.parent, earlier)
    except (DifferenceError, LedgerError, ReportError) as error:
        _stop(str(error))
    typer.echo(f"report: {written.page}")
    if written.faults:
        _stop("\n".join(written.faults.values()))


def _export(ledger: Path, answers: Path, format: str, output: Path | None) -> None:
    from refute.export.errors import ExportError
    from refute.export.formats import STDOUT, Order, format_named, told, write
    from refute.keys.folder import gather
    from refute.ledger import LedgerError, read
    from refute.linking.likely import Likely

    try:
        order = Order(format_named(format), output)
        run = read(ledger)
        material = gather(run, ledger, answers, Likely(run, CLAIMS, answers))
        if order.target(ledger.parent) == STDOUT:
            typer.echo(told(order, material), nl=False)
        else:
            typer.echo(f"{format}: {write(order, material)}")
    except (ExportError, LedgerError) as error:
        _stop(str(error))
    if material.faults:
        _stop("\n".join(material.faults.values()))


@app.command()
def diff(
    old: Annotated[Path, typer.Argument(help="The ledger of the earlier run.")] = Path(
        "reports/previous.json"
    ),
    new: Annotated[Path, typer.Argument(help="The ledger of the later run.")] = Path(
        "reports/verdicts.json"
    ),
    answers: Annotated[Path, typer.Option(help="The folder of the answer keys.")] = Path("answers"),
) -> None:
    """Say what changed between two runs; exit 1 if a verdict or an outcome did."""
    from refute.difference.changes import changes
    from refute.difference.earlier import DifferenceError, read_both
    from refute.keys.folder import grade_folder
    from refute.prose.changes import lines

    try:
        before, after = read_both(old, new)
    except DifferenceError as error:
        _stop(str(error))
    keys, faults = grade_folder(answers, after)
    found = changes(before, after, keys)
    for line in lines(found, _styled):
        typer.echo(line)  # without colours where nobody watches
    if faults:
        _stop("\n".join(faults.values()))
    sys.exit(CHANGED if found.changed else 0)


@app.command("list")
def list_(
    folder: Annotated[Path, typer.Argument(help="The claims folder.")] = CLAIMS,
    question: Annotated[
        str | None, typer.Option(help="Only claims of this question, such as selu.")
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option(help="Only claims that are measured, searched, timed, cited, or about code."),
    ] = None,
    verdict: Annotated[
        str | None, typer.Option(help="Only claims with this verdict in the ledger.")
    ] = None,
    ledger: Annotated[Path, typer.Option(help="The ledger for --verdict.")] = Path(
        "reports/verdicts.json"
    ),
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """List claims with question, statement, readings, controls and sources: all, or some."""
    import msgspec

    from refute.cli.listing import ListingError, Wanted, list_claims
    from refute.ledger import LedgerError

    try:
        claims = Wanted(question, kind, verdict, ledger).among(list_claims(folder))
    except (LedgerError, ListingError) as error:
        _stop(str(error))
    if json:
        typer.echo(msgspec.json.format(msgspec.json.encode(claims), indent=2).decode())
        return
    if not claims:
        typer.echo("no such claim", err=True)
    title = None
    for claim in claims:
        if claim.title != title:
            title = claim.title
            typer.echo(f"\n{title}")
        typer.echo(f"  {claim.id}: {claim.statement}")
        for part in (*claim.readings, *claim.controls):
            published = f" ({part.published})" if part.published else ""
            letter = " (by the letter)" if part.of == "letter" else ""
            typer.echo(f"    {part.role}: {part.name}{letter}{published}")
        for source in claim.sources:
            typer.echo(f"    source: {source.key}{f', {source.where}' if source.where else ''}")


@app.command()
def link(
    key: Annotated[Path, typer.Argument(help="The answer key.")],
    confirm: Annotated[
        bool, typer.Option("--confirm", help="Then go through them, one key press each.")
    ] = False,
    ledger: Annotated[
        Path | None,
        typer.Option(
            help="The ledger that knows the claims; default: your last run's, or Refute's."
        ),
    ] = None,
    claims: Annotated[Path, typer.Option(help="The claims folder, with its phrases.")] = CLAIMS,
    answers: Annotated[Path, typer.Option(help="Linked keys to learn from.")] = Path("answers"),
    ask: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Let a language model behind this address propose."),
    ] = None,
    model: Annotated[str | None, typer.Option(help="With --ask: the model's name.")] = None,
    secret: Annotated[
        str, typer.Option(metavar="NAME", help="With --ask: the variable with the account's key.")
    ] = "OPENAI_API_KEY",
    yes: Annotated[bool, typer.Option("--yes", help="With --ask: send without asking.")] = False,
) -> None:
    """Propose claims for the statements of a key, in the links file beside it."""
    from refute.cli.linking import LinkError, asker, confirm_each, propose

    if (ask is None) != (model is None):
        _stop("--ask URL and --model NAME belong together")
    try:
        asks = None
        if ask is not None and model is not None:
            allowed = (lambda _: True) if yes else typer.confirm
            asks = asker(ask, model, os.environ.get(secret), typer.echo, allowed)
        proposed = propose(key, ledger, claims, answers, typer.echo, asks)
        typer.echo(proposed.told)
        if confirm:
            confirm_each(proposed)
    except LinkError as error:
        _stop(str(error))


@app.command()
def new(
    id: Annotated[
        str | None, typer.Argument(metavar="QUESTION/ID", help="The id of the new claim.")
    ] = None,
    folder: Annotated[Path, typer.Option(help="The claims folder.")] = CLAIMS,
    links: Annotated[
        Path | None, typer.Option(metavar="KEY", help="A key to write the links file of instead.")
    ] = None,
) -> None:
    """Write the skeleton of a claim, or of the links of a key."""
    from refute.cli.links_skeleton import write_links_skeleton
    from refute.cli.skeleton import SkeletonError, write_skeleton
    from refute.keys.source import AnswerKeyError
    from refute.ledger import LedgerError

    if (id is None) == (links is None):
        _stop("name the claim, QUESTION/ID, or with --links the key: one of the two")
    if links is not None:
        try:
            typer.echo(f"{write_links_skeleton(links)}: give each entry what it says")
        except (AnswerKeyError, SkeletonError, LedgerError) as error:
            _stop(str(error))
        return
    assert id is not None
    try:
        path, todo = write_skeleton(id, folder)
    except (SkeletonError, LedgerError, OSError) as error:
        _stop(str(error))
    typer.echo(f"{path}: added {id}; now:")
    for line in todo:
        typer.echo(f"  {line}")


def _styled(text: str, style: str) -> str:
    """In a colour or in bold, unless the person wants none (no-color.org)."""
    if os.environ.get("NO_COLOR"):
        return text
    return typer.style(text, bold=True) if style == "bold" else typer.style(text, fg=style)


def _stop(message: str) -> NoReturn:
    typer.echo(f"refute: {cleaned(message)}", err=True)
    raise SystemExit(BAD_INPUT)


if __name__ == "__main__":
    main()
