"""The page shows every statement, claim and gap of a run, and nothing in it can act."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from pathlib import Path

import pytest

from refute import report
from refute.keys.grading import Mark
from refute.ledger import ClaimRecord, Question, Searched, Source
from refute.report import render
from refute.wording import roughly
from tests.make import claim, key, ledger, measured, reading, series
from tests.report.hand_made import KEY, LINKS, one_of_everything
from tests.report.parsed import Element, Page

DATA = "application/ld+json"
SCRIPT = Path(report.__file__).parent / "templates" / "script.js"


@pytest.fixture(scope="module")
def html() -> str:
    run = ledger(one_of_everything())
    return render(run, [key(KEY, LINKS, run)])


@pytest.fixture(scope="module")
def page(html: str) -> Element:
    return Page(html).root


# --- the page as a document ----------------------------------------------------------------


def test_ids_are_unique_and_every_link_within_the_page_leads_somewhere(page: Element) -> None:
    ids = [one.attributes["id"] for one in page.all() if "id" in one.attributes]
    assert len(ids) == len(set(ids))
    targets = [str(link.attributes["href"]) for link in page.all("a")]
    assert {one[1:] for one in targets if one.startswith("#")} <= set(ids)


def test_a_claim_can_be_linked_to_by_its_id(page: Element) -> None:
    assert page.id("claim-init-same-value").tag == "article"


def test_claims_whose_ids_differ_by_a_hyphen_only_have_different_anchors() -> None:
    run = ledger([claim("a/b-c", "SUPPORTED", []), claim("a-b/c", "SUPPORTED", [])])
    page = Page(render(run, [])).root
    assert [one.attributes["id"] for one in page.all("article")] == ["claim-a-b-c", "claim-a-b-c-2"]


def executable(page: Element) -> list[Element]:
    """Scripts that a browser runs; it runs no block of data."""
    return [one for one in page.all("script") if one.attributes.get("type") != DATA]


def test_nothing_in_the_page_is_fetched_and_nothing_run_but_its_own_script(page: Element) -> None:
    tags = {one.tag for one in page.all()}
    assert not tags & {"img", "link", "iframe", "object", "embed", "form", "base", "use"}
    for element in page.all():
        assert not [name for name in element.attributes if name.startswith("on")]
        assert not {"style", "src", "srcset", "xlink:href"} & set(element.attributes)
    assert not re.search(r"url\(|@import", page.all("style")[0].text)
    (script,) = executable(page)
    assert script.text == SCRIPT.read_text(encoding="utf-8")


def test_the_security_policy_allows_the_pages_own_style_and_script_and_nothing_else(
    page: Element,
) -> None:
    (style,), (script,) = page.all("style"), executable(page)
    (meta,) = [one for one in page.all("meta") if "http-equiv" in one.attributes]
    of_style, of_script = (
        base64.b64encode(hashlib.sha256(one.text.encode()).digest()).decode()
        for one in (style, script)
    )
    assert meta.attributes["content"] == (
        f"default-src 'none'; style-src 'sha256-{of_style}'; script-src 'sha256-{of_script}'; "
        "base-uri 'none'; form-action 'none'"
    )


def test_what_needs_the_script_is_hidden_until_it_has_run(page: Element) -> None:
    (search,) = page.all(role="search")
    assert "hidden" in search.attributes
    assert "data-script" in search.attributes
    (switches,) = page.all(class_="switches")
    assert "hidden" not in switches.attributes


def test_every_picture_has_a_text_alternative(page: Element) -> None:
    # charts nest <svg> for places in percent: only the outermost is a picture
    pictures = [one for one in page.all("svg") if "role" in one.attributes]
    assert len(pictures) >= 10
    ids = {one.attributes.get("id"): one.words for one in page.all()}
    for one in pictures:
        if "aria-label" not in one.attributes:
            named = str(one.attributes["aria-labelledby"]).split()
            assert all(ids[name] for name in named)


# --- the masthead --------------------------------------------------------------------------


def score(page: Element) -> dict[str, tuple[str, str]]:
    rows = page.all("table", class_="score")[0].all("tbody")[0].all("tr")
    return {
        row.all("b")[0].words.split(" ", 1)[1]: (row.all("td")[0].text, row.all("td")[1].text)
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


def test_the_masthead_says_when_and_with_what_the_run_measured(page: Element) -> None:
    facts = page.id("top").all("dl")[0].words
    for fact in ("seed0", "effortdefault", "cpu, 4 workers", "torch2.13.0", "pytest claims/"):
        assert fact in facts
    assert "2026-03-01 12:30 UTC" in page.id("top").words


def loud(page: Element) -> list[str]:
    return [one.words for one in page.id("top").all(class_="loud")]


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
    (alarm,) = [one for one in loud(page) if one.startswith("Claims without a verdict")]
    assert "init/crashes" in alarm
    assert "init/interrupted" in alarm


def test_an_outcome_that_is_not_as_expected_is_named_on_top(page: Element) -> None:
    (alarm,) = [one for one in loud(page) if one.startswith("Outcomes that are not as expected")]
    assert "init/far-better, “digits”: expected: fails; here: holds" in alarm


# --- keys ----------------------------------------------------------------------------------


def test_every_statement_but_headings_is_flagged_and_has_its_note(page: Element) -> None:
    statements = page.all("span", class_="statement")
    assert len(statements) == 15
    for statement in statements:
        (flag,) = statement.all(class_="flag")
        (note,) = [
            one
            for one in page.all(class_="note")
            if any(
                link.attributes["href"] == f"#{statement.attributes['id']}"
                for link in one.all("a", class_="number")
            )
        ]
        sign, word = note.all("b")[0].words.split(" ", 1)
        assert word in {mark.value for mark in Mark}
        assert sign in flag.text
        if flag.tag == "a":
            assert flag.all(class_="hidden")[0].words == word
            assert flag.attributes["href"] == f"#{note.attributes['id']}"


def test_statements_that_nothing_was_measured_of_share_a_line_beside_their_block(
    page: Element,
) -> None:
    (block,) = [one for one in page.all(class_="beside") if "default, see" in one.words]
    (note,) = block.all("p", class_="advice")
    assert note.words == "○ advice 5"


def note_of(page: Element, start: str) -> str:
    (statement,) = [
        one for one in page.all("span", class_="statement") if one.words.startswith(start)
    ]
    return page.id(f"{statement.attributes['id']}--note").words


def test_a_note_holds_verdict_reason_number_correction_and_claim(page: Element) -> None:
    note = note_of(page, "Yes, by a factor of two.")
    for part in (
        "± depends",
        "1.22 times as many steps to loss (1.08 to 1.36 in 32 pairs)",
        "Claimed: roughly 2 (1.5 to 2.7).",
        "Reading: one hidden layer.",
        "Holds: two hidden layers. Fails: one hidden layer.",
        "The factor grows with depth",
        "dropout/factor-of-two",
    ):
        assert part in note


def test_a_statement_that_denies_a_refuted_claim_is_supported(page: Element) -> None:
    note = note_of(page, "Weights that start equal stay equal.")
    assert "✓ supported" in note
    assert "Denies: “Weights that start equal drift apart.”" in note
    assert "✗ denies init/same-value" in note


CORRECTED = """
One sentence of two. Yes, by a factor of two. Again, by a factor of two.

