"""The gateway as a process: who watches is sent what is new at once, makes room when gone, and holds up no stop; who
asks while it stops is answered."""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import msgspec
import pytest

from chassis.amqp import AmqpBroker
from chassis.asking import call_queue
from chassis.broker import Delivery, Message
from gateway.live import MOST
from tests.e2e.first_key import SHOWN
from tests.servers.ports import PRIVATE, free_ports
from tests.waiting import eventually

ROOT = Path(__file__).resolve().parents[3]
LIVE = "/api/v1/operations/live"
OPERATOR = {
    "account": "6f1c1f6e-8d0a-4f4e-9a53-1b0f1d4c9a11",
    "name": "zhiban",
    "kind": "person",
    "grants": [{"id": "1", "role": "operator", "community": "", "place": None, "subject": None}],
    "scopes": None,
    "session": "b9a7a0c6-53a6-4d52-8b33-6a5c3e1f7d20",
    "csrf": "word",
    "must_change_password": False,
}


@contextmanager
def believing_everybody(broker_url: str) -> Iterator[None]:
    """An accounts service that says of every token that an operator holds it."""
    broker = AmqpBroker(broker_url, "accounts")

    def answer(delivery: Delivery) -> None:
        asked = delivery.message
        delivery.acknowledge()
        told = Message(body=msgspec.json.encode(OPERATOR), type="answer", correlation=asked.correlation)
        broker.send(told, asked.reply_to, confirmed=False)

    broker.consume(call_queue("accounts"), answer, prefetch=10)
    broker.start()
    yield
    broker.stop()


class Standing:
    """A gateway with nobody behind it but whoever says who asks."""

    def __init__(self, process: subprocess.Popen[bytes], client: httpx.Client) -> None:
        self.process, self.client = process, client

    def watched(self) -> tuple[httpx.Response, Iterator[bytes]]:
        """A stream of which the first event has been read."""
        answer = self.client.send(self.client.build_request("GET", LIVE), stream=True)
        assert answer.status_code == 200
        pieces = answer.iter_raw()
        while not next(pieces).startswith(b"event: "):
            pass
        return answer, pieces

    def has_room(self) -> bool:
        """Whether another may watch."""
        return self.client.head(LIVE).status_code == 200

    def is_up(self) -> bool:
        """Whether it answers yet, also who asks."""
        assert self.process.poll() is None
        try:
            return self.client.get("/metrics").status_code == 200
        except httpx.ConnectError:
            return False


@pytest.fixture
def gateway(fresh_broker: str, tmp_path: Path) -> Iterator[Standing]:
    """It stands for the test."""
    port = free_ports(1, random.sample(PRIVATE, 50))[0]
    process = subprocess.Popen(
        [sys.executable, "-m", "cli.main", "serve", "gateway"],
        cwd=ROOT,
        env=os.environ | {"BROKER_URL": fresh_broker, "PORT": str(port), "LOG_LEVEL": "ERROR", "HOME": str(tmp_path)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    limits = httpx.Limits(max_connections=3 * MOST)
    address = f"http://127.0.0.1:{port}"
    client = httpx.Client(base_url=address, timeout=20, limits=limits, trust_env=False, headers=SHOWN)
    with client, believing_everybody(fresh_broker):
        standing = Standing(process, client)
        eventually(standing.is_up, within=30)
        yield standing
    process.kill()
    process.wait()


def test_every_stream_ends_well_when_the_process_is_told_to_stop(gateway: Standing) -> None:
    streams = [gateway.watched() for _ in range(3)]

    gateway.process.send_signal(signal.SIGTERM)

    for _, pieces in streams:
        for piece in pieces:  # raises where it breaks off
            assert piece
    assert gateway.process.wait(20) == 0


@contextmanager
def asked_in_vain(broker_url: str, service: str) -> Iterator[list[Delivery]]:
    """A service that takes every call and answers none; the calls it took."""
    broker, taken = AmqpBroker(broker_url, service), list[Delivery]()
    broker.consume(call_queue(service), taken.append, prefetch=10)
    broker.start()
    yield taken
    broker.stop()


def told_to_come_again(client: httpx.Client) -> bool:
    """Whether an answer says so; it is whole, whatever it says."""
    answer = client.get("/metrics")
    assert answer.text
    return answer.status_code == 503 and answer.json()["error"] == "unavailable" and "Retry-After" in answer.headers


def test_told_to_stop_it_answers_what_is_under_way_and_tells_who_kept_a_connection_to_come_again(
    gateway: Standing, fresh_broker: str
) -> None:
    with (
        asked_in_vain(fresh_broker, "grievance") as taken,
        httpx.Client(base_url=gateway.client.base_url, trust_env=False, headers=SHOWN) as kept,
        ThreadPoolExecutor(1) as beside,
    ):
        assert kept.get("/metrics").status_code == 200
        under_way = beside.submit(gateway.client.get, "/api/v1/categories")
        eventually(lambda: len(taken) == 1)

        gateway.process.send_signal(signal.SIGTERM)

        eventually(lambda: told_to_come_again(kept))
        assert not under_way.done()
        answer = under_way.result(20)
        assert (answer.status_code, answer.json()["error"]) == (503, "unavailable")
        assert answer.headers["Connection"] == "close"
        assert gateway.process.wait(20) == 0


def test_who_has_gone_without_a_word_makes_room(gateway: Standing) -> None:
    streams = [gateway.watched() for _ in range(MOST)]
    assert not gateway.has_room()

    for answer, _ in streams:
        answer.close()

    eventually(gateway.has_room, within=20)
