"""`make run`: up with one command, and down with Ctrl-C or SIGTERM given to make."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import psutil
import pytest

from tests.servers.ports import PRIVATE, free_ports
from tests.waiting import eventually

pytestmark = pytest.mark.timeout(180)

ROOT = Path(__file__).parents[2]
STOPPED_WITHIN = 5.0


class Make:
    """`make run` in a group of processes of its own, as a terminal starts it."""

    def __init__(self, folder: Path, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.port = port
        # This test's own environment stands already: make is told that its stamp is fresh.
        fresh = [f"VENV={sys.prefix}", "-o", f"{sys.prefix}/.ready"]
        surroundings = {"PATH": os.environ["PATH"], "HOME": str(folder)}
        self.log = folder / f"{uuid4()}.log"
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                ["make", "run", *fresh, f"DATA={folder / 'kept'}", f"PORT={port}"],
                cwd=ROOT,
                env=surroundings,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def answers(self) -> None:
        """Fails until the system has answered a request."""
        assert self.process.poll() is None, self.log.read_text()
        try:
            answer = httpx.get(f"{self.address}/ready", timeout=5)
        except httpx.HTTPError as error:
            raise AssertionError(f"{error}; {self.log.read_text()}") from error
        assert answer.status_code == 200, answer.text

    def has_said_its_address(self) -> None:
        """Fails until the address is printed: the demo community is complete then."""
        assert self.process.poll() is None, self.log.read_text()
        assert self.address in self.log.read_text()

    def processes(self) -> list[psutil.Process]:
        """Make and all that it started."""
        root = psutil.Process(self.process.pid)
        return [root, *root.children(recursive=True)]


@pytest.fixture
def make_run(tmp_path: Path) -> Iterator[Callable[[], Make]]:
    """Starts the system with `make run`, each time on the same kept files; whatever is left is killed afterwards."""
    started: list[Make] = []
    port = free_ports(1, random.sample(PRIVATE, 50))[0]

    def start() -> Make:
        started.append(Make(tmp_path, port))
        return started[-1]

    yield start
    for make in started:
        if make.process.poll() is None:
            os.killpg(make.process.pid, signal.SIGKILL)
            make.process.wait()


def ctrl_c(make: Make) -> None:
    """What a terminal does: every process of the group hears it."""
    os.killpg(make.process.pid, signal.SIGINT)


def terminate(make: Make) -> None:
    """What a supervisor does: it knows make only."""
    make.process.terminate()


def test_make_run_comes_up_and_stops_cleanly_and_comes_up_again(make_run: Callable[[], Make]) -> None:
    for stop in (terminate, ctrl_c):
        make = make_run()
        eventually(make.answers, within=30)
        eventually(make.has_said_its_address, within=60)
        everything = make.processes()
        assert len(everything) == 2, "make, and the system in one process: no shell between them"
        told_at = time.monotonic()
        stop(make)
        _, alive = psutil.wait_procs(everything, timeout=STOPPED_WITHIN + 1)
        assert alive == [], make.log.read_text()
        assert time.monotonic() - told_at < STOPPED_WITHIN
        assert "Traceback" not in make.log.read_text(), make.log.read_text()
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", make.port)) != 0, "the port is still open"
