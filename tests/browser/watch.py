"""Notices what no page may do: send a request, or log a complaint."""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.sync_api import ConsoleMessage, Error, Page, Request


@dataclass
class Watch:
    """Requests for anything but the file itself, and complaints in the console.

    Chromium writes there what the security policy kept from happening, too, so that a forbidden
    style or image shows even where it did no harm.
    """

    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @classmethod
    def over(cls, page: Page, url: str) -> Watch:
        """Watch a page from before it opens ``url``, the address of its file."""
        watch = cls()

        def requested(request: Request) -> None:
            if request.url.partition("#")[0].partition("?")[0] != url:
                watch.requests.append(request.url)

        def said(message: ConsoleMessage) -> None:
            if message.type in ("error", "warning"):
                watch.complaints.append(message.text)

        def broke(error: Error) -> None:
            watch.complaints.append(f"not caught: {error.message}")

        page.on("request", requested)
        page.on("console", said)
        page.on("pageerror", broke)
        return watch

    def assert_silent(self) -> None:
        """Nothing was asked for and nothing complained of."""
        assert not self.requests, f"the page asked for {self.requests}"
        assert not self.complaints, f"the browser complained: {self.complaints}"
