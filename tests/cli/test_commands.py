"""The command line, as a person would type it."""

import json
import lzma
import os
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from unittest.mock import Mock

import pytest

from refute import ledger as ledgers
from refute.cli import ledgers as chosen
from refute.cli.commands.keys import check
from tests import make
from tests.difference.runs import run

QUESTIONS = 'whole = "About whole numbers"\n'
CLAIM = '''
from refute import claim, control, reading


@claim("whole/positive", correction="Not {minus one:counterexample}.")
class TestPositive:
    """Whole numbers are positive."""

    @reading("minus one", x=-1, published="fails")
    @control("one", x=1)
    def test_positive(self, x):
        assert x > 0
'''


def refute(where, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "refute", *arguments],
        cwd=where,
        capture_output=True,
        text=True,
        errors="replace",
    )


@pytest.fixture
def repository(tmp_path):
    claims = tmp_path / "claims"
    claims.mkdir()
    (claims / "questions.toml").write_text(QUESTIONS)
    (claims / "test_whole.py").write_text(CLAIM)
    (tmp_path / "answers").mkdir()
    (tmp_path / "answers" / "key.md").write_text("Every whole number is positive.\n")
    (tmp_path / "answers" / "key.toml").write_text(
        '[[statement]]\nquote = "Every whole number is positive."\nasserts = ["whole/positive"]\n'
    )
    return tmp_path


def test_run_check_and_report_work_on_one_ledger(repository):
    run = refute(repository, "run", "--seed", "4", "--fresh", "-q")
    assert run.returncode == 0, run.stdout + run.stderr
    ledger = json.loads((repository / "reports" / "verdicts.json").read_text())
    assert "--refute-seed 4" in ledger["run"]["command"]
    assert "--refute-fresh" in ledger["run"]["command"]
    assert "1 claim: 1 refuted" in run.stdout

    check = refute(repository, "check", "answers/key.md")
    assert check.returncode == 1
    assert check.stdout.startswith("answers/key.md:1:1: refuted: Every whole number is positive.")
    assert "Not x = −1." in check.stdout

    (repository / "reports" / "index.html").unlink()
    report = refute(repository, "report")
    assert report.returncode == 0, report.stderr
    assert "Whole numbers are positive." in (repository / "reports" / "index.html").read_text()


def test_check_reads_the_ledger_once_for_all_keys(repository, monkeypatch, capsys):
    found = make.searched("fails", counterexample="x=-1")
    readings = [make.reading("minus one", "fails", found)]
    refuted = make.ledger([make.claim("whole/positive", "REFUTED", readings)])
    ledgers.write(refuted, repository / "verdicts.json")
    answers = repository / "answers"
    for file in ("key.md", "key.toml"):
        (answers / f"another-{file}").write_bytes((answers / file).read_bytes())
    monkeypatch.chdir(repository)
    read = Mock(wraps=ledgers.read)
    monkeypatch.setattr(chosen, "read", read)

    with pytest.raises(SystemExit) as ended:
        check([Path("answers/key.md"), Path("answers/another-key.md")], Path("verdicts.json"))

    assert ended.value.code == 1
    assert capsys.readouterr().out.count("refuted: Every whole number is positive.") == 2
    read.assert_called_once_with(Path("verdicts.json"))


def test_run_passes_other_arguments_to_pytest(repository):
    run = refute(repository, "run", "-k", "nothing", "-q")

    assert run.returncode == 5  # pytest's: no tests were selected
    assert "2 deselected" in run.stdout


def test_run_passes_on_the_engine_and_its_errors(repository):
    run = refute(repository, "run", "--engine", "dask://nowhere")

    assert run.returncode == 4  # pytest's: wrong usage
    assert "--refute-engine dask://nowhere: give local, or dask://HOST:PORT" in run.stderr


