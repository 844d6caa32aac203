"""A statement takes the worst verdict of its claims, reversed where it denies them."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from refute.cli import checked_data, checking, diagnostics
from refute.cli.checking import FOUND
from refute.cli.terminal import BAD_INPUT
from refute.decision.verdict import Link
from refute.grading.key import grade, known_claims
from refute.keys.graded import Graded, GradedKey, Mark
from refute.keys.links import parse_links
from refute.keys.marks import results_of
from refute.keys.reader import parse_key
from refute.ledger import ClaimRecord, Ledger, ReadingRecord, read, write
from refute.prose.statements import explains, reason
from tests import make

OUTCOMES = {"SUPPORTED": "holds", "REFUTED": "fails", "DEPENDS": "holds", "UNDECIDED": "undecided"}


def reading(outcome: str | None, name: str) -> ReadingRecord:
    if outcome is None:
        return make.reading(name, None, None, error="ValueError: broken")
    return make.reading(name, outcome, make.searched(outcome))


def claim(name: str, verdict: str | None, *, complete: bool = True) -> ClaimRecord:
    readings = [reading(OUTCOMES.get(verdict or ""), f"{name} reading")]
    if verdict == "DEPENDS":
        readings.append(reading("fails", "other reading"))
    return make.claim(
        f"q/{name}", verdict if complete else None, readings,
        statement=f"The {name} claim is so.", why=f"is {verdict}.",
        correction=f"Instead of {name}.", complete=complete,
    )  # fmt: skip


def literal() -> ClaimRecord:
    """A claim that holds in its sense, not in its letter."""
    made = claim("literal", "SUPPORTED")
    odd = replace(reading("fails", "odd reading"), of="letter")
    return replace(made, readings=[*made.readings, odd])


CLAIMS = [
    claim("right", "SUPPORTED"),
    claim("wrong", "REFUTED"),
    claim("mixed", "DEPENDS"),
    claim("wrong-too", "REFUTED"),
    claim("open", "UNDECIDED"),
    claim("broken", "NO VERDICT"),
    claim("halfway", "SUPPORTED", complete=False),
    literal(),
]


def ledger(*, partial: bool = False, finished: bool = True) -> Ledger:
    return make.ledger(CLAIMS, partial=partial, finished=finished)


def graded_key(text: str, links: str) -> GradedKey:
    return make.key(text, links, ledger(), Path("k.md"))


def graded(says: str) -> Graded:
    key = graded_key("It is so.", f"[[statement]]\nquote = 'It is so.'\n{says}\n")
    (statement,) = key.statements
    return statement


@pytest.mark.parametrize(
    ("says", "mark", "decisive"),
    [
        ("asserts = ['q/right']", Mark.SUPPORTED, "q/right"),
        ("asserts = ['q/wrong']", Mark.REFUTED, "q/wrong"),
        ("asserts = ['q/mixed']", Mark.DEPENDS, "q/mixed"),
        ("asserts = ['q/open']", Mark.UNDECIDED, "q/open"),
        ("asserts = ['q/broken']", Mark.NO_VERDICT, "q/broken"),
        ("asserts = ['q/halfway']", Mark.NO_VERDICT, "q/halfway"),
        ("asserts = ['q/never-ran']", Mark.NO_VERDICT, "q/never-ran"),
        ("denies = ['q/right']", Mark.REFUTED, "q/right"),
        ("denies = ['q/wrong']", Mark.SUPPORTED, "q/wrong"),
        ("denies = ['q/mixed']", Mark.DEPENDS, "q/mixed"),
        ("asserts = ['q/right', 'q/open', 'q/mixed', 'q/wrong']", Mark.REFUTED, "q/wrong"),
        ("asserts = ['q/wrong', 'q/broken']", Mark.NO_VERDICT, "q/broken"),
        ("asserts = ['q/right']\ndenies = ['q/wrong']", Mark.SUPPORTED, "q/right"),
        ("asserts = ['q/right']\nnot_encoded = ['q/later']", Mark.PARTLY, "q/right"),
        ("asserts = ['q/wrong']\nnot_encoded = ['q/later']", Mark.REFUTED, "q/wrong"),
        ("not_encoded = ['q/later']", Mark.NOT_ENCODED, None),
        ("advice = 'taste'", Mark.ADVICE, None),
        ("not_a_claim = true", Mark.NOT_A_CLAIM, None),
    ],
)
def test_the_mark_of_a_statement(says: str, mark: Mark, decisive: str | None) -> None:
    found = graded(says)
    assert found.mark is mark
    assert (found.decisive and found.decisive.link.claim) == decisive


def test_a_refuted_statement_has_reason_evidence_and_correction() -> None:
    found = graded("asserts = ['q/right', 'q/wrong']")
    assert reason(found) == "is REFUTED."
    assert found.evidence == "wrong reading: counterexample: x=0"
    assert found.correction == "Instead of wrong."
    assert [linked.link.claim for linked in found.claims] == ["q/right", "q/wrong"]


@pytest.mark.parametrize(
    ("says", "mark", "reading"),
    [
        ("asserts = [{claim = 'q/mixed', force = 'can'}]", Mark.SUPPORTED, "mixed reading"),
        ("asserts = [{claim = 'q/mixed', force = 'always'}]", Mark.REFUTED, "other reading"),
        ("denies = [{claim = 'q/mixed', force = 'can'}]", Mark.SUPPORTED, "other reading"),
        ("denies = [{claim = 'q/mixed', force = 'always'}]", Mark.REFUTED, "mixed reading"),
        (
            "asserts = [{claim = 'q/mixed', readings = ['mixed reading']}]",
            Mark.SUPPORTED,
            "mixed reading",
        ),
        (
            "asserts = [{claim = 'q/mixed', readings = ['other reading']}]",
            Mark.REFUTED,
            "other reading",
        ),
        ("asserts = [{claim = 'q/open', force = 'can'}]", Mark.UNDECIDED, "open reading"),
    ],
)
def test_force_and_conditions_decide_the_mark_and_are_explained(
    says: str, mark: Mark, reading: str
) -> None:
    found = graded(says)
    assert found.mark is mark
    assert found.reading is not None
    assert found.reading.name == reading
    assert explains(found)
    assert ("conditions" if "readings" in says else "the sentence speaks of") in reason(found)


def test_a_claim_that_fails_by_the_letter_is_supported_and_says_so() -> None:
    found = graded("asserts = ['q/literal']")
    assert found.mark is Mark.SUPPORTED
    assert explains(found)
    always = graded("asserts = [{claim = 'q/literal', force = 'always'}]")
    assert always.mark is Mark.REFUTED
    assert reason(always).startswith("fails, strictly speaking, for “odd reading”")
    assert always.correction == "Instead of literal."


def test_a_refuted_denial_has_the_correction_of_its_claim() -> None:
    found = graded("denies = [{claim = 'q/mixed', force = 'always'}]")
    assert found.correction == "Instead of mixed."


@pytest.mark.parametrize(
    ("says", "corrections"),
    [
        (
            "asserts = ['q/right', 'q/wrong', 'q/mixed', 'q/wrong-too']",
            ("Instead of wrong.", "Instead of wrong-too."),
        ),
        (
            "asserts = ['q/wrong']\ndenies = ['q/right']",
            ("Instead of wrong.", "The right claim is so."),
        ),
        ("asserts = ['q/mixed', 'q/right']", ("Instead of mixed.",)),
        ("asserts = ['q/wrong', 'q/broken']", ()),
    ],
)
def test_every_link_that_refutes_a_statement_corrects_it(
    says: str, corrections: tuple[str, ...]
) -> None:
    assert graded(says).corrections == corrections


def test_all_corrections_are_in_text_json_and_page() -> None:
    says = "[[statement]]\nquote = 'It is so.'\nasserts = ['q/wrong', 'q/wrong-too']\n"
    key = graded_key("It is so.", says)

    printed = list(diagnostics.lines(key, results_of(ledger())))
    assert "    instead: Instead of wrong." in printed
    assert "    instead: Instead of wrong-too." in printed

    checked = checking.Checked(Path("k.md"), key)
    (statement,) = checked_data.as_data([checked], ledger(), shipped=False)["keys"][0]["statements"]
    assert statement["correction"] == "Instead of wrong. Instead of wrong-too."


def test_what_no_claim_covers_is_counted_and_printed_on_request() -> None:
    says = "[[statement]]\nquote = 'It is so.'\nasserts = ['q/wrong']\n"
    advised = "[[statement]]\nquote = 'Try it.'\nadvice = 'taste'\n"
    later = "[[statement]]\nquote = 'It is old.'\nnot_encoded = ['q/later']\n"
    key = graded_key("It is so. Try it. It is old. Well.", says + advised + later)
    [*found, counts, more] = diagnostics.lines(key, results_of(ledger()))

    assert [line for line in found if line.startswith("k.md:")] == ["k.md:1:1: refuted: It is so."]
    assert counts == (
        "k.md: 4 statements, 1 checked: 1 refuted, 1 not encoded yet, 1 unlinked, 1 advice"
    )
    assert more == ("k.md: `refute check --all` also lists: not encoded yet, unlinked, advice")

    [*everything, last] = diagnostics.lines(key, results_of(ledger()), everything=True)
    assert last == counts
    assert "k.md:1:11: advice: Try it." in everything
    assert "k.md:1:19: not encoded yet: It is old." in everything
    assert "k.md:1:30: unlinked: Well." in everything


def test_a_denial_of_a_claim_that_holds_is_corrected_by_the_claim() -> None:
    assert graded("denies = ['q/right']").correction == "The right claim is so."
    assert graded("denies = ['q/literal']").correction == "Instead of literal."


@pytest.mark.parametrize("says", ["asserts = ['q/right']", "denies = ['q/wrong']"])
def test_a_supported_statement_has_no_correction(says: str) -> None:
    assert graded(says).correction is None


def test_a_statement_that_depends_shows_the_reading_that_fails() -> None:
    assert graded("asserts = ['q/mixed']").evidence == "other reading: counterexample: x=0"


def test_every_statement_is_counted_once() -> None:
    text = "# T\n\nA is so. B is so. C is so.\n"
    links = (
        "[[statement]]\nquote='A is so.'\nasserts=['q/right']\n"
        "[[statement]]\nquote='B is so.'\nadvice='taste'\n"
    )
    key = graded_key(text, links)
    shown = {mark: count for mark, count in key.counts.items() if count}
    assert shown == {Mark.SUPPORTED: 1, Mark.ADVICE: 1, Mark.UNLINKED: 1}
    assert key.checked == 1


@pytest.mark.parametrize("run", [{"partial": True}, {"finished": None}])
def test_a_claim_that_a_partial_run_left_out_is_marked_not_run(run) -> None:
    text = "A is so. B is so. C is so."
    links = "".join(
        f"[[statement]]\nquote='{name} is so.'\nasserts=['q/{claim}']\n"
        for name, claim in (("A", "never-ran"), ("B", "broken"), ("C", "halfway"))
    )
    linked = parse_links(links, Path("k.toml"), parse_key(text, Path("k.md")))
    found = grade(linked, ledger(**run)).statements
    assert [graded.mark for graded in found] == [Mark.NOT_RUN, Mark.NO_VERDICT, Mark.NOT_RUN]
    assert reason(found[0]) == "was not run."
    assert grade(linked, ledger(**run)).checked == 1


def test_a_proposal_is_not_a_verdict() -> None:
    links = "[[statement]]\nquote='A is so.'\nproposed=['asserts q/wrong', 'denies q/right']\n"
    key = graded_key("A is so.", links)
    (found,) = key.statements
    assert found.mark is Mark.PROPOSED
    assert reason(found) == "may assert q/wrong: nobody has confirmed it"
    assert found.proposed == (Link("q/wrong"), Link("q/right", asserts=False))
    assert (found.decisive, found.correction, key.checked) == (None, None, 0)


@pytest.mark.parametrize(
    ("likely", "mark"),
    [
        (Link("q/wrong"), Mark.POSSIBLY_REFUTED),
        (Link("q/right", asserts=False), Mark.POSSIBLY_REFUTED),
        (Link("q/mixed"), Mark.POSSIBLY_DEPENDS),
        (Link("q/right"), Mark.UNLINKED),
        (Link("q/wrong", asserts=False), Mark.UNLINKED),
        (Link("q/never-ran"), Mark.UNLINKED),
    ],
)
def test_a_likely_link_makes_a_statement_possibly_wrong_but_never_refuted(
    likely: Link, mark
) -> None:
    key = parse_key("A is so.", Path("k.md"))
    (found,) = grade(parse_links("", Path("k.toml"), key), ledger(), {0: likely}).statements
    assert found.mark is mark
    assert found.decisive is None
    if mark is not Mark.UNLINKED:
        assert likely.claim in reason(found)
        assert found.proposed == (likely,)


def test_a_link_by_a_person_takes_precedence_over_a_likely_one() -> None:
    key = parse_key("A is so.", Path("k.md"))
    linked = parse_links("[[statement]]\nquote='A is so.'\nadvice='taste'", Path("k.toml"), key)
    (found,) = grade(linked, ledger(), {0: Link("q/wrong")}).statements
    assert found.mark is Mark.ADVICE


def test_a_question_needs_no_entry() -> None:
    key = graded_key("Does ReLU die? It does. (Does SELU?)", "")
    assert [graded.mark for graded in key.statements] == [
        Mark.NOT_A_CLAIM, Mark.UNLINKED, Mark.NOT_A_CLAIM,
    ]  # fmt: skip


def test_claims_of_an_unfinished_or_partial_run_are_not_all_known() -> None:
    known = known_claims(ledger())
    assert known is not None
    assert known.keys() == {claim.id for claim in CLAIMS}
    assert known["q/mixed"] == ["mixed reading", "other reading"]
    assert known_claims(ledger(partial=True)) is None
    assert known_claims(ledger(finished=False)) is None


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a ledger and a key of five statements on their own lines."""
    monkeypatch.chdir(tmp_path)
    write(ledger(), tmp_path / "verdicts.json")
    (tmp_path / "k.md").write_text(
        "A is so.\n\nB is so.\n\nC is so.\n\nD is so.\n\nE is so.\n", encoding="utf-8"
    )
    return tmp_path


