"""Who hears what: every event that is meant to be heard is, and queue names are contracts that outlive method names."""

import ast
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from chassis.port import plans_of
from chassis.run import SERVICES, hearings_of, service_class
from contracts import wire
from contracts.event import Event

ROOT = Path(__file__).resolve().parents[2]
QUEUES = Path(__file__).parent / "queues.txt"
EVENTS = sorted(wire.known_events().values(), key=lambda event_class: event_class.wire_name())
every_event = pytest.mark.parametrize("event_class", EVENTS, ids=[each.wire_name() for each in EVENTS])
every_service = pytest.mark.parametrize("service", SERVICES)


@cache
def heard() -> dict[str, set[str]]:
    """The events that each service hears, by their names on the wire."""
    return {
        service: {hearing.event.wire_name() for hearing in hearings_of(service_class(service))} for service in SERVICES
    }


@cache
def names_used(service: str) -> set[str]:
    """The names that a service's own code calls."""
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "services" / service).rglob("*.py"))
    calls = (node.func for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call))
    return {
        call.id if isinstance(call, ast.Name) else call.attr
        for call in calls
        if isinstance(call, ast.Name | ast.Attribute)
    }


@every_event
def test_an_event_meant_to_be_heard_is_heard_and_one_told_for_the_record_is_not(event_class: type[Event]) -> None:
    hearers = {service for service, events in heard().items() if event_class.wire_name() in events}
    assert bool(hearers) == event_class.heard, hearers


@every_event
def test_every_event_is_told_by_the_service_it_belongs_to(event_class: type[Event]) -> None:
    assert event_class.__name__ in names_used(event_class.teller())


@every_service
def test_a_service_hears_only_events_that_some_service_tells(service: str) -> None:
    assert heard()[service] <= set(wire.known_events())


@every_service
def test_no_event_is_heard_twice_on_one_queue(service: str) -> None:
    times = Counter((hearing.queue, hearing.event) for hearing in hearings_of(service_class(service)))
    assert [each for each, count in times.items() if count > 1] == []


def test_the_queues_on_file_are_those_that_the_services_listen_on() -> None:
    plans = [plan.name for service in SERVICES for plan in plans_of(service, hearings_of(service_class(service)))]
    assert sorted(plans) == QUEUES.read_text(encoding="utf-8").split(), (
        "a queue renamed strands what waits in the old one"
    )


@every_service
def test_a_queue_listens_for_every_event_that_is_heard_on_it(service: str) -> None:
    listens = {name for plan in plans_of(service, hearings_of(service_class(service))) for name in plan.listens}
    assert listens == heard()[service]
