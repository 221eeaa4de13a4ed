"""The commands of docker-compose.yml outside containers: each process starts, becomes ready, and stops cleanly."""

import os
import random
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from tests.servers.ports import PRIVATE, free_ports
from tests.waiting import eventually

pytestmark = [
    pytest.mark.timeout(180),
    pytest.mark.xdist_group("compose"),  # each test finds the processes as the one before has left them
]

COMPOSE: dict[str, Any] = yaml.safe_load(Path(__file__).parents[2].joinpath("docker-compose.yml").read_text())
OURS = {name: service for name, service in COMPOSE["services"].items() if service["image"].startswith("hemei:")}
ONCE = [name for name, service in OURS.items() if service["restart"] == "no"]
PROCESSES = [name for name in OURS if name not in ONCE]


class Containers:
    """What compose would do with our entries, on this machine: `RabbitMQ` and `PostgreSQL` are those of the tests."""

    def __init__(self, broker_url: str, database_url: str, folder: Path) -> None:
        self.port, *others = free_ports(1 + len(OURS), random.sample(PRIVATE, 100))
        # In containers each has an address of its own, and all the same port.
        self._ports = dict(zip(OURS, map(str, others), strict=True))
        self.folder = folder
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self._replaced = {"BROKER_URL": broker_url, "DATABASE_URL": database_url, "PORT": str(self.port)}
        keys = [self.run(["hemei", "keys", "new"], {}).stdout.strip() for _ in range(2)]
        self._settings = dict(zip(("FIELD_KEYS", "SECRET_KEY"), keys, strict=True))

    def environment_of(self, name: str) -> dict[str, str]:
        """The entry's own environment, `${…}` filled in, servers and port replaced by those of the tests."""
        written: dict[str, Any] = OURS[name]["environment"]
        replaced = self._replaced | {"METRICS_PORT": self._ports[name], "METRICS_HOST": "127.0.0.1"}
        return {key: self._filled(str(words)) for key, words in written.items()} | {
            key: words for key, words in replaced.items() if key in written
        }

    def _filled(self, words: str) -> str:
        def fill(found: re.Match[str]) -> str:
            return self._settings.get(found["name"], (found["default"] or "").removeprefix(":-"))

        return re.sub(r"\$\{(?P<name>\w+)(?P<default>:-[^}]*)?(:\?[^}]*)?\}", fill, words)

    def _command(self, command: list[str]) -> list[str]:
        program, *words = command
        return [str(Path(sys.executable).with_name(program)), *words]

    def _surroundings(self, environment: dict[str, str]) -> dict[str, str]:
        """Nothing of this machine's settings but where programs are; a temporary folder of one's own."""
        return {"PATH": os.environ["PATH"], "TMPDIR": str(self.folder)} | environment

    def run(self, command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        surroundings = self._surroundings(environment)
        return subprocess.run(
            self._command(command), env=surroundings, cwd=self.folder, capture_output=True, text=True, check=False
        )

    def start(self, name: str) -> None:
        """Start the entry's command, its words written to a file."""
        with (self.folder / f"{name}.log").open("wb") as output:
            self.running[name] = subprocess.Popen(
                self._command(OURS[name]["command"]),
                env=self._surroundings(self.environment_of(name)),
                cwd=self.folder,
                stdout=output,
                stderr=output,
            )

    def ready(self, name: str) -> subprocess.CompletedProcess[str]:
        """Ask the entry's own health check, once."""
        kind, *command = OURS[name]["healthcheck"]["test"]
        assert kind == "CMD"
        return self.run(command, self.environment_of(name))

    def said(self, name: str) -> str:
        """The end of what a process wrote."""
        return (self.folder / f"{name}.log").read_text(errors="replace")[-2000:]


@pytest.fixture(scope="module")
def containers(
    fresh_broker: str, fresh_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Containers]:
    """Every entry started in the order that compose would take."""
    started = Containers(fresh_broker, fresh_database, tmp_path_factory.mktemp("containers"))
    try:
        for name in ONCE:
            done = started.run(OURS[name]["command"], started.environment_of(name))
            assert done.returncode == 0, done.stderr
        for name in PROCESSES:
            started.start(name)
        yield started
    finally:
        for process in started.running.values():
            process.kill()
            process.wait()


@pytest.mark.parametrize("name", PROCESSES)
def test_a_process_becomes_ready_by_its_own_check(containers: Containers, name: str) -> None:
    def is_ready() -> None:
        assert containers.running[name].poll() is None, containers.said(name)
        asked = containers.ready(name)
        assert asked.returncode == 0, asked.stderr + containers.said(name)

    eventually(is_ready, within=60)


def test_the_door_says_that_everything_behind_it_is_ready(containers: Containers) -> None:
    def is_ready() -> None:
        answer = httpx.get(f"http://127.0.0.1:{containers.port}/ready", timeout=5)
        assert answer.status_code == 200, answer.text

    eventually(is_ready, within=60)


def test_migrating_again_changes_nothing_and_disturbs_nobody(containers: Containers) -> None:
    for name in ONCE:
        assert containers.run(OURS[name]["command"], containers.environment_of(name)).returncode == 0
    for name in PROCESSES:
        assert containers.running[name].poll() is None, containers.said(name)


def test_processes_told_to_stop_end_by_themselves_in_time(containers: Containers) -> None:
    for process in containers.running.values():
        process.send_signal(signal.SIGTERM)
    for name, process in containers.running.items():
        in_time = int(OURS[name]["stop_grace_period"].removesuffix("s"))
        assert process.wait(in_time) == 0, containers.said(name)


def test_a_process_that_does_not_run_is_not_ready(containers: Containers) -> None:
    assert all(process.poll() is not None for process in containers.running.values())
    still_ready = set(PROCESSES)

    def none_is_ready() -> None:
        with ThreadPoolExecutor() as at_once:
            asked = dict(zip(still_ready, at_once.map(containers.ready, still_ready), strict=True))
        still_ready.intersection_update(name for name, done in asked.items() if done.returncode == 0)
        assert still_ready == set()

    eventually(none_is_ready, within=30)
