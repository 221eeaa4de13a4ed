"""The story that the README tells by curl is true, word for word."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.e2e.first_key import KEY, SHOWN
from tests.waiting import eventually

README = Path(__file__).parents[2] / "README.md"
CURL = Path(__file__).with_name("curl.py")

pytestmark = pytest.mark.timeout(120)


def story() -> str:
    """The commands under the heading, as one person types them one after the other."""
    (section,) = re.findall(r"^## The story by curl\n(.*?)^## ", README.read_text(encoding="utf-8"), re.M | re.S)
    by_curl = [block for block in re.findall(r"^```sh\n(.*?)^```", section, re.M | re.S) if "curl" in block]
    assert len(by_curl) == 4
    return "".join(by_curl)


def path_with_curl(folder: Path) -> str:
    """Where programs are; where no curl is installed, one that understands the options used here."""
    if shutil.which("curl"):
        return os.environ["PATH"]
    stand_in = folder / "curl"
    stand_in.write_text(f'#!/bin/sh\nexec {sys.executable} {CURL} "$@"\n')
    stand_in.chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


def test_the_story_of_the_readme_happens(system: Any, tmp_path: Path) -> None:
    surroundings = {"PATH": path_with_curl(tmp_path), "HEMEI_URL": system.url, "HEMEI_TOKEN": KEY, "LANG": "C.UTF-8"}
    # At the end the reader's shell still knows which grievance it was.
    told = subprocess.run(
        ["bash", "-eu", "-c", story() + '\necho "$id" >&2'],
        env=surroundings,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    grievance_id = told.stderr.split()[-1]
    assert "leader_assigned" in told.stdout
    assert "楼道畅通" in told.stdout

    def has_come_to_its_end() -> None:
        grievance = httpx.get(f"{system.url}/api/v1/grievances/{grievance_id}", trust_env=False, headers=SHOWN).json()
        assert grievance["status"] == "rated"
        assert grievance["score"] == 5
        states = sorted(volunteer["state"] for volunteer in grievance["volunteers"])
        assert states == ["checked_out", "stood_down"]

    eventually(has_come_to_its_end, within=15)
