"""A claims folder as files."""

import pytest

from refute.ledger import Citation
from refute.suite import (
    SuiteError,
    citation,
    claims_files,
    classes_of,
    is_claims_file,
    suite_of,
)


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "claims"
    folder.mkdir()
    (folder / "questions.toml").write_text('init = "Initializing"\n')
    return folder


def test_the_suite_of_a_file_is_the_nearest_folder_with_questions(folder):
    suite = suite_of(folder / "deeper" / "test_init.py")

    assert suite.folder == folder
    assert suite.questions["init"].title == "Initializing"
    assert suite.reports == folder.parent / "reports"
    assert suite.answers == folder.parent / "answers"


def test_without_questions_the_error_says_what_to_write(tmp_path):
    with pytest.raises(SuiteError, match=r"no questions\.toml here or above: create one"):
        suite_of(tmp_path / "nowhere" / "test_init.py")


def test_sources_are_formatted_for_reading_with_an_address(folder):
    (folder / "sources.bib").write_text(
        "@article{he2015, author={He, Kaiming and Sun, Jian}, title={Rectifiers}, "
        "journal={ICCV}, year={2015}, doi={10.1/x}}"
    )

    source = suite_of(folder / "test_init.py").sources["he2015"]

    assert source.text.startswith("Kaiming He and Jian Sun. Rectifiers.")
    assert source.url == "https://doi.org/10.1/x"


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("@book{a, title={T}}", "missing editor in a: add it, or write the entry as @misc"),
        ("@article{a, author={A, B}, title={T}}", "missing journal in a: add it, or write"),
        ("@book{a, crossref={b}}@book{b, crossref={a}}", "missing editor in a: add it, or"),
        ("@book{a, title={T}", "is not valid BibTeX (syntax error in line 1: premature end of"),
    ],
)
def test_a_source_that_cannot_be_formatted_is_named_in_one_line(folder, entry, message):
    (folder / "sources.bib").write_text(entry)

    with pytest.raises(SuiteError) as caught:
        suite_of(folder / "test_init.py")

    assert str(caught.value).startswith(f"{folder / 'sources.bib'}: {message}")
    assert "\n" not in str(caught.value)


def test_a_source_links_only_to_the_web(folder):
    (folder / "sources.bib").write_text("@misc{a, title={T}, url={javascript:alert(1)}}")

    assert suite_of(folder / "test_init.py").sources["a"].url is None


def test_claim_classes_are_found_without_importing(folder):
    (folder / "test_init.py").write_text(
        "import nothing_of_the_kind\n\n"
        '@claim("init/a")\nclass TestA: ...\n\n'
        '@refute.claim("init/b", "x")\nclass TestB: ...\n\n'
        "@other\nclass TestC: ...\n\nclass TestD: ...\n"
    )
    (folder / "test_broken.py").write_text("class (\n")
    (folder / "helper.py").write_text('@claim("init/e")\nclass TestE: ...\n')

    names = {found.rpartition("::")[2] for found in classes_of(folder)}

    assert names == {"TestA", "TestB"}


@pytest.mark.parametrize(
    ("name", "has"),
    [
        ("test_a.py", True),
        ("a_test.py", True),
        ("helper.py", False),
        ("test_a.toml", False),
        ("conftest.py", False),
    ],
)
def test_files_that_may_have_claims_are_those_in_which_pytest_looks(folder, name, has):
    (folder / name).write_text("")

    assert is_claims_file(folder / name) == has
    assert (folder / name in claims_files(folder)) == has


@pytest.mark.parametrize(
    ("id", "can"), [("init/a", True), ("other/a", False), ("init", False), ("Init/A", False)]
)
def test_a_suite_can_have_claims_of_its_questions(folder, id, can):
    assert suite_of(folder / "test_init.py").can_have(id) == can


def test_a_citation_has_a_key_and_a_place():
    assert citation("he2015, 2.2, fig. 3") == Citation("he2015", "2.2, fig. 3")
    assert citation("he2015") == Citation("he2015", None)
