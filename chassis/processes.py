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
    "operations": ("serve", "operations"),
    "accounts": ("serve", "accounts"),
    "relay": ("relay",),
    "gateway": ("serve", "gateway"),
}
"""Every process, and the words after `hemei` that start it."""

PROCESSES = tuple(COMMANDS)

PAUSES = (0.2, 1.0, 3.0, 10.0)
"""Seconds until a process that ended by itself is started again; the last one repeats."""

STEADY_AFTER = 10.0
"""A process that ran this long begins with the shortest pause again."""


STOP_WITHIN = 5.0
"""Seconds a process is given to stop; then it is killed."""

ENDED_WELL = (0, -signal.SIGTERM)
"""One that was still starting has nothing to finish, and ends by the signal itself."""


def environment_of(name: str, environment: Mapping[str, str]) -> dict[str, str]:
    """What a process is given. Where METRICS_PORT is set, each gets one of its own: the first process that one, the
    others the next ones, in the order of `PROCESSES`."""
    first = environment.get("METRICS_PORT", "")
    if not first.isdecimal() or int(first) == 0:
        return dict(environment)
    return {**environment, "METRICS_PORT": str(int(first) + PROCESSES.index(name))}


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
                    self._command(*COMMANDS[watched.name]),
                    env=environment_of(watched.name, self._environment),
                    start_new_session=True,
                )
                watched.started_at = now
        elif watched.running.poll() is not None:
            code = watched.running.returncode
            watched.ends = 0 if now - watched.started_at > STEADY_AFTER else watched.ends + 1
            watched.due_at = now + PAUSES[min(watched.ends, len(PAUSES) - 1)]
            print(f"{watched.name} 已退出（{code}），将重启 / ended, will be started again", file=sys.stderr)  # noqa: T201
            watched.running = None

    def _end(self) -> None:
        running = {watched.name: watched.running for watched in self._watched if watched.running is not None}
        for process in running.values():
            process.terminate()
        deadline = time.monotonic() + STOP_WITHIN
        codes = {name: _ended(process, deadline) for name, process in running.items()}
        badly = {name: code for name, code in codes.items() if code not in ENDED_WELL}
        if badly:
            print(f"未能正常停止 / did not end well: {badly}", file=sys.stderr)  # noqa: T201
            raise SystemExit(1)


def _ended(process: subprocess.Popen[bytes], deadline: float) -> int:
    """The exit code of a process that was told to stop; one that does not is killed."""
    try:
        return process.wait(max(0.1, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()
