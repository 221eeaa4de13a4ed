"""Processes that tests stop, kill and starve, and that are started again where they are to live on."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Event as Signal
from threading import Thread
from uuid import uuid4

from tests.waiting import eventually

ROOT = Path(__file__).parents[2]


class Running:
    """One process of a module of the tests; what it says is kept."""

    def __init__(self, folder: Path, environ: Mapping[str, str], *words: str) -> None:
        self._said = folder / f"{uuid4()}.said"
        with self._said.open("wb") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *words],
                cwd=ROOT,
                env=os.environ | environ,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
            )

    def said(self) -> list[str]:
        """Every line so far."""
        return self._said.read_text(errors="replace").splitlines()

    def heard_to_say(self, what: str, times: int = 1, within: float = 20.0) -> None:
        """Wait until it has said this so often."""

        def said() -> None:
            assert self.said().count(what) >= times, "\n".join(self.said()[-20:])

        eventually(said, within)

    def told_to_stop(self) -> float:
        """Send SIGTERM; the seconds until it has ended, well."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(20) == 0, "\n".join(self.said()[-20:])
        return time.monotonic() - began

    def killed(self) -> None:
        """Send SIGKILL."""
        self.process.kill()
        self.process.wait(20)

    @property
    def is_alive(self) -> bool:
        """Whether it has not ended."""
        return self.process.poll() is None


class Kept:
    """A process that is started again whenever it has died, until it is told to stop."""

    def __init__(self, start: Callable[[], Running]) -> None:
        self._start = start
        self.lives = [start()]
        self._is_over = Signal()
        self._keeper = Thread(target=self._keep, daemon=True)
        self._keeper.start()

    @property
    def deaths(self) -> int:
        """How often it has died."""
        return sum(not life.is_alive for life in self.lives)

    @property
    def now(self) -> Running:
        """The one that lives, or has died last."""
        return self.lives[-1]

    def struck(self) -> None:
        """Send SIGKILL to the one that lives, as soon as there is one: never to one that is dead already."""

        def lives() -> None:
            assert self.now.is_alive

        eventually(lives)
        self.now.killed()

    def told_to_stop(self) -> None:
        """Send SIGTERM to the one that lives, and start none after it. Fails where it does not end well."""
        self._let_go()
        if self.now.is_alive:
            self.now.heard_to_say("started")
            self.now.told_to_stop()

    def killed(self) -> None:
        """End it for good, at once."""
        self._let_go()
        self.now.killed()

    def _let_go(self) -> None:
        self._is_over.set()
        self._keeper.join(5)

    def _keep(self) -> None:
        while not self._is_over.wait(0.02):
            if not self.now.is_alive:
                self.lives.append(self._start())
