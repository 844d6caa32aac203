"""``refute link``: proposals in a file, and a person who confirms them at a terminal."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest
from msgspec.structs import replace

from refute.cli.commands.keys import link as link_command
from refute.cli.confirming import Confirming
from refute.cli.linking import LinkError, Proposed, confirm_each, propose
from refute.decision.verdict import Link
from refute.files import Unwritable
from refute.grading.key import grade_file
from refute.keys.links import link
from refute.keys.reader import read_key
from refute.ledger import Condition, Ledger, write
from refute.linking.session import LinkingSession
from tests import make
from tests.linking.small import CLAIMS, ledger, write_phrases
from tests.linking.test_asking import Stub

KEY = "Dropout makes the model sparse. ReLU units get stuck at zero.\n\nTake care.\n\nBe quick.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_phrases(tmp_path / "claims")
    write(ledger(), tmp_path / "verdicts.json")
    (tmp_path / "k.md").write_text(KEY)
    return tmp_path


def proposed(folder: Path):
    return propose(folder / "k.md", folder / "verdicts.json", folder / "claims", folder / "answers")


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "refute", "link", *words]


OPTIONS = ("--ledger", "verdicts.json", "--claims", "claims", "--answers", "answers")


def test_proposals_are_written_beside_the_key_and_counted(folder: Path) -> None:
    told = subprocess.run(
        command("k.md", *OPTIONS), cwd=folder, capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stderr
    assert told.stdout == (
        "k.toml: 4 statements, 4 not linked yet: claims proposed for 2, none for 2\n"
    )
    entries = link(read_key(folder / "k.md")).entries
    assert entries[0] is not None
    assert entries[0].proposed[0] == Link("sparse/dropout-prunes")
    assert entries[2] is None


def test_without_phrases_one_line_says_so(folder: Path) -> None:
    told = subprocess.run(
        command("k.md", "--ledger", "verdicts.json", "--claims", "elsewhere"),
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.returncode == 0
    assert told.stdout.startswith("k.toml: 4 statements, 4 not linked yet: ")
    assert told.stderr == (
        "elsewhere/phrases: no phrases for these claims, so claims are proposed for fewer "
        "statements: add --claims FOLDER (a clone of Refute has claims/), or write some "
        "(docs/linking.md)\n"
    )


@pytest.mark.parametrize(("path", "here"), [("answers/other.md", False), ("k.md", True)])
def test_a_claim_about_the_code_of_a_key_is_proposed_for_that_key_alone(
    folder: Path, path: str, here: bool
) -> None:
    code = {"code": Condition(f"KeyCode({path!r}).changed('a', 'b')")}
    claims = [
        replace(claim, readings=[replace(claim.readings[0], conditions=code)])
        if claim.id == "sparse/dropout-prunes"
        else claim
        for claim in ledger().claims
    ]
    write(make.ledger(claims), folder / "verdicts.json")
    found = {each.link.claim for waiting in proposed(folder).waiting for each in waiting.proposals}
    assert ("sparse/dropout-prunes" in found) is here
    assert "act/relu-can-die" in found


CODE, FORMULA = "\n```python\nx = 1\n```\n", "\n$$y = x$$\n"


@pytest.mark.parametrize(
    ("blocks", "counts"),
    [
        (CODE, "none for 3, among them 1 code block"),
        (FORMULA * 2, "none for 4, among them 2 displayed formulas"),
        (FORMULA + CODE, "none for 4, among them 1 code block and 1 displayed formula"),
    ],
)
def test_headings_are_not_counted_and_blocks_are_named(
    folder: Path, blocks: str, counts: str
) -> None:
    (folder / "k.md").write_text(f"# Sheet\n\n{KEY}{blocks}")

    assert proposed(folder).summary.endswith(f"not linked yet: claims proposed for 2, {counts}")


@pytest.mark.parametrize("says", ["not_a_claim = true", "asserts = ['sparse/dropout-prunes']"])
def test_a_heading_is_counted_here_if_it_is_when_the_key_is_graded(folder: Path, says: str) -> None:
    (folder / "k.md").write_text(f"# Sheet\n\n{KEY}")
    (folder / "k.toml").write_text(f"[[statement]]\nquote = 'Sheet'\n{says}\n")

    graded = grade_file(folder / "k.md", ledger())

    assert proposed(folder).statements == len(graded.without_headings)


def test_linked_blocks_are_not_named(folder: Path) -> None:
    (folder / "k.md").write_text(f"{KEY}{CODE}{FORMULA}")
    (folder / "k.toml").write_text(
        "[[statement]]\nquote = 'x = 1'\nnot_a_claim = 'code'\n"
        "[[statement]]\nquote = 'y = x'\nnot_a_claim = 'a formula'\n"
    )

    assert proposed(folder).summary.endswith(
        "k.toml: 6 statements, 4 not linked yet: claims proposed for 2, none for 2"
    )


def test_the_parts_of_a_context_are_told_apart(folder: Path) -> None:
    (folder / "k.md").write_text(f"# Sheet\n\n{KEY}")
    person = Person("sq")
    person.confirms(folder)

    assert "  … Sheet · Dropout makes the model sparse." in person.screen


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("k.md", None, "k.md: cannot be read"),
        ("verdicts.json", None, "cannot read the ledger"),
        ("k.toml", "[", "k.toml:1:"),
        ("claims/phrases/act.toml", "[", "claims/phrases/act.toml:"),
    ],
)
def test_what_cannot_be_read_is_one_line_and_nothing_is_written(
    folder: Path, name: str, text: str | None, message: str
) -> None:
    if text is None:
        (folder / name).unlink()
    else:
        (folder / name).write_text(text)
    told = subprocess.run(
        command("k.md", *OPTIONS), cwd=folder, capture_output=True, text=True, check=False
    )
    assert told.returncode == 2
    assert message in told.stderr
    assert len(told.stderr.splitlines()) == 1
    assert (folder / "k.toml").exists() == (name == "k.toml")


class Person:
    """Presses keys and types lines in order; ``screen`` is what was shown."""

    def __init__(self, keys: str, *lines: str) -> None:
        self._keys, self._lines = iter(keys), iter(lines)
        self.screen: list[str] = []

    def confirms(self, folder: Path) -> None:
        found = proposed(folder)
        session = LinkingSession(found.file, found.waiting, CLAIMS)
        Confirming(
            session, found.claims, found.matcher,
            key=lambda: next(self._keys), tell=self.screen.append,
            line=lambda _, default: next(self._lines) or default,
        ).run(len(found.waiting))  # fmt: skip


def links_of(folder: Path) -> list[object]:
    entries = link(read_key(folder / "k.md")).entries
    return [
        None if entry is None else entry.links or entry.advice or entry.not_a_claim
        for entry in entries
    ]


def test_one_key_for_most_statements(folder: Path) -> None:
    Person("11an", "a wish").confirms(folder)
    assert links_of(folder) == [
        (Link("sparse/dropout-prunes"),), (Link("act/relu-can-die"),), "a wish", "makes no claim",
    ]  # fmt: skip


def test_a_proposal_can_be_reversed_replaced_and_undone(folder: Path) -> None:
    Person("t1cu" + "c1q", "act/elu-smooth", "elu smooth").confirms(folder)
    # turned round; then another claim by its id is asked for and not taken (u is no number);
    # then one is chosen by words
    assert links_of(folder)[:2] == [
        (Link("sparse/dropout-prunes", asserts=False),), (Link("act/elu-smooth"),),
    ]  # fmt: skip
    person = Person("usq")
    person.confirms(folder)
    assert "Nothing to undo." in person.screen


def test_the_force_of_a_word_about_something_else_can_be_ignored(folder: Path) -> None:
    (folder / "k.md").write_text("Dropout may make the model sparse. So.")
    person = Person("pt1q")
    person.confirms(folder)
    screen = "\n".join(person.screen)
    assert "1  asserts sparse/dropout-prunes" in screen
    assert "     → ✗ refuted, read as “can”, because of “may”" in screen
    assert links_of(folder)[0] == (Link("sparse/dropout-prunes", asserts=False),)


def test_a_reason_is_offered_again_and_a_wrong_key_does_nothing(folder: Path) -> None:
    person = Person("xaaaq", "", "a wish", "")
    person.confirms(folder)
    assert links_of(folder) == ["says what to do", "a wish", "a wish", None]
    assert "That key does nothing here." in person.screen


def test_all_keys_are_shown_with_every_statement(folder: Path) -> None:
    person = Person("ssq")
    person.confirms(folder)
    lines = [line for line in person.screen if line.startswith("1-5 confirm")]
    assert len(lines) == 3
    assert all("e claim not" in line and "q quit" in line for line in lines)


def test_the_mark_is_that_of_the_link_and_not_of_the_claim(folder: Path) -> None:
    strictly = [
        make.reading("any", "holds", make.searched("holds")),
        replace(make.reading("odd", "fails", make.searched("fails")), of="letter"),
    ]
    claim = make.claim("act/elu-smooth", "SUPPORTED", strictly, statement=CLAIMS["act/elu-smooth"])
    others = [other for other in ledger().claims if other.id != claim.id]
    write(make.ledger([*others, claim]), folder / "verdicts.json")
    (folder / "k.md").write_text(
        "ELU is always smooth.\n\nELU is smooth.\n\nELU has a kink at zero.\n"
    )
    person = Person("ssq")
    person.confirms(folder)

    marks = [text.strip() for text in person.screen if text.startswith("     → ")]
    assert marks == [
        "→ ✗ refuted, read as “always”, because of “always”",
        "→ ✓ supported",
        "→ ✗ refuted",
    ]
    assert "  → is the mark that a link leads to. It does not say which link is right." in (
        person.screen
    )


def test_a_claim_that_nobody_has_encoded_is_named(folder: Path) -> None:
    person = Person("eee" + "+1e" + "q", "act/elu-smooth", "no id", "sparse/later", "act/soon")
    person.confirms(folder)
    first, second, *_ = link(read_key(folder / "k.md")).entries
    assert first is not None
    assert second is not None
    assert first.not_encoded == ("sparse/later",)
    assert (second.links, second.not_encoded) == ((Link("act/relu-can-die"),), ("act/soon",))
    assert "act/elu-smooth is already encoded: press c." in person.screen
    assert "That is not an id: write question/claim, in lower case with hyphens." in person.screen


def test_readings_are_named_with_the_words_that_state_them(folder: Path) -> None:
    write(with_readings(), folder / "verdicts.json")
    (folder / "k.md").write_text(
        "ReLU units can die with ‘no’ momentum.\n\nReLU units can die.\n\n"
        "ReLU units can die with it.\n"
    )
    person = Person(
        "r1tr1" + "r1" + "r1" + "q",
        "3", "2", "with it", "ith 'no'", "'no'  momentum", "1 2", "", "1", "out of it", "",
    )  # fmt: skip
    person.confirms(folder)

    assert links_of(folder) == [
        (Link("act/relu-can-die", readings=("without",), stated="'no' momentum"),),
        (Link("act/relu-can-die", readings=("with momentum", "without")),),
        (Link("act/relu-can-die", readings=("with momentum",)),),
    ]
    assert "     2  without" in person.screen
    assert "No readings named." in person.screen
    refused = "The statement has no such words: quote it as it is, or press Enter."
    assert person.screen.count(refused) == 3
    assert not any("depends on a condition" in text for text in person.screen)


def test_where_no_claim_comes_close_the_nearest_are_shown_on_request(folder: Path) -> None:
    (folder / "k.md").write_text(f"The next chapter deals with dropout.\n\n{KEY}")
    found = proposed(folder)
    assert found.waiting[0].proposals
    assert found.summary.endswith("claims proposed for 2, none for 3")
    assert link(read_key(folder / "k.md")).entries[0] is None

    person = Person("1+1q")
    person.confirms(folder)
    assert "That key does nothing here." in person.screen
    assert "  No claim comes close; + shows the nearest (1)." in person.screen
    assert links_of(folder)[0] == (Link("sparse/dropout-prunes"),)


def test_a_claim_is_found_by_words_of_its_id_and_its_sentence(folder: Path) -> None:
    person = Person("cxc1q", "be no claim", "elu-smooth everywhere")
    person.confirms(folder)
    assert links_of(folder)[0] == (Link("act/elu-smooth"),)
    assert "No claim matches." in person.screen


def test_what_is_true_instead_is_shown(folder: Path) -> None:
    person = Person("?1q")
    person.confirms(folder)
    screen = "\n".join(person.screen)
    assert "Details: which number?" in screen
    assert "any: fails" in screen
    assert links_of(folder)[0] is None


def test_of_a_claim_that_depends_a_person_is_told_to_name_readings(folder: Path) -> None:
    write(with_readings(), folder / "verdicts.json")
    person = Person("11q")
    person.confirms(folder)

    said = [" ".join(text.split()) for text in person.screen if "depends on a condition" in text]
    assert said == [
        "act/relu-can-die depends on a condition: if the statement states it, press u, then r and "
        "the number, and name the readings that meet it; otherwise it is marked as if it stated no "
        "condition."
    ]


@pytest.mark.parametrize(
    ("sentence", "keys", "told"),
    [
        ("ReLU units do not die.", "1q", True),
        ("ReLU units might well not die.", "1q", True),
        ("ReLU units never die.", "1q", False),
        ("ReLU units do not die.", "p1q", False),
        ("ReLU units die.", "1q", False),
        ("ReLU units do not always die.", "1q", False),
    ],
)
def test_of_a_denial_that_the_letter_alone_bears_out_a_person_is_told_so(
    folder: Path, sentence: str, keys: str, told: bool
) -> None:
    odd = replace(make.reading("no inputs", "fails", make.searched("fails")), of="letter")
    dies = make.claim(
        "act/relu-can-die",
        "SUPPORTED",
        [make.reading("any", "holds", make.searched("holds")), odd],
        statement="ReLU units die.",
    )
    others = [claim for claim in ledger().claims if claim.id != dies.id]
    write(make.ledger([*others, dies]), folder / "verdicts.json")
    (folder / "k.md").write_text(f"{sentence}\n")
    stance = "asserts" if sentence == "ReLU units die." else "denies"
    (folder / "k.toml").write_text(
        f"[[statement]]\nquote = '{sentence}'\nproposed = ['{stance} act/relu-can-die']\n"
    )
    person = Person(keys)
    person.confirms(folder)
    said = [" ".join(text.split()) for text in person.screen if "Strictly speaking" in text]
    exception = (
        "act/relu-can-die: Strictly speaking, it fails for “no inputs”. If the statement is about "
        "that, press u, then r and the number, and name that reading; otherwise the statement is "
        "refuted."
    )
    assert said == ([exception] if told else [])


def with_readings() -> Ledger:
    """A ledger in which a claim depends on a condition."""
    readings = [
        make.reading("with momentum", "holds", make.searched("holds")),
        make.reading("without", "fails", make.searched("fails")),
    ]
    depends = make.claim("act/relu-can-die", "DEPENDS", readings, statement="ReLU units can die.")
    others = [claim for claim in ledger().claims if claim.id != depends.id]
    return make.ledger([*others, depends])


def test_several_claims_of_one_statement(folder: Path) -> None:
    Person("+1c1q", "act/elu-smooth").confirms(folder)
    assert links_of(folder)[0] == (Link("sparse/dropout-prunes"), Link("act/elu-smooth"))


def test_the_screen_shows_statement_proposals_and_verdicts_in_80_columns(folder: Path) -> None:
    person = Person("q")
    person.confirms(folder)
    screen = "\n".join(person.screen)
    assert "1 of 4, line 1" in screen
    assert "“Dropout makes the model sparse.”" in screen
    assert "1  asserts sparse/dropout-prunes" in screen
    assert "     → ✗ refuted" in screen
    assert "Dropout prunes the network." in screen
    assert "0 of 4 seen, 4 left; every answer is saved." in screen
    assert max(map(len, screen.splitlines())) <= 80


def test_a_session_in_a_real_terminal_can_be_left_and_resumed(folder: Path) -> None:
    first = at_a_terminal(folder, [("1 of 4", "1"), ("2 of 4", "q")])
    assert "1 of 4 seen, 3 left" in first
    second = at_a_terminal(folder, [("1 of 3", "a"), ("Why does no", "a habit\r"), ("2 of 3", "q")])
    assert "1 of 3 seen, 2 left" in second
    assert links_of(folder) == [(Link("sparse/dropout-prunes"),), "a habit", None, None]


def test_a_line_that_is_pasted_with_its_key_is_a_line_and_no_more_keys(folder: Path) -> None:
    screen = at_a_terminal(folder, [("1 of 4", "anobody knows\rq")])
    assert "Why does no experiment decide it?: nobody knows" in screen
    assert links_of(folder) == ["nobody knows", None, None, None]


def test_a_links_file_that_is_edited_meanwhile_is_left_as_it_is(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def edited(confirming: Confirming, _: int) -> None:
        (folder / "k.toml").write_text("# mine\n")
        confirming._session.no_claim()

    monkeypatch.setattr(Confirming, "run", edited)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    with pytest.raises(LinkError, match="was changed meanwhile"):
        confirm_each(proposed(folder))
    assert (folder / "k.toml").read_text() == "# mine\n"


def test_without_a_terminal_one_line_says_so(folder: Path) -> None:
    told = subprocess.run(
        command("k.md", "--confirm", *OPTIONS), cwd=folder, capture_output=True, text=True,
        check=False, input="1sq", start_new_session=True,
    )  # fmt: skip
    assert told.returncode == 2
    assert told.stderr == "refute: --confirm needs a terminal; the proposals are written\n"
    assert (folder / "k.toml").exists()


def test_ctrl_c_keeps_the_answers_so_far(folder: Path) -> None:
    at_a_terminal(folder, [("1 of 4", "1"), ("2 of 4", "\x03")])
    assert links_of(folder)[0] == (Link("sparse/dropout-prunes"),)


def at_a_terminal(folder: Path, script: list[tuple[str, str]]) -> str:
    """Run the command on a pseudo-terminal: whenever the text is seen, the keys are pressed."""
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(folder)
        os.execv(sys.executable, command("k.md", "--confirm", *OPTIONS))
    screen, waiting, until = "", list(script), time.monotonic() + 60
    while time.monotonic() < until:
        if waiting and waiting[0][0] in screen and reads(terminal, waiting[0][1]):
            screen = screen.partition(waiting[0][0])[2]
            os.write(terminal, waiting.pop(0)[1].encode())
        if not select.select([terminal], [], [], 0.1)[0]:
            continue
        try:
            data = os.read(terminal, 65536)
        except OSError:  # Linux: the other side is closed
            break
        if not data:
            break
        screen += data.decode(errors="replace")
    os.close(terminal)
    os.waitpid(process, 0)
    assert not waiting, screen
    return screen


def reads(terminal: int, keys: str) -> bool:
    """Whether the program waits for it: a key is read raw, a line as the terminal edits it."""
    edited = bool(termios.tcgetattr(terminal)[3] & termios.ICANON)
    return edited == keys.endswith("\r")


@pytest.mark.parametrize(("answer", "written"), [("y", True), ("n", False)])
def test_a_model_is_asked_only_after_the_person_agrees(
    folder: Path, answer: str, written: bool
) -> None:
    content = '{"links": [{"statement": 0, "claim": "act/elu-smooth", "stance": "asserts", ' \
        '"force": "plain", "quoted": "Dropout"}]}'  # fmt: skip
    stub = Stub(
        lambda *_: (200, json.dumps({"choices": [{"message": {"content": content}}]}).encode())
    )
    told = subprocess.run(
        command("k.md", *OPTIONS, "--ask", stub.url, "--model", "small"),
        cwd=folder, capture_output=True, text=True, check=False, input=f"{answer}\n",
    )  # fmt: skip
    stub.close()
    assert "Asks small at 127.0.0.1: 4 statements" in told.stdout
    assert (len(stub.bodies) == 1, (folder / "k.toml").exists()) == (written, written)
    assert told.returncode == (0 if written else 2)


def test_an_address_without_a_model_is_refused(folder: Path) -> None:
    told = subprocess.run(
        command("k.md", *OPTIONS, "--ask", "https://example.org/v1"),
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.returncode == 2
    assert told.stderr == "refute: --ask URL and --model NAME belong together\n"


def test_errors_are_raised_as_link_errors(folder: Path) -> None:
    with pytest.raises(LinkError, match="cannot read the ledger"):
        propose(folder / "k.md", folder / "none.json", folder / "claims", folder / "answers")


def test_a_links_file_that_can_no_longer_be_written_is_one_line(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(proposed: Proposed) -> None:
        raise Unwritable(proposed.file.path, OSError(28, "No space left on device"))

    monkeypatch.setattr("refute.cli.linking.confirm_each", full)
    with pytest.raises(SystemExit) as stopped:
        link_command(
            folder / "k.md", confirm=True, ledger=folder / "verdicts.json",
            claims=folder / "claims", answers=folder / "answers",
        )  # fmt: skip
    assert stopped.value.code == 2
    assert capsys.readouterr().err == (
        f"refute: {folder / 'k.toml'}: cannot be written (No space left on device): make room\n"
    )
