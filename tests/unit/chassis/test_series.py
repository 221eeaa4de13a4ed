"""However many communities there are and whatever is sent, the series of a process stay few."""

import re
from collections.abc import Callable
from itertools import product

import pytest
from prometheus_client import generate_latest

from chassis.broker import RETRY_PAUSES, Message
from chassis.context import Chain
from chassis.metrics import MOST_COMMUNITIES
from chassis.observed_work import Asked, Batch, Received, Ticked
from chassis.observing import Begun, Observer
from chassis.port import plans_of
from chassis.run import SERVICES, hearings_of, service_class
from chassis.tracing import Work
from contracts.errors import NotFound
from tests.unit.chassis.seen import envelope

CHAIN = Chain(correlation="first-command", causation="first-command")
QUEUES = [
    plan.name
    for service in SERVICES
    for plan in plans_of(service, hearings_of(service_class(service)))
    if not plan.is_for_calls
]


def series(observer: Observer) -> int:
    """How many series the process answers with."""
    return len(re.findall(r"^[^#\n]", generate_latest(observer.metrics.registry).decode(), re.MULTILINE))


def community(number: int) -> str:
    """The code of one of many communities."""
    return f"{410181000000 + number}"


def tell(observer: Observer, number: int) -> None:
    """An event of this community is told, heard, tried again, laid aside."""
    told, queue = envelope(community=community(number)), QUEUES[number % len(QUEUES)]
    observer.told([(told, Work(CHAIN))])
    with Batch(observer, queue, of=1) as batch, batch.handling(told, 1):
        pass
    with Batch(observer, queue, of=1) as batch:
        batch.again(told, 1)
    observer.passed(queue, told, 1)
    observer.retried(queue, told, 1, Begun.now(), LEVELS[number // len(QUEUES) % len(LEVELS)], KeyError(number))
    observer.buried(queue, told, 6, Begun.now(), ValueError(number))
    observer.unread(queue, Message(id=str(told.id), type=f"任意{number}", body=b""), ValueError(number))


def ask(observer: Observer, number: int) -> None:
    """A call about something of this community, refused."""
    command = {"community": community(number), "id": str(envelope().id)}
    with pytest.raises(NotFound), Asked(observer, "gateway", "grievance", "get_grievance", "id", CHAIN, command):
        raise NotFound(id=number)


def request(observer: Observer, number: int) -> None:
    """A request with whatever a client thinks of."""
    with Received(observer, f"METHOD{number}", f"id-{number}", f"trace-{number}") as received:
        received.answered(200, "/api/v1/communities/<community>" if number % 2 else "")


def tick(observer: Observer, number: int) -> None:
    """A timer runs."""
    with Ticked(observer, SERVICES[number % len(SERVICES)], "remind"):
        pass


LEVELS = tuple(RETRY_PAUSES)
WORK: tuple[Callable[[Observer, int], None], ...] = (tell, ask, request, tick)


def worked(communities: int) -> Observer:
    """Of a process that has done all kinds of work for so many communities."""
    observer = Observer("tests")
    for number, do in product(range(communities), WORK):
        do(observer, number)
    return observer


def test_ten_thousand_communities_make_one_series_more_than_a_hundred() -> None:
    observer = worked(MOST_COMMUNITIES)
    few = series(observer)
    for number in range(MOST_COMMUNITIES, 10_000):
        # A call, a request and a timer do not know of what community they are: now and then is enough.
        for do in WORK if number % 100 == 0 else WORK[:1]:
            do(observer, number)
    assert series(observer) == few + 1, "all beyond the first hundred are counted together"


def test_a_process_that_did_the_work_of_all_services_would_have_fewer_than_1500_series() -> None:
    assert 500 < series(worked(MOST_COMMUNITIES)) < 1_500
