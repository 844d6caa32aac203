"""Formats by name: where they are written, and the messages if they cannot be made."""

from __future__ import annotations

import argparse
import importlib
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import get_type_hints

import pytest

from refute import ledger as ledgers
from refute.cli.commands.ledgers import report
from refute.export.errors import ExportError
from refute.export.formats import FORMATS, Order, format_named, order, printed, write
from refute.plugin.settings import add_options
from tests.make import ledger, material_at
from tests.report.hand_made import KEY, LINKS, one_of_everything

DOCUMENTS = Path(__file__).parents[2] / "docs"


@pytest.fixture
def repository(tmp_path, monkeypatch):
    (tmp_path / "answers").mkdir()
    (tmp_path / "answers" / "key.md").write_text(KEY, encoding="utf-8")
    (tmp_path / "answers" / "key.toml").write_text(LINKS, encoding="utf-8")
    ledgers.write(ledger(one_of_everything()), tmp_path / "reports" / "verdicts.json")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def material(repository):
    return material_at(Path("reports/verdicts.json"), Path("answers"))


def refute(where, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "refute", *arguments],
        cwd=where,
        capture_output=True,
        text=True,
    )


# --- the registry --------------------------------------------------------------------------


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_written_beside_the_ledger(material, name):
    form = FORMATS[name]
    if form.file is None:
        assert printed(Order(form), material).startswith(b"::")
        return
    target = write(Order(form), material)

    assert target == Path("reports") / form.file
    files = sorted(target.iterdir()) if form.many else [target]
    assert all(file.stat().st_size > 100 for file in files)
    assert not list(Path("reports").rglob(".*"))


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_has_a_module_that_says_what_it_is_and_a_chapter(name):
    module = importlib.import_module(f"refute.export.{name.replace('-', '_')}")

    assert module.__doc__
    assert f"## `{name}`" in (DOCUMENTS / "report.md").read_text(encoding="utf-8")


def test_an_order_names_a_format_and_where_it_goes():
    assert order("sarif") == Order(FORMATS["sarif"])
    assert order("sarif=a=b/c.sarif") == Order(FORMATS["sarif"], Path("a=b/c.sarif"))
    for wrong, said in [("html", "unknown format: choose one of markdown, "), ("ctrf=", "no path")]:
        with pytest.raises(ExportError, match=said):
            order(wrong)


def test_a_folder_as_path_receives_the_format_s_own_file(material, tmp_path):
    (tmp_path / "out").mkdir()

    assert write(order("ctrf=out"), material) == Path("out/ctrf.json")
    assert write(order("markdown=out"), material) == Path("out")
    assert (tmp_path / "out" / "key.md").exists()


# --- what goes wrong -----------------------------------------------------------------------


def test_a_place_that_cannot_be_written_is_one_line_and_leaves_nothing(material, tmp_path):
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(ExportError, match=r"file/x\.sarif: cannot be written") as caught:
        write(order("sarif=file/x.sarif"), material)
    assert "\n" not in str(caught.value)
    assert (tmp_path / "file").read_text() == "in the way"


def test_an_export_that_cannot_be_made_leaves_the_last_one_as_it_was(material, monkeypatch):
    target = write(order("sarif"), material)
    before = target.read_bytes()
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space")))

    with pytest.raises(ExportError, match="No space"):
        write(order("sarif"), material)
    assert target.read_bytes() == before
    assert [path.name for path in target.parent.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("name", [form.name for form in FORMATS.values() if form.of_keys])
def test_without_keys_a_format_of_keys_fails_instead_of_writing_an_empty_file(repository, name):
    nothing = material_at(Path("reports/verdicts.json"), Path("nowhere"))

    with pytest.raises(ExportError, match=rf"nowhere: no answer key .* {name} needs one"):
        format_named(name).render(nothing)


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("--format", "pdf"), "refute: 'pdf': unknown format: choose one of markdown, "),
        (("--format", "sarif", "nowhere.json"), "refute: nowhere.json: cannot read the ledger"),
        (("--format", "sarif", "answers/key.md"), "refute: answers/key.md: not a ledger"),
        (("--format", "sarif", "--answers", "no"), "refute: no: no such folder: name the"),
        (("--format", "ctrf", "--output", "answers/key.md/x"), "key.md/x: cannot be written"),
        (
            ("--format", "ctrf", "--format", "sarif", "--output", "x"),
            "works with a single --format",
        ),
        (("--output", "x.html"), "refute: --output x.html: works only with --format"),
    ],
)
def test_bad_input_is_one_clear_line_and_exit_2(repository, arguments, line):
    before = sorted(repository.rglob("*"))
    result = refute(repository, "report", *arguments)

    assert result.returncode == 2
    assert line in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert sorted(repository.rglob("*")) == before


