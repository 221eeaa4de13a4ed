"""The benchmark runs to its end. How fast the system is, is never asserted: machines differ."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.timeout(120)
def test_the_embedded_form_can_be_measured(tmp_path: Path) -> None:
    out = tmp_path / "latest.json"
    command = [sys.executable, "-m", "benchmarks", "--quick", "--rounds", "1", "--form", "embedded", "--out", str(out)]
    surroundings = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LANG": "C.UTF-8"}
    done = subprocess.run(command, cwd=ROOT, env=surroundings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    median = json.loads(out.read_text())["forms"]["embedded"]["median"]
    assert median["chain_rate"] > 0
    assert median["steady_dispatched_p50_ms"] >= median["steady_assigned_p50_ms"] > 0
    assert median["hemei.rss_mib"] > 10
    assert median["sqlite_inserts"] > 0