def link(folder: Path, **says: str) -> None:
    entries = [f"[[statement]]\nquote='{name} is so.'\n{what}\n" for name, what in says.items()]
    (folder / "k.toml").write_text("".join(entries), encoding="utf-8")


def checked() -> tuple[str, int]:
    ledger = read(Path("verdicts.json"))
    found = checking.checked(Path("k.md"), ledger, None, only_code=False)
    return "\n".join(checking.lines(found, ledger, everything=True)), found.status


def test_diagnostics_look_like_a_compilers_and_refuted_exits_1(folder: Path) -> None:
    link(
        folder,
        A="asserts=['q/right']",
        B="asserts=['q/wrong']\nnot_encoded=['q/later']",
        C="advice='taste'",
        D="not_a_claim=true",
    )
    text, code = checked()
    assert code == FOUND
    assert text.splitlines() == [
        "k.md:3:1: refuted: B is so.",
        "    q/wrong: is REFUTED.",
        "    wrong reading: counterexample: x=0",
        "    instead: Instead of wrong.",
        "    not encoded yet: q/later",
        "k.md:5:1: advice: C is so.",
        "    taste",
        "k.md:9:1: unlinked: E is so.",
        "    no entry in the links accounts for it",
        "k.md: 5 statements, 2 checked: 1 refuted, 1 supported, 1 unlinked, 1 advice, "
        "1 not a claim",
    ]


