"""The supervisor of the distributed form on one machine: starts every process, starts again what ended, stops all."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.waiting import eventually

ROOT = Path(__file__).resolve().parents[3]

STAND_IN = """
import os, pathlib, signal, sys
words = "-".join(sys.argv[1:])
if words == "migrate":
    pathlib.Path("prepared").touch()
    sys.exit(int(os.environ["MIGRATING_ENDS_WITH"]))
assert pathlib.Path("prepared").exists()
signal.signal(signal.SIGTERM, signal.SIG_IGN if words == "serve-health" else lambda *_: sys.exit(0))
pathlib.Path(words).write_text(str(os.getpid()))
while True:
    signal.pause()
"""

SUPERVISE = """
import os
from chassis.processes import Supervisor
Supervisor(dict(os.environ) | {"PYTHONPATH": ""}, tuple(os.environ["NAMES"].split(","))).run()
"""


class Supervised:
    """A supervisor over stand-ins that write down their process ids."""

    def __init__(self, folder: Path, *names: str, migrating_ends_with: int = 0) -> None:
        (folder / "cli").mkdir()
        (folder / "cli" / "main.py").write_text(STAND_IN)
        self._folder = folder
        environ = os.environ | {
            "PYTHONPATH": str(ROOT),
            "NAMES": ",".join(names),
            "MIGRATING_ENDS_WITH": str(migrating_ends_with),
        }
        with (folder / "said").open("wb") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-c", SUPERVISE],
                cwd=folder,
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
            )

    def pid(self, words: str) -> int:
        """Of the process started with these words, once it runs."""
        return int(eventually(lambda: self._written(words), within=20))

    def _written(self, words: str) -> str:
        path = self._folder / words
        assert path.exists()
        assert path.read_text()
        return path.read_text()

    def ended(self, pid: int) -> bool:
        """Whether a process is gone."""
        with suppress(ProcessLookupError):
            os.kill(pid, 0)
            return False
        return True

    def started(self) -> set[str]:
        """The words of everything that was started."""
        return {path.name for path in self._folder.iterdir()} - {"cli", "said", "prepared"}


@pytest.fixture
def supervised(tmp_path: Path) -> Iterator[list[Supervised]]:
    """Those a test makes, ended with it."""
    made: list[Supervised] = []
    yield made
    for each in made:
        if each.process.poll() is None:
            each.process.send_signal(signal.SIGTERM)
            each.process.wait(20)


def test_every_process_is_started_once_all_is_prepared_and_one_that_ends_is_started_again(
    tmp_path: Path, supervised: list[Supervised]
) -> None:
    house = Supervised(tmp_path, "relay", "partner", "gateway")
    supervised.append(house)
    before = {words: house.pid(words) for words in ("relay", "serve-partner", "serve-gateway")}
    os.kill(before["serve-partner"], signal.SIGKILL)
    eventually(lambda: house.pid("serve-partner") != before["serve-partner"], within=20)
    assert house.pid("relay") == before["relay"]
    assert not house.ended(before["serve-gateway"])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_stops_everything_and_ends_well(
    tmp_path: Path, supervised: list[Supervised], number: signal.Signals
) -> None:
    house = Supervised(tmp_path, "relay", "partner")
    supervised.append(house)
    pids = [house.pid("relay"), house.pid("serve-partner")]
    house.process.send_signal(number)
    assert house.process.wait(20) == 0
    assert all(house.ended(pid) for pid in pids)


def test_a_process_that_does_not_stop_when_told_is_ended(tmp_path: Path, supervised: list[Supervised]) -> None:
    house = Supervised(tmp_path, "health", "partner")
    supervised.append(house)
    stubborn, willing = house.pid("serve-health"), house.pid("serve-partner")
    house.process.send_signal(signal.SIGTERM)
    assert house.process.wait(20) == 1, "whoever started it should know"
    assert house.ended(stubborn)
    assert house.ended(willing)


def test_where_preparing_fails_nothing_is_started(tmp_path: Path, supervised: list[Supervised]) -> None:
    house = Supervised(tmp_path, "relay", "partner", migrating_ends_with=3)
    supervised.append(house)
    assert house.process.wait(20) == 2
    assert house.started() == set()
