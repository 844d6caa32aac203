"""Commands for ledgers: report a run, compare two runs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from refute.cli.defaults import LAST_RUN, RUN_BEFORE, answers_beside
from refute.cli.terminal import CHANGED, say, stop, styled, warn

if TYPE_CHECKING:
    from refute.cli.ledgers import Home
    from refute.grading.folder import Material
    from refute.ledger import Ledger


def _folder(answers: Path | None) -> Path | None:
    if answers is not None and not answers.is_dir():
        stop(f"{answers}: no such folder: name the folder of the answer keys")
    return answers


Answers = Annotated[
    Path | None,
    typer.Option(callback=_folder, help="The folder of the answer keys; default: the ledger's."),
]


def report(
    ledger: Annotated[
        Path | None,
        typer.Argument(help="The ledger of the run; default: your last run's, or Refute's."),
    ] = None,
    answers: Answers = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the page; default: the ledger's.")
    ] = None,
    against: Annotated[
        Path | None, typer.Option(help="An earlier ledger; default: the run before.")
    ] = None,
    format: Annotated[
        list[str] | None,
        typer.Option(
            help="Instead of the page: markdown, summary, sarif, github, ctrf, claim-review or "
            "ro-crate; repeat it for several."
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            help="With --format: the file or folder to write; - is standard output; default: "
            "beside the ledger."
        ),
    ] = None,
) -> None:
    """Rebuild the report from a ledger, without running anything."""
    if format:
        if out is not None:
            stop(f"--out {out}: is for the page: with --format {format[0]}, use --output")
        if against is not None:
            stop(f"--against {against}: is for the page: --format {format[0]} compares no runs")
        if output is not None and len(format) > 1:
            stop(f"--output {output}: works with a single --format: use one command for each")
        _export(ledger, answers, format, output)
        return
    if output is not None:
        stop(f"--output {output}: works only with --format: for the page, use --out FOLDER")
    from refute.cli.ledgers import the_ledger
    from refute.difference.earlier import Earlier
    from refute.difference.reading_both import DifferenceError, read_both
    from refute.ledger import LedgerError
    from refute.report import ReportError, write_report

    try:
        if against is None:
            earlier = None
            run, _ = the_ledger(ledger, warn)
        else:
            before, run = read_both(against, ledger or LAST_RUN)
            earlier = Earlier(against, before, asked=True)
        graded = _graded(run, ledger, answers)
        written = write_report(graded, out or graded.ledger_path.parent, earlier)
    except (DifferenceError, LedgerError, ReportError) as error:
        stop(str(error))
    say(f"report: {written.page}")
    if written.faults:
        stop("\n".join(written.faults.values()))


def _export(
    ledger: Path | None, answers: Path | None, formats: list[str], output: Path | None
) -> None:
    from refute.cli.ledgers import the_ledger
    from refute.export.errors import ExportError
    from refute.export.formats import STDOUT, Order, format_named, printed, write
    from refute.ledger import LedgerError

    try:
        orders = [Order(format_named(name), output) for name in dict.fromkeys(formats)]
        run, _ = the_ledger(ledger, warn)
        graded = _graded(run, ledger, answers)
        printing = [order.target(graded.ledger_path.parent) == STDOUT for order in orders]
        for order, prints in zip(orders, printing, strict=True):
            if prints:
                typer.echo(printed(order, graded), nl=False)
            else:
                say(f"{order.format.name}: {write(order, graded)}", err=any(printing))
    except (ExportError, LedgerError) as error:
        stop(str(error))
    if graded.faults:
        stop("\n".join(graded.faults.values()))


def _graded(run: Ledger, path: Path | None, answers: Path | None) -> Material:
    """The keys of a ledger, graded against it."""
    from refute.linking.likely import material

    home = _home(run, path, answers)
    linked = answers_beside(home.claims)
    return material(run, path or LAST_RUN, home.claims, home.answers, linked)


def _home(run: Ledger, path: Path | None, answers: Path | None) -> Home:
    """The folders of a ledger; if its keys cannot be found, say so."""
    from refute.cli.ledgers import HERE, Home, home_of

    home = home_of(run, path)
    if answers is not None:
        return Home((home or HERE).claims, answers)
    if home is None:
        assert path is not None
        warn(f"{path}: its answer keys are neither beside it nor here: name them with --answers")
        return Home(path.parent / HERE.claims, path.parent / HERE.answers)  # where nothing is
    return home


def diff(
    old: Annotated[Path, typer.Argument(help="The ledger of the earlier run.")] = RUN_BEFORE,
    new: Annotated[Path, typer.Argument(help="The ledger of the later run.")] = LAST_RUN,
    answers: Answers = None,
) -> None:
    """Show what changed between two runs; exit 1 if a verdict or an outcome did."""
    from refute.cli.changes import lines
    from refute.difference.reading_both import DifferenceError, read_both
    from refute.grading.folder import grade_folder
    from refute.prose.changes import changes

    try:
        before, after = read_both(old, new)
    except DifferenceError as error:
        stop(str(error))
    keys, faults = grade_folder(_home(after, new, answers).answers, after)
    found = changes(before, after, keys)
    for line in lines(found, styled):
        typer.echo(line)  # clean already, and coloured
    if faults:
        stop("\n".join(faults.values()))
    sys.exit(CHANGED if found.changed else 0)
