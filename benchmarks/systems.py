"""Starting the system to be measured, with the demo community in it: embedded, or as all its processes."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from tests.e2e.first_key import KEY
from tests.servers.ports import PRIVATE, free_ports

STARTED_WITHIN = 60.0


@dataclass(frozen=True, kw_only=True)
class System:
    """A running system: where it answers, where it keeps things, and the process that was started."""

    address: str
    database_url: str
    root: psutil.Process


class NotStarted(Exception):
    """The system ended or did not get ready; the text holds the end of what it wrote."""


@contextmanager
def embedded(folder: Path) -> Iterator[System]:
    """`hemei run` on files in this folder; it fills in the demo community by itself."""
    port = _port()
    with _running("run", folder, {"PORT": str(port)}) as root:
        address = f"http://127.0.0.1:{port}"
        _wait(lambda: address in _written(folder), root, folder)
        yield System(address=address, database_url=f"sqlite:///{folder / 'kept'}", root=root)


@contextmanager
def distributed(folder: Path, broker_url: str, database_url: str) -> Iterator[System]:
    """`hemei run-distributed` with these servers, filled with the demo community over HTTP."""
    port = _port()
    address = f"http://127.0.0.1:{port}"
    servers = {"BROKER_URL": broker_url, "DATABASE_URL": database_url}
    own = {"PORT": str(port), "RELAY_READY_FILE": str(folder / "relay.ready")}
    with _running("run-distributed", folder, servers | own) as root:
        _wait(lambda: _answers(f"{address}/ready"), root, folder)
        filling = [sys.executable, "-m", "cli.main", "fill-demo"]
        subprocess.run(
            filling, env=_environment({"HEMEI_URL": address, "HEMEI_TOKEN": KEY}), stdout=subprocess.DEVNULL, check=True
        )
        yield System(address=address, database_url=database_url, root=root)


def _port() -> int:
    return free_ports(1, random.sample(PRIVATE, 100))[0]


def _environment(more: Mapping[str, str]) -> dict[str, str]:
    """Nothing of this shell's settings but where programs are."""
    return {"PATH": os.environ["PATH"], "PYTHONPATH": os.getcwd(), "LANG": "C.UTF-8", **more}


@contextmanager
def _running(command: str, folder: Path, settings: Mapping[str, str]) -> Iterator[psutil.Process]:
    """A `hemei` command in a group of its own, its words written to a file; stopped in the end, whatever happens."""
    environment = _environment({"DATA": str(folder / "kept"), "ACCOUNTS_FIRST_KEY": KEY, **settings})
    with (folder / "system.log").open("wb") as log:
        started = subprocess.Popen(
            [sys.executable, "-m", "cli.main", command], env=environment, stdout=log, stderr=log, start_new_session=True
        )
    everything = [psutil.Process(started.pid)]
    try:
        yield everything[0]
    finally:
        if started.poll() is None:
            everything += everything[0].children(recursive=True)
            started.send_signal(signal.SIGTERM)
        _, alive = psutil.wait_procs(everything, timeout=10)
        for process in alive:
            process.kill()
        started.wait()


def _wait(is_so: Callable[[], bool], root: psutil.Process, folder: Path) -> None:
    deadline = time.monotonic() + STARTED_WITHIN
    while not is_so():
        if time.monotonic() > deadline or not root.is_running() or root.status() == psutil.STATUS_ZOMBIE:
            raise NotStarted(_written(folder)[-2000:])
        time.sleep(0.1)


def _written(folder: Path) -> str:
    return (folder / "system.log").read_text(errors="replace")


def _answers(address: str) -> bool:
    try:
        return httpx.get(address, timeout=5, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False
