"""A service in a process of its own is seen from outside: at /metrics, and by what it reports, to its last word."""

import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen
from uuid import uuid4

import msgspec
import pytest

from chassis.encryption import new_key
from contracts.grievance.events import GrievanceResolved
from contracts.reports import REPORTS, Report
from tests.faults.running import Running
from tests.integration.chassis.brokers import Rabbit
from tests.integration.chassis.deliveries import bare, heard
from tests.integration.chassis.test_service_process import MAIN, thing_database_of
from tests.integration.chassis.things import resolved
from tests.servers.ports import PRIVATE, free_ports
from tests.waiting import eventually

QUEUE = MAIN.name


@pytest.fixture
def start(
    postgresql_url: str, postgresql: Any, fresh_broker: str, tmp_path: Path, rabbit: Rabbit
) -> Iterator[Callable[..., Running]]:
    """Starts a process of the service; it ends with the test."""
    rabbit.declare(MAIN)
    rabbit.taken(REPORTS)
    made: list[Running] = []

    def running(**environ: str) -> Running:
        given = {"BROKER_URL": fresh_broker, "DATABASE_URL": postgresql_url, "FIELD_KEYS": new_key(), "BATCH": "1"}
        made.append(Running(tmp_path, given | environ, "tests.integration.chassis.patient_service"))
        made[-1].heard_to_say("started")
        return made[-1]

    with thing_database_of(postgresql_url):
        yield running
        for each in made:
            if each.process.poll() is None:
                each.killed()
    rabbit.delete(MAIN.name)


def reports(rabbit: Rabbit) -> list[Report]:
    """Those that wait to be taken."""
    return [msgspec.json.decode(raw.body, type=Report) for raw in rabbit.taken(REPORTS)]


def test_what_it_handles_retries_and_buries_is_seen_at_its_port(start: Callable[..., Running], rabbit: Rabbit) -> None:
    (port,) = free_ports(1, random.sample(PRIVATE, 50))
    start(METRICS_PORT=str(port), FAULTY="1")

    def seen(series: str) -> bool:
        with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
            told = answer.read().decode()
        return re.search(rf"^{re.escape(series)} 1\.0$", told, re.MULTILINE) is not None

    message = heard(resolved(uuid4()))
    rabbit.tell(message)
    eventually(lambda: seen(f'handler_seconds_count{{outcome="done",queue="{QUEUE}"}}'), within=20)
    rabbit.tell(message)
    eventually(lambda: seen(f'inbox_duplicates_total{{queue="{QUEUE}"}}'), within=20)
    rabbit.tell(bare(b"no event", type=GrievanceResolved.wire_name()))
    eventually(lambda: seen(f'deadletters_total{{error_type="Unreadable",queue="{QUEUE}"}}'), within=20)
    assert seen('hemei_info{process="patient",version="0.1.0"}')


def test_it_reports_while_it_runs_and_once_more_when_it_is_told_to_stop(
    start: Callable[..., Running], rabbit: Rabbit
) -> None:
    running = start()
    regular = eventually(lambda: reports(rabbit) or False, within=20)
    assert {(report.process, report.is_ready) for report in regular} == {("patient", True)}
    message = heard(resolved(uuid4()))
    rabbit.tell(message)
    running.heard_to_say("did " + str(msgspec.json.decode(message.body)["data"]["grievance_id"]))
    running.told_to_stop()
    last = reports(rabbit)
    assert (last[-1].process, last[-1].is_ready, last[-1].outboxes) == ("patient", False, {})
    assert {report.instance for report in last} == {regular[0].instance}
    assert sum(report.queues[QUEUE].handled for report in last) == 1
    assert [step.message_id for report in last for step in report.steps] == [message.id]
