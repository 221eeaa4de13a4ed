"""What operators may do to a queue, and what is kept of it; broker and database are fakes."""

from datetime import UTC, datetime
from typing import Any

import pytest

from chassis.broker import NoQueue, NotSent
from contracts.errors import Error
from contracts.operations.errors import BrokerSilent, NotConfirmed, NotPausable, NotPurgeable, QueueNotFound
from contracts.operations.events import ConsumerPaused, ConsumerResumed, QueuePurged
from services.operations.handlers import queues
from tests.fakes import FakeUnitOfWork

NOON = datetime(2026, 5, 20, 12, tzinfo=UTC)
KNOWN = {"partner.main", "partner.calls", "operations.dead", "operations.reports", "retry.5s"}


class Pauses:
    """Paused queues in memory."""

    def __init__(self) -> None:
        self.paused: set[str] = set()

    def begin(self, queue: str, now: datetime) -> bool:
        """Pause one."""
        is_new = queue not in self.paused
        self.paused.add(queue)
        return is_new

    def end(self, queue: str) -> bool:
        """Resume one."""
        was_paused = queue in self.paused
        self.paused.discard(queue)
        return was_paused

    def names(self) -> list[str]:
        """All of them."""
        return sorted(self.paused)


class Ledger(list[Any]):
    """What operators did."""

    record = list.append


@pytest.fixture
def uow() -> Any:
    """A unit of work."""
    return FakeUnitOfWork(pauses=Pauses(), interventions=Ledger())


def pause(uow: Any, queue: str = "partner.main") -> Any:
    """An operator pauses a queue."""
    return queues.pause(uow, queue, KNOWN, by="王工", reason="库表维护", now=NOON)


def resume(uow: Any, queue: str = "partner.main") -> Any:
    """An operator resumes a queue."""
    return queues.resume(uow, queue, KNOWN, by="王工", now=NOON)


def purge(uow: Any, queue: str = "partner.main", *, confirm: str = "", empty: Any = lambda _queue: 7) -> Any:
    """An operator purges a queue."""
    confirmed = confirm or queue
    return queues.purge(uow, queue, empty, by="王工", reason="测试数据", confirm=confirmed, now=NOON)


def test_a_pause_is_kept_recorded_and_told(uow: Any) -> None:
    assert pause(uow) == {"queue": "partner.main", "is_paused": True, "purged": 0}
    assert uow.pauses.names() == ["partner.main"]
    (done,) = uow.interventions
    assert (done.action, done.about, done.by, done.reason) == ("pause", "partner.main", "王工", "库表维护")
    (told,) = uow.told(ConsumerPaused)
    assert (told.queue, told.by, told.reason, told.paused_at) == ("partner.main", "王工", "库表维护", NOON)


def test_a_queue_paused_twice_is_recorded_and_told_once(uow: Any) -> None:
    pause(uow)
    assert pause(uow)["is_paused"]
    assert (len(uow.interventions), len(uow.published)) == (1, 1)


@pytest.mark.parametrize("queue", sorted(KNOWN - {"partner.main"}))
def test_nothing_but_a_queue_of_events_can_be_paused(uow: Any, queue: str) -> None:
    with pytest.raises(NotPausable):
        pause(uow, queue)
    assert (uow.pauses.names(), uow.published) == ([], [])


def test_a_resumed_queue_is_taken_from_again_and_both_are_on_record(uow: Any) -> None:
    pause(uow)
    assert resume(uow) == {"queue": "partner.main", "is_paused": False, "purged": 0}
    assert uow.pauses.names() == []
    assert [done.action for done in uow.interventions] == ["pause", "resume"]
    (told,) = uow.told(ConsumerResumed)
    assert (told.queue, told.by, told.resumed_at) == ("partner.main", "王工", NOON)


def test_resuming_a_queue_that_is_not_paused_changes_nothing_and_is_not_recorded(uow: Any) -> None:
    assert not resume(uow)["is_paused"]
    assert (list(uow.interventions), uow.published) == ([], [])


def test_a_queue_that_nobody_knows_can_be_neither_paused_nor_resumed(uow: Any) -> None:
    for act in (pause, resume):
        with pytest.raises(QueueNotFound):
            act(uow, "nobody.main")


@pytest.mark.parametrize("queue", sorted(KNOWN - {"operations.dead"}))
def test_what_waits_in_a_queue_is_thrown_away_recorded_and_told_with_how_much_it_was(uow: Any, queue: str) -> None:
    assert purge(uow, queue) == {"queue": queue, "is_paused": False, "purged": 7}
    (done,) = uow.interventions
    assert (done.action, done.about, done.count, done.reason) == ("purge", queue, 7, "测试数据")
    (told,) = uow.told(QueuePurged)
    assert (told.queue, told.purged, told.reason, told.purged_at) == (queue, 7, "测试数据", NOON)


def test_a_purged_queue_that_is_paused_stays_so(uow: Any) -> None:
    pause(uow)
    assert purge(uow)["is_paused"]


def not_to_be_called(_queue: str) -> int:
    """Nothing may be thrown away."""
    raise AssertionError("it was emptied")


@pytest.mark.parametrize(
    ("queue", "confirm", "refusal"),
    [("operations.dead", "operations.dead", NotPurgeable), ("partner.main", "partner", NotConfirmed)],
)
def test_dead_letters_and_a_queue_whose_name_was_not_typed_again_are_not_purged(
    uow: Any, queue: str, confirm: str, refusal: type[Error]
) -> None:
    with pytest.raises(refusal):
        purge(uow, queue, confirm=confirm, empty=not_to_be_called)
    assert (list(uow.interventions), uow.published) == ([], [])


@pytest.mark.parametrize(("problem", "refusal"), [(NoQueue, QueueNotFound), (NotSent, BrokerSilent)])
def test_a_purge_that_the_broker_could_not_do_is_not_recorded(
    uow: Any, problem: type[Exception], refusal: type[Error]
) -> None:
    def fail(queue: str) -> int:
        raise problem(queue)

    with pytest.raises(refusal):
        purge(uow, empty=fail)
    assert (list(uow.interventions), uow.published) == ([], [])


def test_a_purge_that_could_not_be_recorded_is_not_done() -> None:
    class Away(Pauses):
        def names(self) -> list[str]:
            raise ConnectionError

    with pytest.raises(ConnectionError):
        purge(FakeUnitOfWork(pauses=Away(), interventions=Ledger()), empty=not_to_be_called)
