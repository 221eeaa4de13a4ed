"""A whole system as a user starts it: processes from the checkout, reached by their address, ended by their ids."""

import os
import random
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path

import httpx
import psutil

from tests.e2e.door import Door
from tests.e2e.first_key import KEY
from tests.servers.ports import PRIVATE, free_ports
from tests.waiting import eventually

ROOT = Path(__file__).parents[2]
FRONT = (sys.executable, "-m", "cli.main")
STARTS_WITHIN = 90.0
"""Seconds; a machine with two busy cores takes a quarter of it."""

STOPS_WITHIN = 10.0


class System:
    """One form of the system, in a folder and at a port of its own."""

    form: str
    words: tuple[str, ...]

    def __init__(self, folder: Path, environment: dict[str, str], front: Sequence[str] = FRONT) -> None:
        # Drawn, not the first free one: other test runs on this machine look for one at the same moment.
        self.port = free_ports(1, random.sample(PRIVATE, 50))[0]
        self.url = f"http://127.0.0.1:{self.port}"
        self.folder, self.front = folder, tuple(front)
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "DATA": str(folder / "kept"),
            "PORT": str(self.port),
            "RELAY_READY_FILE": str(folder / "relay.ready"),
            "LOG_LEVEL": "WARNING",
            "ACCOUNTS_FIRST_KEY": KEY,
            # Tests found a community each and sign in the same few people again and again.
            "IMPORTS_PER_MINUTE": "6000",
            "CODES_PER_HOUR": "1000",
            **environment,
        }
        self.log = folder / f"{self.form}.log"
        self.process: subprocess.Popen[bytes] | None = None

    @cached_property
    def door(self) -> Door:
        """A client of it, as long as it lives."""
        return Door(self.url)

    def start(self) -> None:
        """Start what is to run; returns at once."""
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [*self.front, *self.words],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def wait_until_ready(self) -> None:
        """Until the door says that everything behind it is ready."""
        eventually(self.check_ready, within=STARTS_WITHIN)

    def check_ready(self) -> None:
        """Fails while the system is not ready."""
        assert self.process is not None
        assert self.process.poll() is None, self.said()
        try:
            answer = httpx.get(f"{self.url}/ready", timeout=5, trust_env=False)
        except httpx.TransportError as error:
            raise AssertionError(f"{error!r}; {self.said()}") from error
        assert answer.status_code == 200, answer.text + self.said()

    def stop(self) -> int | None:
        """Tell it to stop and see to it that nothing is left; the exit code, None where it had to be killed."""
        return self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End everything at once, without a word of warning."""
        self._end(signal.SIGKILL)

    def _end(self, number: signal.Signals) -> int | None:
        if self.process is None:
            return None
        everything = self.processes()
        if number == signal.SIGKILL:
            for process in everything:
                _send(process, number)
        else:
            _send(everything[0], number)
        _, alive = psutil.wait_procs(everything, timeout=STOPS_WITHIN)
        for process in alive:
            _send(process, signal.SIGCONT)
            _send(process, signal.SIGKILL)
        ended = self.process.wait(STOPS_WITHIN)
        self.process = None
        return None if alive else ended

    def processes(self) -> list[psutil.Process]:
        """What was started and everything that it started, the first first."""
        assert self.process is not None
        try:
            first = psutil.Process(self.process.pid)
            return [first, *first.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def said(self, most: int = 6000) -> str:
        """The end of what its processes wrote."""
        return self.log.read_text(errors="replace")[-most:] if self.log.exists() else ""

    def code_for(self, phone: str) -> str:
        """The last code that was sent to this telephone, or to another one that ends like it: while developing, the
        log shows them. Fails where there is none."""
        log = self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""
        found = re.findall(rf"ends in {phone[-2:]}: (\d{{6}})", log)
        assert found, f"no code for {phone}"
        return str(found[-1])

    def run(self, *words: str, within: float = 120.0) -> subprocess.CompletedProcess[str]:
        """Run another `hemei` command against this system, to its end."""
        return subprocess.run(
            [*FRONT, *words],
            cwd=ROOT,
            env=self.command_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=within,
            check=False,
        )

    def command_environment(self, **more: str) -> dict[str, str]:
        """What a command is given, so that it finds this system."""
        return {"PATH": os.environ["PATH"], "HOME": str(self.folder), "HEMEI_URL": self.url, "HEMEI_TOKEN": KEY, **more}


class Embedded(System):
    """`hemei run`: one process, files in a folder."""

    form, words = "embedded", ("run",)

    def __init__(self, folder: Path, front: Sequence[str] = FRONT, **more: str) -> None:
        super().__init__(folder, more, front)


class Distributed(System):
    """`hemei run-distributed`: a process each, RabbitMQ and PostgreSQL."""

    form, words = "distributed", ("run-distributed",)
    NAMES = (
        "organization",
        "volunteer",
        "grievance",
        "health",
        "partner",
        "operations",
        "accounts",
        "relay",
        "gateway",
    )

    def __init__(
        self, folder: Path, broker_url: str, database_url: str, front: Sequence[str] = FRONT, **more: str
    ) -> None:
        super().__init__(folder, {"BROKER_URL": broker_url, "DATABASE_URL": database_url, **more}, front)

    def of(self, name: str) -> psutil.Process:
        """The running process of this name. Fails where there is none now."""
        for process in self.processes()[1:]:
            with suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
                if process.cmdline()[-1:] == [name]:
                    return process
        raise AssertionError(f"no process {name} is running")

    @contextmanager
    def without(self, *names: str, number: signal.Signals = signal.SIGTERM) -> Iterator[None]:
        """These processes ended (SIGTERM, SIGKILL) or standing still (SIGSTOP) until the block ends.

        Whoever would start them again is held meanwhile.
        """
        supervisor = self.processes()[0]
        stopped = [self.of(name) for name in names]
        supervisor.suspend()
        try:
            for process in stopped:
                process.send_signal(number)
            if number != signal.SIGSTOP:
                eventually(lambda: all(map(_has_ended, stopped)), within=STOPS_WITHIN)
            yield
        finally:
            for process in stopped:
                if number == signal.SIGSTOP:
                    process.resume()
            supervisor.resume()


def _has_ended(process: psutil.Process) -> bool:
    # Nobody has taken note of its end while the supervisor is held.
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def _send(process: psutil.Process, number: signal.Signals) -> None:
    with suppress(psutil.NoSuchProcess):
        process.send_signal(number)
