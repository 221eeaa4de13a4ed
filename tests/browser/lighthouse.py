"""What Lighthouse says of the main pages, and how soon they are first seen: measured, and never part of the tests."""

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.browser.chromium import QUIETLY, chromium
from tests.browser.people import People
from tests.browser.places import FILING
from tests.e2e.first_key import COOKIE
from tests.e2e.running import running_embedded
from tests.e2e.systems import Embedded

LIGHTHOUSE = "lighthouse@12.8.2"
"""The last for Node 20."""

FOLDER = Path(__file__).parents[2] / "build" / "lighthouse"
PAGES = (
    ("front", "/", ""),
    ("filing", FILING, ""),
    ("tracking", "/track", ""),
    ("sign-in", "/sign-in", ""),
    ("leader", "/leader/", "grid_leader"),
    ("office", "/office", "office"),
    ("statistics", "/office/statistics", "office"),
    ("ops", "/ops", "operator"),
)
CATEGORIES = ("accessibility", "best-practices", "performance")
LEAST = {"accessibility": 0.95, "best-practices": 0.95}


def main() -> int:
    """Print a line a page; 1 where a score is below what we want."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, running_embedded(Path(folder)) as system:
        rows = list(_measured(system))
    print(f"{'page':<12}{'accessibility':>15}{'best practices':>16}{'performance':>13}{'first seen':>12}")
    for name, scores, seen in rows:
        print(f"{name:<12}{scores[0]:>15.2f}{scores[1]:>16.2f}{scores[2]:>13.2f}{seen:>9.0f} ms")
    least = [LEAST.get(category, 0) for category in CATEGORIES]
    return int(any(score < wanted for _, scores, _ in rows for score, wanted in zip(scores, least, strict=True)))


def _measured(system: Embedded) -> Iterator[tuple[str, list[float], float]]:
    people = People(system)
    for name, path, role in PAGES:
        told = FOLDER / f"{name}.json"
        headers = FOLDER / "headers.json"
        headers.write_text(json.dumps({"Cookie": f"{COOKIE}={people.token(role)}"} if role else {}))
        subprocess.run(
            [
                *("npx", "--yes", LIGHTHOUSE, f"{system.url}{path}", "--quiet", "--output=json"),
                *(f"--output-path={told}", f"--only-categories={','.join(CATEGORIES)}", f"--extra-headers={headers}"),
                "--throttling-method=provided",  # the machine's own speed: nothing is reckoned into it
                f"--chrome-flags=--headless=new {' '.join(QUIETLY)}",
            ],
            env={**os.environ, "CHROME_PATH": str(chromium())},
            check=True,
            timeout=180,
        )
        headers.unlink()
        found = json.loads(told.read_text(encoding="utf-8"))
        if found["finalDisplayedUrl"].startswith(f"{system.url}{path}") and "runtimeError" not in found:
            scores = [float(found["categories"][category]["score"] or 0) for category in CATEGORIES]
            yield name, scores, found["audits"]["first-contentful-paint"]["numericValue"]
        else:
            print(f"{name}: not measured: {found.get('runtimeError', {}).get('message', found['finalDisplayedUrl'])}")


if __name__ == "__main__":
    raise SystemExit(main())