def test_run_has_every_option_of_the_plugin_under_its_short_name(repository):
    """Whatever the plugin knows as --refute-x is --x here, with or without an equals sign."""
    listed = refute(repository, "run", "-h").stdout
    plugin = subprocess.run(
        [sys.executable, "-m", "pytest", "--help"], cwd=repository, capture_output=True, text=True
    ).stdout
    names = set(re.findall(r"^ +--refute-([a-z]+)", plugin, re.M))
    assert len(names) >= 9
    assert set(re.findall(r"^ +--([a-z]+)", listed, re.M)) == names

    run = refute(
        repository, "run", "--reports", "elsewhere", "--report=summary=-", "--seed=3", "-q"
    )
    assert run.returncode == 0, run.stdout + run.stderr
    ledger = json.loads((repository / "elsewhere" / "verdicts.json").read_text())
    assert ledger["run"]["seed"] == 3
    assert "✗ refuted" in run.stdout  # the summary
    assert (repository / "elsewhere" / "index.html").exists()
    assert not (repository / "reports").exists()


def test_a_file_that_is_the_value_of_an_option_is_not_run(two_runs):
    run = refute(two_runs, "run", "--against", "first.json", "-q")

    assert run.returncode == 0, run.stdout + run.stderr
    assert "1 claim: 1 refuted" in run.stdout


def test_the_version_is_printed(tmp_path):
    result = refute(tmp_path, "--version")

    assert result.returncode == 0
    assert result.stdout == f"refute {metadata.version('refute')}\n"


@pytest.mark.parametrize("command", [(), ("check",), ("report",), ("run",), ("new",)])
def test_h_is_help(tmp_path, command):
    result = refute(tmp_path, *command, "-h")

    assert result.returncode == 0
    assert "usage" in result.stdout.lower()


def test_list_shows_every_claim(repository):
    listing = refute(repository, "list")

    assert listing.returncode == 0
    assert listing.stdout.splitlines()[1:] == [
        "About whole numbers",
        "  whole/positive: Whole numbers are positive.",
        "    reading: minus one (fails)",
        "    control: one",
        "    run: pytest claims/test_whole.py::TestPositive",
    ]
    (claim,) = json.loads(refute(repository, "list", "--json").stdout)
    assert claim["id"] == "whole/positive"
    assert claim["readings"] == [
        {
            "name": "minus one",
            "check": "test_positive",
            "role": "reading",
            "of": "sense",
            "published": "fails",
        }
    ]


def test_list_without_outcomes_says_nothing_of_what_is_known(repository):
    (repository / "claims" / "sources.bib").write_text("@misc{a, author={A}, title={T}, year={1}}")
    (repository / "claims" / "test_whole.py").write_text(
        CLAIM.replace('"Not {minus one:counterexample}."', '"Not so.", depends="on it"')
        + '\n\n@claim("whole/meant", "a", documentary="REFUTED", correction="No.")\n'
        'class TestMeant:\n    """It was meant so."""\n'
    )
    listing = refute(repository, "list", "--no-outcomes")
    assert listing.stdout.splitlines()[1:] == [
        "About whole numbers",
        "  whole/positive: Whole numbers are positive.",
        "    reading: minus one",
        "    control: one",
        "    run: pytest claims/test_whole.py::TestPositive",
        "  whole/meant: It was meant so.",
        "    source: a",
    ]
    outcomes = ("fails", "Not so.", "on it", "REFUTED")
    assert all(outcome in refute(repository, "list", "--json").stdout for outcome in outcomes)
    json_without = refute(repository, "list", "--json", "--no-outcomes").stdout
    assert not [outcome for outcome in outcomes if outcome in json_without]
    assert [claim["kinds"] for claim in json.loads(json_without)] == [["searched"], ["cited"]]


def test_new_writes_a_skeleton_that_has_no_verdict_until_it_is_filled_in(repository):
    made = refute(repository, "new", "whole/even-half-of-them")
    assert made.returncode == 0
    assert "claims/test_whole.py: added whole/even-half-of-them" in made.stdout

    listing = refute(repository, "list")
    assert "whole/even-half-of-them" in listing.stdout
    run = refute(repository, "run", "-q")
    assert run.returncode == 1, run.stdout
    assert "2 claims: 1 refuted, 1 no verdict" in run.stdout
    unwrapped = " ".join(run.stdout.split())
    assert "broke: NotImplementedError: this is a skeleton: write the check" in unwrapped

    again = refute(repository, "new", "whole/even-half-of-them")
    assert again.returncode == 2
    assert "is already a claim" in again.stderr


