"""Servers started from programs installed on this machine, on private ports and in folders of their own."""

import glob
import os
import re
import secrets
import shutil
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from tests.servers.choice import NotPossible
from tests.servers.ports import PRIVATE
from tests.waiting import eventually

STARTING = 60.0

Answer = Callable[[str], None]
S = TypeVar("S")


def run(command: Sequence[str], environ: Mapping[str, str] | None = None, within: float = 60) -> str:
    """Run a command to its end and return what it printed. Raises `NotPossible` when it fails."""
    try:
        done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=within, check=False)
    except (OSError, subprocess.SubprocessError) as error:
        raise NotPossible(f"{command[0]}: {error}") from error
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise NotPossible(f"{' '.join(command[:3])} … ended with {done.returncode}: {' '.join(said[-3:])}")
    return done.stdout


def folder_of(program: str, patterns: Sequence[str]) -> Path:
    """The folder with this program: the newest of the usual places, else where PATH has it."""
    folders = [path for pattern in patterns for path in glob.glob(pattern) if Path(path, program).exists()]
    if folders:
        return Path(max(folders, key=lambda path: [int(number) for number in re.findall(r"\d+", path)]))
    found = shutil.which(program)
    if found is None:
        raise NotPossible(f"{program} is not installed here")
    return Path(found).resolve().parent


def as_user(user: str | None, dying_signal: str) -> list[str]:
    """What goes before a command so that it runs as `user` and is stopped when this process is killed."""
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        if user is not None:
            raise NotPossible("root, and there is no setpriv to become another user")
        return []
    change = [f"--reuid={user}", f"--regid={user}", "--init-groups"] if user else []
    return [setpriv, *change, "--pdeathsig", dying_signal, "--"]


def private_ports() -> list[int]:
    """All of them, beginning at any: two test runs at once rarely meet."""
    first = secrets.randbelow(len(PRIVATE))
    return [*PRIVATE[first:], *PRIVATE[:first]]


class Program:
    """A server's program in a folder of its own; ended, it can be started again on what it has kept there."""

    def __init__(
        self, command: Sequence[str], environ: Mapping[str, str], folder: Path, answer: Callable[[], None]
    ) -> None:
        self._command, self._environ, self.folder, self._answer = list(command), dict(environ), folder, answer
        self._said = folder / "said"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """Of the process that runs, which is the first of its group."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def start(self) -> None:
        """Start it and wait until it answers. Raises `NotPossible`, and it has ended then."""
        with self._said.open("ab") as output:
            self._process = subprocess.Popen(
                self._command, env=self._environ, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=output,
                stderr=output, start_new_session=True,
            )  # fmt: skip
        try:
            eventually(self._answers, STARTING)
        except (AssertionError, NotPossible) as error:
            self.end(signal.SIGKILL)
            raise NotPossible(str(error)) from error

    def end(self, number: signal.Signals) -> None:
        """Send it and all it has started this signal, and wait until it has ended."""
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, number)
            self._process.wait(30)

    def remove(self) -> None:
        """Throw away what it has kept."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _answers(self) -> None:
        assert self._process is not None
        if self._process.poll() is not None:
            raise NotPossible(f"{self._command[-1]} ended with {self._process.returncode}: {self._last_words()}")
        try:
            self._answer()
        except NotPossible as error:
            raise AssertionError(error) from error

    def _last_words(self) -> str:
        return " ".join(self._said.read_text(errors="replace").split()[-40:])


def install_then(package: str, start: Callable[[], S]) -> S:
    """Install a Debian package, then start the server from it."""
    if os.geteuid() != 0:
        raise NotPossible("not root, so nothing is installed")
    if shutil.which("apt-get") is None:
        raise NotPossible("no apt-get here")
    # With run level 1 Debian's packages do not start their service: ours is started on a private port.
    environ = dict(os.environ) | {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    run(["apt-get", "-qq", "update"], environ, within=180)
    run(["apt-get", "-qq", "install", "--yes", "--no-install-recommends", package], environ, within=600)
    return start()
