"""Prometheus's own checker, for rules and figures."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.servers.choice import refuse


def promtool(*words: str, given: str = "", folder: Path | None = None) -> str:
    """What `promtool` says to these words. Fails the test where it finds fault; skips it on a laptop that has none."""
    program = shutil.which("promtool")
    if program is None:
        refuse("promtool is not installed here (Debian: package prometheus)", os.environ)
    done = subprocess.run(
        [program, *words], input=given, cwd=folder, capture_output=True, text=True, timeout=50, check=False
    )
    if done.returncode:
        pytest.fail(f"promtool {' '.join(words)}: {done.stdout}{done.stderr}", pytrace=False)
    return done.stdout
