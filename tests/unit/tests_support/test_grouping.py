"""Tests that build on one another are run by one process, as their group says."""

import os
import subprocess
import sys
from pathlib import Path

GROUPED = """
import os, pytest
pytestmark = pytest.mark.xdist_group("together")

@pytest.mark.parametrize("number", range(8))
def test_who_runs_it(number):
    with open("workers", "a") as told:
        print(os.environ["PYTEST_XDIST_WORKER"], file=told)
"""


def test_a_group_of_tests_is_run_by_one_process_of_two(tmp_path: Path) -> None:
    (tmp_path / "test_grouped.py").write_text(GROUPED)
    outside = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "XDIST"))}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:pytest_nameko", "-n", "2", "--dist", "loadgroup"]

    done = subprocess.run(command, cwd=tmp_path, env=outside, capture_output=True, text=True, timeout=50, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    workers = (tmp_path / "workers").read_text().split()
    assert (len(workers), len(set(workers))) == (8, 1)