@pytest.mark.parametrize(
    ("sentence", "says", "line"),
    [
        (
            "A may be so.",
            "asserts=['q/mixed']",
            'k.md:1:1: warning: the sentence says “may”: with force = "can" it would be supported, '
            "not depends",
        ),
        ("A is so.", "asserts=[{claim='q/mixed', force='can'}]", None),  # its paragraph says it
        ("A is never so.", "denies=['q/literal']", None),  # of the sense too, it is refuted
        (
            "A is always so.",
            "asserts=['q/literal']",
            'k.md:1:1: warning: the sentence says “always”: with force = "always" it would be '
            "refuted, not supported",
        ),
        ("A is always so.", "asserts=[{claim='q/literal', force='plain'}]", None),  # as chosen
        ("A may be so.", "asserts=['q/right']", None),
        ("A may never be only so.", "asserts=['q/mixed']", "refuted, not depends"),
        ("A may be so, B always.", "asserts=['q/mixed']", None),
        ("A may be so.", "asserts=[{claim='q/mixed', force='can'}]", None),
    ],
)
def test_words_that_would_set_another_mark_give_a_warning(
    folder: Path, sentence: str, says: str, line: str | None
) -> None:
    (folder / "k.md").write_text(f"{sentence}\n", encoding="utf-8")
    (folder / "k.toml").write_text(f"[[statement]]\nquote='{sentence}'\n{says}\n")
    warnings = [found for found in checked()[0].splitlines() if "warning" in found]
    assert len(warnings) == (line is not None)
    assert line is None or line in warnings[0]