def test_a_faulty_key_is_reported_and_the_others_are_exported(repository):
    (repository / "answers" / "bad.md").write_text("Said.", encoding="utf-8")
    (repository / "answers" / "bad.toml").write_text('[[statement]]\nquote = "no"\n')
    result = refute(repository, "report", "--format", "markdown")

    assert result.returncode == 2
    assert "bad.toml:2: " in result.stderr
    written = repository / "reports" / "keys"
    assert "**(± depends, 2)**" in (written / "key.md").read_text(encoding="utf-8")
    assert "could not be graded" in (written / "bad.md").read_text(encoding="utf-8")


# --- the command ---------------------------------------------------------------------------


def test_the_command_writes_a_file_and_says_where(repository):
    result = refute(repository, "report", "--format", "ctrf", "--output", "out/report.json")

    assert (result.returncode, result.stdout) == (0, "ctrf: out/report.json\n")
    assert (repository / "out" / "report.json").exists()
    assert not (repository / "reports" / "index.html").exists()


def test_several_formats_are_written_by_one_command(repository):
    result = refute(repository, "report", "--format", "summary", "--format", "ctrf")

    assert result.stdout == "summary: reports/summary.md\nctrf: reports/ctrf.json\n"
    assert (repository / "reports" / "summary.md").exists()
    assert (repository / "reports" / "ctrf.json").exists()


def test_standard_output_holds_the_export_and_nothing_else(repository):
    github = refute(repository, "report", "--format", "github")
    summary = refute(repository, "report", "--format", "summary", "--output", "-")

    both = refute(repository, "report", "--format", "github", "--format", "ctrf")

    assert both.stdout == github.stdout
    assert "ctrf: reports/ctrf.json\n" in both.stderr
    assert all(line.startswith("::") for line in github.stdout.splitlines())
    assert len(github.stdout.splitlines()) == 4
    assert summary.stdout.startswith("# Answer keys, fact-checked\n")
    assert not (repository / "-").exists()


@pytest.mark.parametrize("name", FORMATS)
def test_no_format_needs_torch_or_pytest(repository, name):
    code = (
        f"import sys; sys.argv = ['refute', 'report', '--format', {name!r}, '--output', 'x']\n"
        "from refute.cli.commands import main\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code\n"
        "print({'torch', 'pytest', 'scipy', 'hypothesis', 'pybtex'} & set(sys.modules))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=repository, capture_output=True, text=True
    )

    assert result.stdout.splitlines()[-1] == "set()", result.stderr


def test_the_help_names_every_format(repository):
    shown = refute(repository, "report", "--help").stdout
    words = set(re.findall(r"[a-z-]+", shown))

    assert set(FORMATS) <= words


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission_is_one_line(material, tmp_path):
    (tmp_path / "locked").mkdir(mode=0o500)

    with pytest.raises(ExportError, match="Permission denied"):
        write(order("ctrf=locked/x.json"), material)


class Options(argparse.ArgumentParser):
    """A parser with pytest's methods."""

    def getgroup(self, *_: str) -> Options:
        return self

    addoption = argparse.ArgumentParser.add_argument


def test_help_names_every_format_in_its_order():
    options = Options()
    add_options(options)
    of_run = options._option_string_actions["--refute-report"].help
    of_report = get_type_hints(report, include_extras=True)["format"].__metadata__[0].help
    *names, last = FORMATS

    assert f"{', '.join(names)} or {last}" in str(of_run)
    assert f"{', '.join(names)} or {last}" in of_report
