"""Debian's Chromium, driven by Playwright: where it stands, and how it is started."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.servers.choice import refuse

PLACES = (Path("/usr/bin/chromium"), Path("/usr/bin/chromium-browser"))
QUIETLY = (
    "--no-sandbox",  # root, as in CI, gets none
    "--disable-dev-shm-usage",  # a container's is too small for it
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)
"""It draws pages of ours and asks nobody else for anything."""

PATIENCE = 15_000
"""Milliseconds for anything that is waited for: two busy cores take their time."""


def chromium() -> Path:
    """The program; where there is none, tests skip on a laptop and fail in CI."""
    named = os.environ.get("CHROMIUM")
    found = [place for place in ([Path(named)] if named else PLACES) if place.exists()]
    if not found:
        refuse("Chromium is not installed here (apt-get install chromium, or CHROMIUM=/path/to/it)", os.environ)
    return found[0]


@contextmanager
def running_browser() -> Iterator[Browser]:
    """The browser, without a window."""
    program = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(QUIETLY))
        try:
            yield browser
        finally:
            browser.close()