def test_new_puts_the_skeleton_into_the_folder_of_its_question(repository):
    (repository / "claims" / "whole").mkdir()
    made = refute(repository, "new", "whole/odd-ones-out")
    assert made.returncode == 0, made.stderr
    assert (repository / "claims" / "whole" / "test_whole_odd_ones_out.py").exists()
    again = refute(repository, "new", "whole/odd-ones-out")
    assert again.returncode != 0
    assert "is already a claim" in again.stderr


@pytest.mark.parametrize(
    ("questions", "added"),
    [
        ('# Ours\nwhole = "W"  # all', '# Ours\nwhole = "W"  # all\nodd = "Odd"\n'),
        ('"odd" = "O"\n', '"odd" = "O"\n'),
        ("odd='O'", "odd='O'"),
    ],
)
def test_new_adds_a_new_question_once_and_leaves_the_others_as_they_are(
    repository, questions, added
):
    path = repository / "claims" / "questions.toml"
    path.write_text(questions)

    assert refute(repository, "new", "odd/it").returncode == 0

    assert path.read_text() == added


def test_an_id_is_taken_in_any_file_in_which_pytest_looks_for_claims(repository):
    (repository / "claims" / "more_test.py").write_text('@claim("whole/it")\nclass TestIt: ...\n')
    again = refute(repository, "new", "whole/it")
    assert again.returncode == 2
    assert "whole/it: is already a claim (in claims/more_test.py)" in again.stderr


@pytest.mark.parametrize(
    ("file", "content", "line"),
    [
        ("test_latin.py", b"# caf\xe9\n", "claims/test_latin.py: is not UTF-8: save it as UTF-8"),
        ("questions.toml", b'a = "caf\xe9"\n', "claims/questions.toml: is not UTF-8: save it"),
        ("questions.toml", b"a = A\n", "claims/questions.toml: is not valid TOML ("),
        ("test_half.py", None, "claims/test_half.py: cannot be read (Is a directory): check the"),
    ],
)
def test_new_refuses_what_it_cannot_read_in_one_line(repository, file, content, line):
    path = repository / "claims" / file
    path.mkdir() if content is None else path.write_bytes(content)

    result = refute(repository, "new", "half/odd")

    assert result.returncode == 2
    assert result.stderr.startswith(f"refute: {line}")
    assert len(result.stderr.splitlines()) == 1


def test_a_command_that_is_to_be_run_is_quoted_for_the_shell(repository):
    names = ["a key.md", "a key.py", "a folder"]
    for name in names[:2]:
        (repository / name).write_text("It is so.\n")
    (repository / names[2]).mkdir()

    key, code, folder = (refute(repository, "check", name) for name in names)

    assert "`refute link 'a key.md'` writes proposals to a key.toml" in key.stdout
    assert "check it with `refute check --code 'a key.py'`" in code.stderr
    assert "such as 'a folder'/*.md" in folder.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_a_folder_whose_name_is_not_utf_8_is_run_and_checked_like_any_other(repository):
    odd = Path(os.fsdecode(os.fsencode(repository) + b"\xff"))
    repository.rename(odd)

    run = refute(odd, "run", "--report", "ro-crate", "--report", "sarif")
    again = refute(odd, "run")
    link = refute(odd, "link", "answers/key.md")
    check = refute(odd, "check", "answers/key.md")

    assert (run.returncode, again.returncode, link.returncode, check.returncode) == (0, 0, 0, 1)
    assert "1 claim: 1 refuted" in run.stdout
    assert (odd / "reports" / "index.html").is_file()
    assert (odd / "reports" / "verdicts.sarif").is_file()


def test_new_starts_a_claims_folder_from_nothing(tmp_path):
    made = refute(tmp_path, "new", "half/odd")

    assert made.returncode == 0
    assert (tmp_path / "claims" / "questions.toml").read_text() == 'half = "Half"\n'
    assert "half/odd" in refute(tmp_path, "list").stdout


