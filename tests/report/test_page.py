"""The page shows every statement, claim and gap of a run."""

from __future__ import annotations

from pathlib import Path

from refute import report
from refute.ledger import Searched
from refute.report import render
from refute.wording import roughly
from tests.make import claim, key, ledger, measured, reading, series
from tests.report.parsed import Element, Page

DATA = "application/ld+json"
SCRIPT = Path(report.__file__).parent / "templates" / "script.js"


# --- the masthead --------------------------------------------------------------------------


def score(page: Element) -> dict[str, tuple[str, str]]:
    rows = page.all("table", class_="score")[0].all("tbody")[0].all("tr")
    return {
        row.all("b")[0].words.split(" ", 1)[1]: (row.all("td")[0].words, row.all("td")[1].words)
        for row in rows
    }


def test_the_masthead_counts_statements_and_claims_by_verdict(page: Element) -> None:
    assert score(page) == {
        "supported": ("2", "4"),
        "partly checked": ("1", "–"),
        "depends": ("1", "1"),
        "refuted": ("1", "1"),
        "undecided": ("1", "1"),
        "no verdict": ("1", "2"),
        "not run": ("0", "–"),
        "advice": ("1", "–"),
        "not encoded yet": ("1", "–"),
        "unlinked": ("5", "–"),
        "not a claim": ("1", "–"),
    }


def test_a_count_leads_to_the_first_statement_with_its_mark(page: Element) -> None:
    rows = page.all("table", class_="score")[0].all("tbody")[0].all("tr")
    words = {row.all("b")[0].words: [a.attributes["href"] for a in row.all("a")] for row in rows}
    (refuted,) = words["✗ refuted"]
    assert "refuted" in str(page.id(str(refuted)[1:]).attributes["class"])
    assert words["– not run"] == []


def test_the_first_sentence_says_what_is_wrong(page: Element) -> None:
    (lede,) = page.all("p", class_="lede")
    assert lede.words == (
        "What the answer key says, tested by experiment. Of 15 statements, 7 were checked: "
        "1 without a verdict, 1 refuted, 1 true only under some conditions, 1 undecided, "
        "1 partly checked, 2 supported."
    )


def test_without_keys_the_first_sentence_says_so() -> None:
    (lede,) = Page(render(ledger([]), [])).root.all("p", class_="lede")
    assert lede.words == "No answer key was given, so only the claims themselves were tested."


def test_the_masthead_says_when_and_with_what_the_run_measured(page: Element) -> None:
    facts = page.id("top").all("dl")[0].words
    for fact in ("seed0", "effortdefault", "cpu, 4 workers", "torch2.13.0", "pytest claims/"):
        assert fact in facts
    assert "2026-03-01 12:30 UTC" in page.id("top").words


def loud(page: Element) -> list[str]:
    return [element.words for element in page.id("top").all(class_="loud")]


def test_a_sound_full_run_raises_no_alarm() -> None:
    outcome, evidence = measured(roughly(2), 2.0)
    run = ledger([claim("dropout/x", "SUPPORTED", [reading("r", outcome, evidence)])])
    assert loud(Page(render(run, [])).root) == []


def test_a_partial_run_and_one_that_did_not_finish_say_so_first() -> None:
    (partial,) = loud(Page(render(ledger([], partial=True), [])).root)
    assert partial.startswith("This run is partial.")
    (killed,) = loud(Page(render(ledger([], partial=True, finished=False), [])).root)
    assert killed.startswith("This run did not finish.")


def test_claims_without_a_verdict_are_named_on_top(page: Element) -> None:
    (alarm,) = [text for text in loud(page) if text.startswith("Claims without a verdict")]
    assert "init/crashes" in alarm
    assert "init/interrupted" in alarm


def test_an_outcome_that_is_not_as_expected_is_named_on_top(page: Element) -> None:
    (alarm,) = [text for text in loud(page) if text.startswith("Outcomes that are not as expected")]
    assert "init/far-better, “digits”: expected: fails; here: holds" in alarm


# --- claims --------------------------------------------------------------------------------


def test_a_measured_claim_shows_readings_controls_and_the_count_that_decided(
    page: Element,
) -> None:
    shown = page.id("claim-dropout-factor-of-two")
    assert "± depends" in shown.words
    assert (
        "It holds in 1 of 2 readings and fails in 1: in “one hidden layer”, "
        "only 1 of 32 pairs reaches 1.5; 3 or fewer refute the claim."
    ) in shown.words
    first = shown.all("li", class_="row")[0]
    assert first.all(class_="of")[0].words == (
        "steps to loss with dropout 0.5 / steps to loss without dropout"
    )
    assert first.all(class_="got")[0].words == (
        "2.06 times (1.93 to 2.24 in 64 pairs) "
        "63 of 64 pairs are at most 2.7; 13 exceptions are allowed"
    )
    assert "Control: this check can fail" in shown.words
    assert len(shown.all("svg", class_="strip")) == 3
    assert len(shown.all("svg", class_="axis")) == 1
    assert "Srivastava 2014, section 10" in shown.words
    assert "pytest claims/test_dropout.py::TestX --refute-seed 0" in shown.words


