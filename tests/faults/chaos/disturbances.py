"""What goes wrong: processes, connections, broker, database, messages; each drawn and counted."""

import json
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from uuid import uuid4

import psutil

from chassis.broker import Message
from contracts.wire import CONTENT_TYPE
from tests.e2e.systems import Distributed
from tests.faults.chaos.witness import Witness
from tests.servers.own_postgresql import OwnPostgreSQL
from tests.servers.own_rabbitmq import ALARMS, OwnRabbitMQ

WORK_QUEUES = (
    "grievance.main", "grievance.places", "health.main", "health.places", "organization.main", "organization.posts",
    "partner.main", "volunteer.main", "volunteer.places",
)  # fmt: skip


class Disturber:
    """Disturbs one system; `counts` tells what was done how often, `poison` the ids of what nobody can handle."""

    def __init__(
        self,
        system: Distributed,
        rabbitmq: OwnRabbitMQ,
        postgresql: OwnPostgreSQL,
        witness: Witness,
        draw: random.Random,
    ) -> None:
        self._system, self._rabbitmq, self._postgresql = system, rabbitmq, postgresql
        self._witness, self._draw = witness, draw
        self.counts: Counter[str] = Counter()
        self.poison: dict[str, str] = {}
        self.small: dict[Callable[[], str | None], int] = {
            self.kill: 24,
            self.end: 10,
            self.freeze: 8,
            self.cut_connections: 12,
            self.send_poison: 20,
            self.tell_again: 26,
        }
        """What passes by itself, and how often each is drawn among them."""
        self.outages: dict[Callable[[], str | None], int] = {
            self.restart_broker: 3,
            self.kill_broker: 2,
            self.crash_database: 3,
            self.raise_alarm: 2,
        }
        """What takes something away that everybody needs, and gives it back."""

    def do_one_of(self, kinds: dict[Callable[[], str | None], int]) -> str:
        """Draw one, do it, count it; its name, "" where it could not be done just now."""
        (chosen,) = self._draw.choices(list(kinds), weights=list(kinds.values()))
        name = chosen() or ""
        if name:
            self.counts[name] += 1
        return name

    # -- processes

    def kill(self) -> str | None:
        """SIGKILL."""
        return self._signal(signal.SIGKILL, "killed")

    def end(self) -> str | None:
        """SIGTERM: what a rolling deploy does."""
        return self._signal(signal.SIGTERM, "told to stop")

    def freeze(self) -> str | None:
        """SIGSTOP, and SIGCONT after a while: a machine that swaps, a virtual machine that is moved."""
        process = self._some_process()
        if process is None:
            return None
        with suppress(psutil.NoSuchProcess):
            process.suspend()
            time.sleep(self._draw.uniform(0.5, 2.0))
            process.resume()
        return "frozen"

    def _signal(self, number: signal.Signals, name: str) -> str | None:
        process = self._some_process()
        if process is None:
            return None
        with suppress(psutil.NoSuchProcess):
            process.send_signal(number)
        return name

    def _some_process(self) -> psutil.Process | None:
        running = self._system.processes()[1:]
        return self._draw.choice(running) if running else None

    # -- messages

    def send_poison(self) -> str:
        """Something that no service can ever handle."""
        id = str(uuid4())
        kind, body = self._draw.choice(list(_poison(id).items()))
        queue = self._draw.choice(WORK_QUEUES)
        self.poison[id] = queue
        self._witness.put(Message(body=body, id=id, type="poison", content_type=CONTENT_TYPE), queue)
        return f"poison: {kind}"

    def tell_again(self) -> str | None:
        """An event comes twice, perhaps long after it was handled."""
        message = self._witness.some(self._draw)
        if message is None:
            return None
        self._witness.tell_again(message)
        return "told again"

    # -- servers

    def cut_connections(self) -> str | None:
        """Some connections to the database end."""
        return "connections cut" if self._postgresql.cut_some(0.3, self._draw.random) else None

    def restart_broker(self) -> str:
        """The broker goes for a while and comes back in order."""
        self._rabbitmq.control(["stop_app"])
        time.sleep(self._draw.uniform(0.5, 3.0))
        self._rabbitmq.control(["start_app"])
        return "broker restarted"

    def kill_broker(self) -> str:
        """The broker is gone at once and comes back."""
        self._rabbitmq.kill()
        time.sleep(self._draw.uniform(0.5, 3.0))
        self._rabbitmq.start()
        return "broker killed"

    def crash_database(self) -> str:
        """The database is gone at once and recovers."""
        self._postgresql.crash()
        time.sleep(self._draw.uniform(0.5, 3.0))
        self._postgresql.start()
        return "database crashed"

    def raise_alarm(self) -> str:
        """The broker takes in nothing for a while."""
        name = self._draw.choice(list(ALARMS))
        self._rabbitmq.raise_alarm(name)
        time.sleep(self._draw.uniform(1.0, 4.0))
        self._rabbitmq.end_alarms()
        return f"{name} alarm"


def _poison(id: str) -> dict[str, bytes]:
    sound: dict[str, Any] = {
        "id": id, "source": "/hemei/grievance", "type": "grievance.grievance_filed.v1", "subject": id,
        "time": "2026-01-01T00:00:00Z", "communityid": "410181002011", "correlationid": id, "causationid": id,
        "specversion": "1.0", "data": {},
    }  # fmt: skip
    return {
        "no JSON": b"\xff\xfe not JSON",
        "no envelope": b'{"hello": "world"}',
        "nothing in it": json.dumps(sound).encode(),
        "unknown event": json.dumps(sound | {"type": "grievance.never_told.v1"}).encode(),
        "unknown major version": json.dumps(sound | {"type": "grievance.grievance_filed.v9"}).encode(),
        "unknown CloudEvents": json.dumps(sound | {"specversion": "9.9"}).encode(),
        "large": b"[" * 300_000,
    }