STATED = ", stated='so'"


@pytest.mark.parametrize(
    ("link", "notes"),
    [
        (
            "claim='q/mixed', readings=['mixed reading']",
            ["because the link names readings of q/mixed, the sentence is supported, not depends"],
        ),
        ("claim='q/mixed', readings=['mixed reading', 'other reading']", []),
        ("claim='q/right', readings=['right reading']", []),
        (
            "claim='q/literal', readings=['odd reading']",
            [
                "“odd reading” is a reading of the letter of q/literal, for sentences that say",
                "because the link names readings of q/literal, the sentence is refuted, not",
            ],
        ),
        ("claim='q/literal', force='always', readings=['odd reading']", []),
    ],
)
def test_readings_that_no_words_of_the_key_state_are_noted(
    folder: Path, link: str, notes: list[str]
) -> None:
    for stated, expected in (("", notes), (STATED, [])):
        says = f"asserts=[{{{link}{stated}}}]"
        (folder / "k.toml").write_text(f"[[statement]]\nquote='A is so.'\n{says}\n")
        found = [line for line in checked()[0].splitlines() if "note:" in line]
        assert len(found) == len(expected)
        for line, note in zip(found, expected, strict=True):
            assert line.startswith(f"k.md:1:1: note: {note}")
            assert line.endswith(
                'quote the words of the key that state the condition, as stated = "..."'
            )


