"""`make first-render`: how soon the filing page is seen on the embedded form, and how much of that the door takes.

Cold: a browser that has nothing of ours. Warm: the same browser again. `share` is the door's part of the first paint,
which tells on any machine whether pages or the system are to be made faster.
"""

import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page

from tests.browser.chromium import running_browser
from tests.browser.places import FILING
from tests.e2e.running import running_embedded

RUNS = 9
PHONE = {"width": 390, "height": 844}
OUT = Path(__file__).parent / "results" / "first-render.json"

SEEN = """() => new Promise((done) => new PerformanceObserver((list, observer) => {
  const paint = list.getEntriesByName("first-contentful-paint")[0];
  if (!paint) return;
  observer.disconnect();
  const page = performance.getEntriesByType("navigation")[0];
  done({ door_ms: page.responseStart - page.requestStart, seen_ms: paint.startTime });
}).observe({ type: "paint", buffered: true }))"""

Seen = dict[str, float]


def main() -> None:
    """Measure, print and write the figures."""
    with (
        running_browser() as browser,
        tempfile.TemporaryDirectory() as folder,
        running_embedded(Path(folder)) as system,
    ):
        rounds = [_round(browser, f"{system.url}{FILING}") for _ in range(RUNS)]
    told = {"cold": _figures([cold for cold, _ in rounds]), "warm": _figures([warm for _, warm in rounds])}
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(told, indent=2))


def _round(browser: Browser, url: str) -> tuple[Seen, Seen]:
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    try:
        return _visit(page, url), _visit(page, url)
    finally:
        context.close()


def _visit(page: Page, url: str) -> Seen:
    page.goto(url, wait_until="networkidle")
    seen: Seen = page.evaluate(SEEN)
    return seen


def _figures(seen: Sequence[Mapping[str, float]]) -> dict[str, float]:
    told = {
        f"{name}_{kind}": round(of([each[name] for each in seen]))
        for name in ("door_ms", "seen_ms")
        for kind, of in (("min", min), ("median", median))
    }
    return told | {"share": round(median(each["door_ms"] / each["seen_ms"] for each in seen), 2), "runs": len(seen)}


if __name__ == "__main__":
    main()
