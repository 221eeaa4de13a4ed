"""What Lighthouse says of the main pages, and how soon they are first seen: measured, and never part of the tests."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.browser.chromium import QUIETLY, chromium
from tests.browser.people import People
from tests.browser.places import COURTYARD, FILING
from tests.e2e.demo_community import COMMUNITY
from tests.e2e.first_key import COOKIE
from tests.e2e.running import running_embedded

LIGHTHOUSE = "lighthouse@12.8.2"
"""The last for Node 20."""

FOLDER = Path(__file__).parents[2] / "build" / "lighthouse"
PAGES = (
    ("front", "/", ""),
    ("filing", FILING, ""),
    ("tracking", "/track", ""),
    ("board", f"/board/{COMMUNITY}/{COURTYARD}", ""),
    ("sign-in", "/sign-in", ""),
    ("leader", "/leader/", "grid_leader"),
    ("office", "/office", "office"),
    ("statistics", "/office/statistics", "office"),
    ("doctor", "/doctor", "doctor"),
    ("partner", "/partner", "partner"),
    ("street", "/figures", "viewer"),
    ("ops", "/ops", "operator"),
)
TRIES = 3
"""On a busy machine it sometimes misses how a page began, and asks to be run again."""

CATEGORIES = ("accessibility", "best-practices", "performance")
LEAST = {"accessibility": 0.95, "best-practices": 0.95}


def main(*names: str) -> int:
    """Print a line a page as it is measured, of these or all; 1 where a score is below what we want, or could not be
    had."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    least = [LEAST.get(category, 0) for category in CATEGORIES]
    is_good = True
    print(f"{'page':<12}{'accessibility':>15}{'best practices':>16}{'performance':>13}{'first seen':>12}")
    with tempfile.TemporaryDirectory() as folder, running_embedded(Path(folder)) as system:
        people = People(system)
        for name, path, role in [page for page in PAGES if not names or page[0] in names]:
            told = _measured(f"{system.url}{path}", FOLDER / f"{name}.json", people.token(role) if role else "")
            if told is None:
                print(f"{name:<12}not measured in {TRIES} tries")
                is_good = False
                continue
            scores = [float(told["categories"][category]["score"] or 0) for category in CATEGORIES]
            seen = told["audits"]["first-contentful-paint"]["numericValue"]
            print(f"{name:<12}{scores[0]:>15.2f}{scores[1]:>16.2f}{scores[2]:>13.2f}{seen:>9.0f} ms", flush=True)
            is_good = is_good and all(score >= wanted for score, wanted in zip(scores, least, strict=True))
    return int(not is_good)


def _measured(address: str, file: Path, token: str) -> dict[str, Any] | None:
    """What Lighthouse tells of the page; None where it did not come to see it in so many tries."""
    headers = FOLDER / "headers.json"
    headers.write_text(json.dumps({"Cookie": f"{COOKIE}={token}"} if token else {}))
    try:
        for _ in range(TRIES):
            file.unlink(missing_ok=True)
            subprocess.run(
                [
                    *("npx", "--yes", LIGHTHOUSE, address, "--quiet", "--output=json", f"--output-path={file}"),
                    *(f"--only-categories={','.join(CATEGORIES)}", f"--extra-headers={headers}"),
                    "--throttling-method=provided",  # the machine's own speed: nothing is reckoned into it
                    f"--chrome-flags=--headless=new {' '.join(QUIETLY)}",
                ],
                env={**os.environ, "CHROME_PATH": str(chromium())},
                check=False,
                timeout=180,
            )
            told: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
            if told and "runtimeError" not in told and told["finalDisplayedUrl"].startswith(address):
                return told
    finally:
        headers.unlink()
    return None


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