@pytest.mark.parametrize(
    ("sentence", "says", "noted"),
    [
        ("A is not so.", "denies=['q/literal']", True),
        ("A may not be so.", "denies=[{claim='q/literal', force='can'}]", True),
        ("A is not so.", "denies=[{claim='q/literal', force='plain'}]", False),
        ("A is not so.", "denies=[{claim='q/literal', force='not always'}]", False),
        ("A is not so.", "denies=[{claim='q/literal', readings=['odd reading']}]", False),
        ("A is not so.", "denies=['q/right']", False),
        ("A is never so.", "denies=['q/literal']", False),
        ("A is so.", "asserts=['q/literal']", False),
    ],
)
def test_a_refuted_denial_that_may_speak_of_the_letter_is_noted(
    folder: Path, sentence: str, says: str, noted: bool
) -> None:
    (folder / "k.md").write_text(f"{sentence}\n", encoding="utf-8")
    (folder / "k.toml").write_text(f'[[statement]]\nquote="{sentence}"\n{says}\n')
    found = [line for line in checked()[0].splitlines() if "is about that" in line]
    note = (
        "k.md:1:1: note: strictly speaking, q/literal fails for “odd reading”: if the sentence "
        'is about that, name it in readings; otherwise write force = "plain"'
    )
    assert found == ([note] if noted else [])


