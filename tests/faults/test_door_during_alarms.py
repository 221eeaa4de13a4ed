"""While the broker has no memory left the door stays open: it says at once what cannot be done, and nobody hangs."""

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

import httpx
import pytest

from tests.e2e.communities import Community, found, sheet_of_places
from tests.e2e.first_key import SHOWN
from tests.e2e.systems import Distributed
from tests.servers import postgresql, rabbitmq
from tests.servers.choice import Server
from tests.servers.own_postgresql import OwnPostgreSQL
from tests.servers.own_rabbitmq import OwnRabbitMQ
from tests.waiting import eventually

pytestmark = pytest.mark.timeout(240)

ANSWERS_WITHIN = 8.0
"""Seconds: calls are given up after four, five are promised; a busy machine needs some."""


PATIENCE = 4.0
"""Seconds that a call which was sent is waited for."""


@pytest.fixture
def system(tmp_path: Path, own_rabbitmq: OwnRabbitMQ, own_postgresql: OwnPostgreSQL) -> Iterator[Distributed]:
    """The whole system, on servers of its own."""
    server = Server(url=own_rabbitmq.url, origin=own_rabbitmq.origin, control=own_rabbitmq.control)
    with rabbitmq.fresh_vhost(server) as broker, postgresql.fresh_database(own_postgresql.url) as database:
        started = Distributed(tmp_path, broker, database)
        try:
            started.start()
            started.wait_until_ready()
            yield started
            assert started.stop() == 0, started.said()
        finally:
            started.kill()


def test_every_request_is_answered_during_an_alarm_and_all_is_well_after_it(
    system: Distributed, own_rabbitmq: OwnRabbitMQ
) -> None:
    community = found(system.door)
    file(system, community, 201)
    own_rabbitmq.raise_alarm("memory")
    try:
        with ThreadPoolExecutor(12) as clients:
            answers = list(clients.map(lambda number: asked(system, community, number), range(72)))
        assert httpx.get(f"{system.url}/openapi.json", timeout=ANSWERS_WITHIN, trust_env=False).status_code == 200
    finally:
        own_rabbitmq.end_alarms()
    calm_at = time.monotonic()
    statuses = Counter(status for status, _ in answers)
    assert set(statuses) <= {200, 201, 503}
    assert statuses[503] > 0, "nobody noticed the alarm, which proves nothing"
    assert max(seconds for _, seconds in answers) < ANSWERS_WITHIN
    assert median(seconds for _, seconds in answers) < PATIENCE, "they were refused at once, and not waited for"
    eventually(lambda: file(system, community, 201), 60)
    print(f"{statuses}; the longest {max(seconds for _, seconds in answers):.1f} s; "  # noqa: T201
          f"well again {time.monotonic() - calm_at:.1f} s after the alarm")  # fmt: skip


def file(system: Distributed, community: Community, status: int) -> None:
    """File a grievance, and see it answered so."""
    body = {"community": community.code, "place": community.building, "category": "other", "description": "灯坏了"}
    answer = system.door.http.post("grievances", json=body)
    assert answer.status_code == status, answer.text


def asked(system: Distributed, community: Community, number: int) -> tuple[int, float]:
    """One of three requests: a filing, a list, and an import of half a megabyte; how it was answered, and when."""
    with httpx.Client(base_url=f"{system.url}/api/v1/", timeout=30, trust_env=False, headers=SHOWN) as client:
        began = time.monotonic()
        if number % 3 == 0:
            body = {"community": community.code, "place": community.building, "category": "other", "description": "x"}
            answer = client.post("grievances", json=body)
        elif number % 3 == 1:
            answer = client.get("grievances", params={"community": community.code})
        else:
            rows = sheet_of_places(community) + b"".join(
                f"{community.grid}01{n:06d},楼栋,{n}号楼,{community.grid}01\r\n".encode() for n in range(9000)
            )
            answer = client.post(f"communities/{community.code}/places/import", files={"file": ("p.csv", rows)})
        return answer.status_code, time.monotonic() - began
