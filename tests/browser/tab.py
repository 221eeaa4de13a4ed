"""A page in the browser under watch: whatever goes wrong on it while a test runs is a failure at its end."""

from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response

PICTURES = Path(__file__).parents[2] / "build" / "browser"


class Tab:
    """One person's browser at one size, in one language; `page` is Playwright's."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.context, self.url = context, url
        self.troubles: list[str] = []
        self.expected: set[int] = set()
        self.responses: list[Response] = []
        self.page: Page = context.new_page()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.troubles.append(f"script: {error}"))
        self.page.on("requestfailed", self._miss)
        self.page.on("response", self._take)

    def go(self, path: str) -> Page:
        """Open a page by its path."""
        self.page.goto(f"{self.url}{path}")
        return self.page

    def expect(self, *statuses: int) -> None:
        """What is refused with these is part of the story."""
        self.expected.update(statuses)

    def picture(self, name: str) -> Path:
        """A picture of the whole page, for people to look at."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        path = PICTURES / f"{name}.png"
        self.page.screenshot(path=path, full_page=True, animations="disabled")
        return path

    def close(self) -> None:
        """Close it."""
        self.context.close()

    def _hear(self, message: ConsoleMessage) -> None:
        # What the server refused is told by the answer itself, below.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.troubles.append(f"console on {self.page.url}: {message.text}")

    def _miss(self, request: Request) -> None:
        # Leaving a page ends what it was still listening to.
        if request.failure not in ("net::ERR_ABORTED", None) and not self._is_offline(request):
            self.troubles.append(f"{request.method} {request.url}: {request.failure}")

    def _is_offline(self, request: Request) -> bool:
        return request.failure == "net::ERR_INTERNET_DISCONNECTED"

    def _take(self, response: Response) -> None:
        self.responses.append(response)
        if response.status >= 400 and response.status not in self.expected:
            self.troubles.append(f"{response.request.method} {response.url}: {response.status}")


def measured(tab: Tab, script: str, *given: Any) -> Any:
    """What a script finds out on the page."""
    return tab.page.evaluate(script, *given)
