"""Without a browser, tests are skipped with a reason, or fail if a browser is required."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.browser import chromium


def test_the_browser_is_the_one_that_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REFUTE_BROWSER", sys.executable)
    assert chromium.find() == sys.executable


def test_a_named_browser_that_is_not_there_is_replaced_by_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("REFUTE_BROWSER", "no-such-browser")
    assert chromium.find() is None


@pytest.mark.parametrize(("required", "outcome"), [("0", "skipped"), ("1", "errors")])
def test_without_a_browser_tests_are_skipped_or_fail_if_one_is_required(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, required: str, outcome: str
) -> None:
    monkeypatch.setenv("REFUTE_BROWSER", "no-such-browser")
    monkeypatch.setenv("REFUTE_REQUIRE_BROWSER", required)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    pytester.makepyfile("def test_needs_a_browser(visit): pass")
    result = pytester.runpytest_subprocess("-rs", "-p", "tests.browser.conftest")
    result.assert_outcomes(**{outcome: 1})
    result.stdout.fnmatch_lines([f"*{chromium.MISSING}*"])