It is twice, as said.
"""
CORRECTED_LINKS = """
[[statement]]
quote = "Yes, by a factor of two."
asserts = ["dropout/factor-of-two"]
[[statement]]
quote = "Again, by a factor of two."
asserts = ["dropout/factor-of-two"]
[[statement]]
quote = "It is twice, as said."
asserts = ["dropout/factor-of-two"]
[[statement]]
quote = "One sentence of two."
denies = ["init/same-value"]
"""


@pytest.fixture(scope="module")
def corrected() -> Element:
    run = ledger(one_of_everything())
    return Page(render(run, [key(CORRECTED, CORRECTED_LINKS, run)])).root


def test_the_corrected_key_strikes_what_depends_and_says_what_is_true_once_a_block(
    corrected: Element,
) -> None:
    statements = corrected.all("span", class_="statement")
    struck = [one.all("del")[0].words if one.all("del") else None for one in statements]
    assert struck == [
        None,
        "Yes, by a factor of two.",
        "Again, by a factor of two.",
        "It is twice, as said.",
    ]
    true = "The factor grows with depth: 1.2 with one hidden layer, 2.05 with two."
    instead = [one.all("ins")[0].words if one.all("ins") else None for one in statements]
    assert instead == [None, true, None, true]


def test_a_note_that_would_repeat_another_of_its_block_refers_to_it(corrected: Element) -> None:
    _, first, again = corrected.all("div", class_="note")[:3]
    assert "1.22 times as many steps" in first.words
    assert again.words.startswith("3 ± depends as 2")
    assert again.all("a")[1].attributes["href"] == f"#{first.attributes['id']}"


def test_conditions_beyond_the_third_are_counted() -> None:
    outcome, evidence = measured(roughly(2), 1.2, n=32)
    readings = [reading(f"case {number}", outcome, evidence) for number in range(5)]
    held, two = measured(roughly(2), 2.05)
    run = ledger([claim("dropout/x", "DEPENDS", [reading("two", held, two), *readings])])
    links = '[[statement]]\nquote = "It is twice."\nasserts = ["dropout/x"]'
    page = Page(render(run, [key("It is twice.", links, run)])).root
    assert "Fails: case 0; case 1; case 2; 2 more." in note_of(page, "It is twice.")


def test_a_key_is_typeset_whole_and_in_order(page: Element) -> None:
    key_text = page.all(class_="key-text")[0]
    assert page.all("article", class_="key")[0].all("h3")[0].words == "Chapter 11"
    assert not [one for one in key_text.all() if one.tag in ("h3", "h4")]  # the title, once
    assert key_text.all("em")[0].words == "stay"
    assert key_text.all("table")[0].all("td")
    assert key_text.all("blockquote")
    said = " ".join(one.words for one in key_text.all(class_="said"))
    order = ["Does dropout", "Yes, by", "It is a good", "model.add", "Nobody linked"]
    places = [said.index(words) for words in order]
    assert places == sorted(places)


def test_headings_of_a_key_stand_below_its_title_and_leave_no_level_out() -> None:
    text = "# Title\n\n## Part\n\n#### Deep\n\nText.\n\n## Other part\n\n# Another\n"
    run = ledger([])
    page = Page(render(run, [key(text, "", run)])).root
    article = page.all("article", class_="key")[0]
    headings = [one for one in article.all() if re.fullmatch("h[1-6]", one.tag)]
    assert [(one.tag, one.words) for one in headings] == [
        ("h3", "Title"),
        ("h4", "Part"),
        ("h5", "Deep"),
        ("h4", "Other part"),
        ("h4", "Another"),
    ]


def test_a_first_heading_that_claims_something_stays_in_the_text() -> None:
    run = ledger(one_of_everything())
    links = '[[statement]]\nquote = "Twice as long"\nasserts = ["dropout/factor-of-two"]'
    page = Page(render(run, [key("# Twice as long\n\nText.", links, run)])).root
    assert page.all(class_="key-text")[0].all("h4")[0].all("span", class_="depends")


def test_links_of_a_key_are_footnotes_on_paper_each_address_once() -> None:
    text = (
        "See [one](https://example.org/1?a=b&c=d), [two](http://example.org/2) and "
        "[one again](https://example.org/1?a=b&c=d), not [here](#local)."
    )
    run = ledger([])
    article = Page(render(run, [key(text, "", run)])).root.all("article", class_="key")[0]
    assert [one.text for one in article.all("sup", class_="paper")] == ["[1]", "[2]", "[1]"]
    (notes,) = article.all("ol", class_="paper")
    assert [one.text for one in notes.all("li")] == [
        "https://example.org/1?a=b&c=d",
        "http://example.org/2",
    ]


def test_code_carries_its_statement_where_it_stands(page: Element) -> None:
    (code,) = [
        one
        for one in page.all(class_="key-text")[0].all("pre")
        if one.all("span", class_="statement")
    ]
    first, second = code.all("span", class_="statement")
    assert first.text.startswith("model = Sequential()")
    assert second.text.startswith("model.add(Dropout(0.5))")
    assert "no verdict" in note_of(page, "model.add")
    assert "line 16" in note_of(page, "model.add")


def test_a_claim_names_the_statements_that_make_it(page: Element) -> None:
    said = page.id("claim-init-same-value").all("dd", class_="said-by")[0]
    assert said.words == "chapter-11.md, line 5 (denies it)"
    (link,) = said.all("a")
    assert page.id(str(link.attributes["href"])[1:]).words.startswith("Weights that start equal")


def test_a_claim_says_how_many_keys_make_it_and_those_of_none_stand_last() -> None:
    held, evidence = measured(roughly(2), 2.0)
    readings = [reading("any", held, evidence)]
    run = ledger([claim(f"dropout/{name}", "SUPPORTED", readings) for name in ("made", "unheard")])
    says = '[[statement]]\nquote = "It is so."\nasserts = ["dropout/made"]'
    denies = says.replace("asserts", "denies")
    keys = [
        key("It is so.", links, run, Path(f"answers/{name}.md"))
        for name, links in zip("abcd", (says, says, denies, ""), strict=True)
    ]
    root = Page(render(run, keys)).root

    (also,) = root.all(class_="also")
    assert "Also checked; no key here makes these claims." in also.text
    assert "dropout/unheard" in also.text
    assert "dropout/made" not in also.text
    assert "said by 2, denied by 1 of 4 keys" in root.id("claim-dropout-made").text
    assert "2, 1 in no key" in root.all("nav")[0].text
    alone = Page(render(run, [])).root
    assert "in no key" not in alone.all("nav")[0].text
    assert "Also checked" not in alone.text


def test_a_key_that_nothing_is_linked_to_says_that_nothing_was_checked() -> None:
    run = ledger([])
    unlinked = key("One sentence.", "", run)
    page = Page(render(run, [replace(unlinked, links_path=None)])).root
    assert "Nothing of this key was checked" in page.all("article", class_="key")[0].words


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


def test_a_series_that_readings_share_is_drawn_once(page: Element) -> None:
    pictures = page.id("claim-dropout-factor-of-two").all("div", class_="pictures")[0]
    drawn = [
        one
        for one in pictures.all("figure")
        if one.all("svg") and "training loss by step" in one.words
    ]
    assert len(drawn) == 1
    assert "From “two hidden layers”, “one hidden layer”." in drawn[0].words


def test_the_source_of_a_check_is_shown_once_and_folded(page: Element) -> None:
    shown = page.id("claim-dropout-factor-of-two")
    sources = [one for one in shown.all("details") if one.words.startswith("Source of")]
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
    run = ledger([claim("dropout/x", "SUPPORTED", [], complete=False, why="")])
    page = Page(render(run, [])).root
    assert score(page)["no verdict"] == ("0", "1")
    assert "incomplete" in page.id("claim-dropout-x").words.lower()


# --- what was not checked ------------------------------------------------------------------


def test_everything_unchecked_is_counted_and_listed(page: Element) -> None:
    titles = [one.words for one in page.id("unchecked").all("h3")]
    assert titles == [
        "Advice: 1",
        "Not run: 0",
        "Not encoded yet: 1",
        "Partly checked: 1",
        "Unlinked: 5",
        "No claim: 1",
        "Code of which rules cannot tell: 0",
        "Code that is not parsed: 0",
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


# --- text of strangers ---------------------------------------------------------------------

HOSTILE = (
    "<script>alert(1)</script>",
    "</title></style><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "' autofocus onfocus='alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "x <!-- unclosed",
    "]]><svg onload=alert(1)>",
    "\u202egnp.exe",
    "nul\x00byte",
    "x" * 10_000,
)


def hostile_run(text: str) -> list[ClaimRecord]:
    outcome, evidence = measured(roughly(2), 2.0, quantity=text)
    evidence.series.append(series(name=text))
    found = Searched("every", 3, 1, counterexample=text, message=text)
    return [
        claim(
            f"{text}/{text}",
            "REFUTED",
            [
                reading(text, outcome, evidence, check=text, code=text),
                reading(text, "fails", found, check=text, code=text),
                reading(text, None, None, check=text, error=text),
            ],
            statement=text,
            why=text,
            correction=text,
        )
    ]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_in_a_ledger_stays_text(text: str) -> None:
    run = ledger(hostile_run(text))
    run.questions.append(Question(text, text))
    run.sources[0] = Source("srivastava2014", text, f"javascript:{text}")
    run.run.environment[text] = text
    html = render(run, [])
    page = Page(html).root
    test_nothing_in_the_page_is_fetched_and_nothing_run_but_its_own_script(page)
    test_ids_are_unique_and_every_link_within_the_page_leads_somewhere(page)
    assert not [one for one in page.all("a") if not one.attributes["href"].startswith("#")]
    assert "\x00" not in html
    assert "\u202e" not in html
    shown = text.replace("\x00", "␀").replace("\u202e", "\ufffd")
    assert shown in page.id("claims").text


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize(
    "place",
    ["{}", "# {}", "- a\n- {}", "```{}\ncode\n```", "```\n{}\n```", "| a |\n|---|\n| {} |", "> {}",
     "[link]({})", "![image]({})", "`{}`", "**{}", "[{}](javascript:alert(1))", "$${}$$"],
)  # fmt: skip
def test_hostile_text_in_a_key_stays_text(text: str, place: str) -> None:
    run = ledger([])
    html = render(run, [key(place.replace("{}", text), "", run)])
    page = Page(html).root
    test_nothing_in_the_page_is_fetched_and_nothing_run_but_its_own_script(page)
    test_ids_are_unique_and_every_link_within_the_page_leads_somewhere(page)
    for link in page.all("a"):
        assert not str(link.attributes["href"]).lower().startswith(("javascript:", "data:"))
    assert "\x00" not in html
    assert "\u202e" not in html


def test_right_to_left_text_is_kept_apart_from_its_surroundings(page: Element) -> None:
    assert "unicode-bidi: isolate" in page.all("style")[0].text
    assert page.all(class_="key-text")[0].attributes["dir"] == "auto"


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