def ledger_of(seed, outcome, verdict):
    """What a run would have left of the repository's claim."""
    positive = make.claim(
        "whole/positive",
        verdict,
        [make.reading("minus one", outcome, make.searched(outcome), published="fails")],
        statement="Whole numbers are positive.",
    )
    return run(make.ledger([positive]), seed=seed)


@pytest.fixture
def two_runs(repository):
    """Two ledgers of the repository: that of seed 7 elsewhere, that of seed 8 in its place."""
    ledgers.write(ledger_of(7, "fails", "REFUTED"), repository / "first.json")
    ledgers.write(ledger_of(8, "fails", "REFUTED"), repository / "reports" / "verdicts.json")
    return repository


def test_diff_exits_1_where_an_outcome_changed_and_0_where_none_did(two_runs):
    same = refute(two_runs, "diff", "first.json", "reports/verdicts.json")
    ledgers.write(ledger_of(8, "holds", "SUPPORTED"), two_runs / "reports" / "verdicts.json")
    changed = refute(two_runs, "diff", "first.json", "reports/verdicts.json")

    assert (same.returncode, changed.returncode) == (0, 1), same.stderr + changed.stderr
    assert "No verdict and no outcome changed (1 claim compared)." in same.stdout
    assert "✗ REFUTED → ✓ SUPPORTED  whole/positive" in changed.stdout
    assert "key.md" not in same.stdout
    assert "  key.md:1: refuted → supported: Every whole number is positive." in changed.stdout
    assert "\x1b" not in changed.stdout  # colours are for terminals


def test_run_and_report_compare_with_the_ledger_that_is_named(two_runs):
    page = two_runs / "reports" / "index.html"

    named = refute(two_runs, "report", "--against", "first.json")
    assert named.returncode == 0, named.stderr
    assert ", seed 7, default effort." in page.read_text()
    ran = refute(two_runs, "run", "--seed", "9", "--against", "first.json", "-q")
    assert ", seed 7, default effort: No verdict" in ran.stdout
    refute(two_runs, "report")
    assert ", seed 8, default effort." in page.read_text()


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("report", "--against", "nowhere.json"), "refute: nowhere.json: cannot read the ledger"),
        (("diff", "nowhere.json", "nothing.json"), "refute: nowhere.json: cannot read the ledger"),
        (("diff",), "refute: reports/previous.json: no complete run before the last one"),
        (("report", "--format", "sarif", "--out", "x"), "refute: --out x: is for the page"),
        (("report", "--output", "x"), "refute: --output x: works only with --format"),
        (("report", "--format", "sarif", "--against", "x"), "refute: --against x: is for the page"),
        (("new", "Half Odd"), "refute: Half Odd: malformed id: write QUESTION/NAME"),
        (("list", "nowhere"), "refute: nowhere: no such folder"),
        (
            ("list", "--verdict", "false"),
            "refute: --verdict FALSE: choose one of SUPPORTED",
        ),
        (("list", "--ledger", "x.json"), "refute: --ledger x.json: is used only with --verdict"),
        (
            ("list", "--verdict", "refuted", "--ledger", "x.json"),
            "refute: x.json: cannot read the ledger",
        ),
        (("report", "--answers", "nowhere"), "refute: nowhere: no such folder: name the folder of"),
        (("report", "nowhere.json"), "refute: nowhere.json: cannot read the ledger"),
        (
            ("check", "answers/key.md", "--ledger", "x.json"),
            "refute: x.json: cannot read the ledger",
        ),
        (("check", "answers/key.md"), "answers/key.toml:3: unknown claim whole/positive: fix the"),
    ],
)
def test_bad_input_is_one_clear_line_and_exit_2(repository, arguments, line):
    result = refute(repository, *arguments)

    assert result.returncode == 2
    assert line in result.stderr
    assert "Traceback" not in result.stderr
    errors = [line for line in result.stderr.splitlines() if not line.startswith(SHIPPED)]
    assert len(errors) == 1


SHIPPED = "Measured by the run that comes with Refute (of "


