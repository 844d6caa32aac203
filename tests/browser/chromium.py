"""Finding a Chromium that this machine already has; none is ever downloaded."""

from __future__ import annotations

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome")

QUIET = [
    # A browser asks its maker about updates, accounts and experiments.  This one asks nobody, and
    # could not find anybody if a page made it try: a request still shows in the watch.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--no-first-run",
]

MISSING = (
    "no Chromium on this machine: install one (Debian: apt-get install chromium), "
    "or name it in REFUTE_BROWSER"
)


def find() -> str | None:
    """The browser to drive: what ``REFUTE_BROWSER`` names, or the first of the usual names."""
    wanted = os.environ.get("REFUTE_BROWSER")
    return next(filter(None, map(shutil.which, [wanted] if wanted else NAMES)), None)


def required() -> bool:
    """Whether a machine without a browser fails the tests, as CI's would, and not skips them."""
    return os.environ.get("REFUTE_REQUIRE_BROWSER") == "1"