def test_what_is_not_always_so_is_supported_by_the_letter() -> None:
    found = graded("denies = [{claim = 'q/literal', force = 'not always'}]")
    assert found.mark is Mark.SUPPORTED
    assert "That claim fails, strictly speaking, for “odd reading”" in reason(found)
    assert graded("denies = [{claim = 'q/right', force = 'not always'}]").mark is Mark.REFUTED


def test_notes_change_neither_marks_nor_the_exit_code(folder: Path) -> None:
    (folder / "k.toml").write_text(
        "[[statement]]\nquote='A is so.'\nasserts=[{claim='q/mixed', readings=['mixed reading']}]\n"
    )
    text, status = checked()
    assert status == 0
    assert "1 supported" in text


def test_a_heading_is_not_counted_as_a_statement(folder: Path) -> None:
    (folder / "k.md").write_text("# A\n\nA is so.\n\n## B is so.\n\nWhy?\n", encoding="utf-8")
    link(folder, A="asserts=['q/right']")
    assert checked()[0] == "k.md: 2 statements, 1 checked: 1 supported, 1 not a claim"
    link(folder, B="asserts=['q/right']")  # a heading that makes a claim
    assert "k.md: 3 statements, 1 checked: 1 supported, 1 unlinked, 1 not a claim" in checked()[0]


def test_a_statement_is_at_its_line_and_column(folder: Path) -> None:
    (folder / "k.md").write_text("A is so. **B is so.**\n\n- C is so.\n", encoding="utf-8")
    (folder / "k.toml").write_text("")
    places = [line.split(": ")[0] for line in checked()[0].splitlines() if "unlinked" in line]
    assert places == ["k.md:1:1", "k.md:1:12", "k.md:3:3", "k.md"]


def test_nothing_refuted_exits_0(folder: Path) -> None:
    link(folder, A="asserts=['q/right', 'q/mixed']", B="asserts=['q/open']")
    text, code = checked()
    assert code == 0
    assert "k.md:1:1: depends: A is so." in text
    assert "k.md:3:1: undecided: B is so." in text


def test_a_key_without_links_is_all_unlinked(folder: Path) -> None:
    text, code = checked()
    assert code == 0
    assert text.splitlines() == [
        "k.md: no statement is linked to a claim yet: "
        "`refute link k.md` writes proposals to k.toml",
        "k.md: 5 statements, 0 checked: 5 unlinked",
    ]


def test_a_key_without_statements_has_nothing_to_link(folder: Path) -> None:
    (folder / "k.md").write_text("# A heading\n")
    text, code = checked()
    assert code == 0
    assert text.splitlines() == ["k.md: no statements"]


def test_bad_input_exits_2_with_the_place(folder: Path) -> None:
    link(folder, A="asserts=['q/gone']")
    assert checked() == (
        "k.toml:3: unknown claim q/gone: "
        "fix the id, list it as not_encoded, or run it if it is new",
        BAD_INPUT,
    )
    (folder / "k.md").unlink()
    assert checked()[1] == BAD_INPUT


def test_a_long_statement_is_shortened(folder: Path) -> None:
    (folder / "k.md").write_text("word " * 50 + "end.", encoding="utf-8")
    (folder / "k.toml").write_text("", encoding="utf-8")
    first = checked()[0].splitlines()[0]
    assert first.endswith(" …")
    assert len(first) < 120