def test_without_a_run_of_their_own_people_list_by_the_one_that_comes_with_refute(repository):
    result = refute(repository, "list", "--verdict", "refuted")

    assert result.returncode == 0
    shipped, none = result.stderr.splitlines()
    assert shipped.startswith(SHIPPED)
    assert none == "no claim matches"  # it knows no claim of this folder
    assert result.stdout == ""


def test_without_a_run_of_their_own_what_people_check_is_alone_on_the_output(repository):
    (repository / "answers" / "key.toml").write_text(
        '[[statement]]\nquote = "Every"\nasserts = ["dropout/factor-of-two"]\n'
    )
    checked = refute(repository, "check", "answers/key.md")

    assert checked.stderr.startswith(SHIPPED)
    assert checked.stdout.startswith("answers/key.md:")


def test_without_a_run_of_their_own_people_report_by_the_one_that_comes_with_refute(repository):
    (repository / "answers" / "key.toml").write_text(
        '[[statement]]\nquote = "Every"\nasserts = ["dropout/factor-of-two"]\n'
    )
    page = refute(repository, "report")
    exported = refute(repository, "report", "--format", "summary", "--output", "-")

    assert page.stderr.startswith(SHIPPED)
    assert page.stdout == "report: reports/index.html\n"
    assert "dropout/factor-of-two" in (repository / "reports" / "index.html").read_text()
    assert exported.stderr.startswith(SHIPPED)
    assert exported.stdout.startswith("#")


def test_a_compressed_ledger_is_read_like_any_other(two_runs):
    ledger = two_runs / "reports" / "verdicts.json"
    packed = two_runs / "packed.json.xz"
    packed.write_bytes(lzma.compress(ledger.read_bytes()))

    listed = refute(two_runs, "list", "--verdict", "refuted", "--ledger", "packed.json.xz")
    reported = refute(two_runs, "report", "packed.json.xz", "--out", "out")

    assert "whole/positive: Whole numbers are positive." in listed.stdout
    assert reported.returncode == 0, reported.stderr
    assert (two_runs / "out" / "index.html").is_file()


def test_a_claims_folder_with_a_mistake_is_not_listed_but_explained(repository):
    path = repository / "claims" / "test_whole.py"
    path.write_text(path.read_text().replace("whole/positive", "half/positive"))

    result = refute(repository, "list")

    assert result.returncode == 2
    assert "half/positive: unknown question 'half'" in result.stderr


def test_run_outside_a_repository_says_where_to_go(tmp_path):
    result = refute(tmp_path, "run")

    assert result.returncode == 2
    assert "claims: no such folder: run this beside your claims folder" in result.stderr


@pytest.mark.parametrize(
    "arguments", [["check", "answers/key.md"], ["diff", "first.json", "reports/verdicts.json"]]
)
def test_commands_that_only_read_ledgers_import_neither_torch_nor_pytest(two_runs, arguments):
    code = (
        f"import sys; sys.argv = ['refute', *{arguments}]\n"
        "from refute.cli.commands import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print({'torch', 'pytest', 'scipy', 'hypothesis'} & set(sys.modules))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=two_runs, capture_output=True, text=True
    )

    assert result.stdout.splitlines()[-1] == "set()"


def test_a_name_with_a_line_break_starts_no_command_of_a_workflow(repository):
    name = "key\x1b[31m\n::error::broken.md"
    (repository / name).symlink_to("/etc/hostname")

    for arguments in (["check", name], ["check", "--json", name], ["link", name], ["diff", name]):
        result = refute(repository, *arguments)
        said = result.stdout + result.stderr
        assert result.returncode == 2
        assert not [line for line in said.splitlines() if line.lstrip().startswith("::")]
        assert "\x1b" not in said


def test_a_key_in_markdown_on_standard_output_starts_no_command_of_a_workflow(repository):
    (repository / "answers" / "key.md").write_text("::error::a\n\n```\n::error::b\n```\n")
    (repository / "answers" / "key.toml").unlink()
    refute(repository, "run", "-q")

    result = refute(repository, "report", "--format", "markdown", "--output", "-")

    assert "::error::a" in result.stdout
    assert not [line for line in result.stdout.split("\n") if line.startswith("::")]
