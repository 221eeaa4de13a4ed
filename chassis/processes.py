"""Every process of the distributed form on one machine: started, watched, started again, stopped."""

import logging
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

log = logging.getLogger(__name__)

COMMANDS: dict[str, tuple[str, ...]] = {
    "organization": ("serve", "organization"),
    "volunteer": ("serve", "volunteer"),
    "grievance": ("serve", "grievance"),
    "health": ("serve", "health"),
    "partner": ("serve", "partner"),
    "relay": ("relay",),
    "gateway": ("serve", "gateway"),
}
"""Every process, and the words after `hemei` that start it."""

PROCESSES = tuple(COMMANDS)

PAUSES = (0.2, 1.0, 3.0, 10.0)
"""Seconds until a process that ended by itself is started again; the last one repeats."""

STEADY_AFTER = 30.0
"""A process that ran this long begins with the shortest pause again."""


@dataclass
class _Watched:
    name: str
    running: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    ends: int = 0
    due_at: float = field(default=0.0)


class Supervisor:
    """Runs the processes until told to stop."""

    def __init__(self, environment: Mapping[str, str], names: tuple[str, ...] = PROCESSES) -> None:
        self._environment = dict(environment)
        self._watched = [_Watched(name) for name in names]
        self._is_stopping = False

    def run(self) -> None:
        """Prepare databases and broker, start everything, and keep it running until SIGTERM or SIGINT."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        if subprocess.run(self._command("migrate"), env=self._environment, check=False).returncode:
            raise SystemExit(2)
        while not self._is_stopping:
            for watched in self._watched:
                self._look_after(watched)
            time.sleep(0.1)
        self._end()

    def _stop(self, *_: Any) -> None:
        self._is_stopping = True

    def _command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "cli.main", *words]

    def _look_after(self, watched: _Watched) -> None:
        now = time.monotonic()
        if watched.running is None:
            if now >= watched.due_at:
                # A group of its own: Ctrl-C on the terminal reaches only the supervisor, which stops all in order.
                watched.running = subprocess.Popen(
                    self._command(*COMMANDS[watched.name]), env=self._environment, start_new_session=True
                )
                watched.started_at = now
        elif watched.running.poll() is not None:
            watched.ends = 0 if now - watched.started_at > STEADY_AFTER else watched.ends + 1
            watched.due_at = now + PAUSES[min(watched.ends, len(PAUSES) - 1)]
            print(f"{watched.name} 已退出,将重启 / ended, will be started again", file=sys.stderr)  # noqa: T201
            watched.running = None

    def _end(self) -> None:
        running = [watched.running for watched in self._watched if watched.running is not None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + 5
        for process in running:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