def test_a_reading_of_the_letter_says_that_it_is_one() -> None:
    holds, evidence = measured(roughly(2), 2.0)
    fails, tiny = measured(roughly(2), 1.0)
    readings = [reading("usual", holds, evidence), reading("tiny", fails, tiny, of="letter")]
    run = ledger([claim("dropout/made", "SUPPORTED", readings)])
    (said,) = [
        row.all("p", class_="who")[0].words
        for row in Page(render(run, [])).root.all("li", class_="row")
        if "strictly speaking" in row.words
    ]
    assert said == "✗ fails tiny strictly speaking"


def test_a_series_that_readings_share_is_drawn_once(page: Element) -> None:
    pictures = page.id("claim-dropout-factor-of-two").all("div", class_="pictures")[0]
    drawn = [
        figure
        for figure in pictures.all("figure")
        if figure.all("svg") and "training loss by step" in figure.words
    ]
    assert len(drawn) == 1
    assert "From “two hidden layers”, “one hidden layer”." in drawn[0].words


def test_the_source_of_a_check_is_shown_once_and_folded(page: Element) -> None:
    shown = page.id("claim-dropout-factor-of-two")
    sources = [details for details in shown.all("details") if details.words.startswith("Source of")]
    assert len(sources) == 1
    (alone,) = sources[0].all("code", class_="alone")
    assert alone.text == "::test_steps[NAME]"
    rows = [page.id(f"claim-dropout-factor-of-two--{n}").words for n in (1, 2, 3)]
    assert alone.attributes["data-readings"] == "1 2 3"
    assert ["two hidden layers" in rows[0], "no dropout, other seeds" in rows[2]] == [True, True]
    assert "open" not in sources[0].attributes
    assert "@reading" in sources[0].all("pre")[0].text


def test_a_counterexample_is_shown_as_code_with_its_line_breaks(page: Element) -> None:
    (code,) = page.id("claim-init-same-value--1").all("pre")
    assert code.text == "Network(sizes=(3, 2, 1),\n        seed=7)"


def test_an_error_is_shown_and_is_no_outcome(page: Element) -> None:
    broken = page.id("claim-init-crashes--1")
    assert "! broke" in broken.words
    assert "ZeroDivisionError: by zero" in broken.all("pre")[0].text


def test_a_claim_that_is_incomplete_has_no_verdict_whatever_the_ledger_says() -> None:
    held = reading("rate 0.5", "holds", Searched("every", 9, 0))
    why = "was not run for “rate 0.1”."
    run = ledger([claim("dropout/x", "SUPPORTED", [held], complete=False, why=why)])
    page = Page(render(run, [])).root
    assert score(page)["no verdict"] == ("0", "1")
    assert f"It {why}" in page.id("claim-dropout-x").words


# --- what was not checked ------------------------------------------------------------------


def test_everything_unchecked_is_counted_and_listed(page: Element) -> None:
    titles = [heading.words for heading in page.id("unchecked").all("h3")]
    assert titles == [
        "Advice: 1",
        "Not run: 0",
        "Not encoded yet: 1",
        "Partly checked: 1",
        "Unlinked: 5",
        "No claim: 1",
        "Code that rules cannot judge: 0",
        "Code that was not parsed: 0",
        "Claims left undecided: 1",
        "Readings left undecided: 1",
        "Not measured: 1",
        "Broken: 1",
        "Runs stopped by their budget: 1",
        "Claims that no key makes: 2",
    ]
    words = page.id("unchecked").words
    for part in (
        "It is a good default",
        "“It is used everywhere.” (dropout/used-everywhere)",
        "Nobody linked this sentence.",
        "timing was switched off",
        "5 of 64 replicates",
    ):
        assert part in words


# --- size ----------------------------------------------------------------------------------


def test_a_run_of_sixty_claims_and_five_keys_stays_under_a_megabyte() -> None:
    claims = []
    for number in range(60):
        readings = []
        for name in ("one", "two", "control"):
            outcome, evidence = measured(roughly(2), 2.0 + number / 100, n=128)
            role = "control" if name == "control" else "reading"
            readings.append(reading(name, outcome, evidence, role=role, code=f"# {number}\n" * 20))
            evidence.series.extend(
                [series(name=f"loss {name}"), series("layers", 20, f"by depth {name}")]
            )
        claims.append(claim(f"dropout/claim-{number}", "SUPPORTED", readings))
    run = ledger(claims)
    text = "\n\n".join(f"{number}. It takes about {number} times as long." for number in range(60))
    links = "\n".join(
        f'[[statement]]\nquote = "It takes about {number} times as long."\n'
        f'asserts = ["dropout/claim-{number}"]'
        for number in range(60)
    )
    keys = [key(text, links, run) for _ in range(5)]
    html = render(run, keys)
    assert len(html.encode()) < 1_000_000
