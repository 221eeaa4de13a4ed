"""`python -m vulnerabilities`: ask about everything that is pinned; 1 where something is known and was not reviewed.

An answer serves for a day, and that nobody answered for an hour, so that `make check` costs nothing most of the time;
`--now` asks at once.
"""

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path

from vulnerabilities.findings import NoReport, Report, not_reviewed, read_report, read_reviewed

ROOT = Path(__file__).parents[1]
PINS = (ROOT / "requirements.txt", ROOT / "requirements-dev.txt")
REVIEWED = Path(__file__).with_name("reviewed.toml")
LAST = Path(sys.prefix) / ".vulnerabilities.json"

PATIENCE = 60
"""Seconds for all questions together; a hundred packages take about ten."""

SERVES, SERVES_UNANSWERED = 24 * 3600, 3600
"""Seconds for which an answer, or that there was none, is not asked for again."""


def main(words: Sequence[str]) -> int:
    """Say how things are; the exit code."""
    told = None if "--now" in words else _last()
    if told is None:
        told = _ask()
        _keep(told)
    return judge(told, REVIEWED.read_text(encoding="utf-8"), datetime.now(UTC).date(), print)


def judge(told: str, reviewed: str, today: date, say: Callable[[str], None]) -> int:
    """Hold what pip-audit told against what was reviewed, and say it in a line or a few; the exit code."""
    try:
        report = read_report(told)
    except NoReport:
        report = Report(known=0, unknown=(), findings=())
    if not report.known:
        say("Vulnerabilities: NOT ASKED, the service does not answer from here / 漏洞库无法访问，本次未检查")
        return 0
    left = not_reviewed(report.findings, read_reviewed(reviewed), today)
    for finding in left:
        say(f"Vulnerability: {finding}")
    unknown = f"; not known to the service: {', '.join(report.unknown)}" if report.unknown else ""
    say(f"Vulnerabilities: {report.known} packages, {len(report.findings)} found, {len(left)} not reviewed{unknown}")
    return 1 if left else 0


def _ask() -> str:
    pinned = [word for pins in PINS for word in ("--requirement", str(pins))]
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", *pinned]
    try:
        done = subprocess.run(
            [*command, "--format", "json", "--progress-spinner", "off", "--timeout", "5"],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return ""
    return done.stdout


def _last() -> str | None:
    """What was told last about these very pins, while it serves."""
    with suppress(OSError, ValueError, KeyError):
        kept = json.loads(LAST.read_text(encoding="utf-8"))
        if kept["pins"] == _pins() and datetime.now(UTC).timestamp() < kept["until"]:
            return str(kept["told"])
    return None


def _keep(told: str) -> None:
    try:
        has_answer = read_report(told).known > 0
    except NoReport:
        has_answer = False
    until = datetime.now(UTC).timestamp() + (SERVES if has_answer else SERVES_UNANSWERED)
    LAST.write_text(json.dumps({"pins": _pins(), "until": until, "told": told}), encoding="utf-8")


def _pins() -> str:
    return hashlib.sha256(b"".join(pins.read_bytes() for pins in PINS)).hexdigest()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
