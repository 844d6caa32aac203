"""The page of a run that has one of everything."""

from __future__ import annotations

import pytest

from refute.report import render
from tests.make import key, ledger
from tests.report.hand_made import KEY, LINKS, one_of_everything
from tests.report.parsed import Element, Page


@pytest.fixture(scope="module")
def html() -> str:
    run = ledger(one_of_everything())
    return render(run, [key(KEY, LINKS, run)])


@pytest.fixture(scope="module")
def page(html: str) -> Element:
    return Page(html).root
