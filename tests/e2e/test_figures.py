"""The figures of a running system at its door, in both forms; the other processes are read where they are watched."""

import re

import httpx

from chassis.run import SERVICES
from tests.e2e.first_key import SHOWN
from tests.e2e.systems import Embedded, System
from tests.waiting import eventually


def figures(system: System) -> str:
    """What the door answers at /metrics."""
    return httpx.get(f"{system.url}/metrics", timeout=5, trust_env=False, headers=SHOWN).raise_for_status().text


def test_the_door_tells_its_figures_and_which_process_it_is(system: System) -> None:
    system.door.get("communities")
    process = "hemei" if isinstance(system, Embedded) else "gateway"
    told = figures(system)
    assert f'hemei_info{{process="{process}",' in told
    assert 'http_requests_total{method="GET",route="/api/v1/communities",status="200"}' in told
    assert re.search(r'^call_seconds_count\{call="list_communities",outcome="done",.*\} [1-9]', told, re.MULTILINE)


def test_one_process_with_everything_in_it_tells_the_figures_of_every_service(embedded_system: Embedded) -> None:
    def every_outbox_is_carried() -> None:
        told = figures(embedded_system)
        waiting = dict(re.findall(r'^outbox_pending\{service="(\w+)"\} (\S+)$', told, re.MULTILINE))
        assert waiting == dict.fromkeys(SERVICES, "0.0")

    eventually(every_outbox_is_carried, within=10)
    told = figures(embedded_system)
    handled = re.findall(r'^critical_time_seconds_count\{queue="(\w+)\.\w+"\} [1-9]', told, re.MULTILINE)
    assert {"organization", "volunteer", "grievance", "health"} <= set(handled)
