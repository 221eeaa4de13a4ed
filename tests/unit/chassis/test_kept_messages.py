"""What is kept on disk in the embedded form: until it is settled, whatever happens to the process."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from chassis.broker import DEAD_LETTERS, Delivery, Message, NotSent, QueuePlan
from chassis.embedded import InProcessBroker
from chassis.kept_messages import KeptMessages

WORK, CALLS = QueuePlan(name="partner.main", listens=("a.b.v1",)), QueuePlan(name="partner.calls", is_for_calls=True)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where messages are kept."""
    return tmp_path / "dead-letters.db"


def process(path: Path, take: Callable[[Delivery], None], *plans: QueuePlan) -> InProcessBroker:
    """What a process begins with: what is on disk, and nothing else."""
    broker = InProcessBroker(KeptMessages(path), later=lambda _seconds, _do: None)
    for plan in plans:
        broker.consume(plan, take, prefetch=10)
    broker.open({plan.name for plan in plans})
    return broker


def left(path: Path, *plans: QueuePlan) -> list[str]:
    """What the next process finds."""
    found: list[Delivery] = []
    process(path, found.append, *plans)
    return [each.message.id for each in found]


def test_what_was_sent_surely_and_not_settled_is_delivered_by_the_next_process(path: Path) -> None:
    process(path, lambda _delivery: None, WORK).send(Message(body=b"", id="one"), WORK.name)
    assert left(path, WORK) == ["one"]


def test_what_was_settled_is_not_delivered_again(path: Path) -> None:
    process(path, lambda delivery: delivery.acknowledge(), WORK).send(Message(body=b"", id="one"), WORK.name)
    assert left(path, WORK) == []


def test_what_was_sent_without_a_promise_goes_with_the_process(path: Path) -> None:
    broker = process(path, lambda _delivery: None, WORK)
    broker.send(Message(body=b"", id="one"), WORK.name, confirmed=False)
    assert left(path, WORK) == []


def test_a_call_goes_with_the_process_as_its_asker_does(path: Path) -> None:
    process(path, lambda _delivery: None, CALLS).send(Message(body=b"", id="one"), CALLS.name)
    assert left(path, CALLS) == []


def test_what_waits_for_its_next_try_is_delivered_by_the_next_process_though_the_pause_is_not_over(path: Path) -> None:
    broker = process(path, lambda delivery: delivery.retry_later(delivery.message, "5s"), WORK)
    broker.send(Message(body=b"", id="one"), WORK.name)
    assert left(path, WORK) == ["one"]


def test_what_is_buried_waits_among_the_dead_letters_and_not_in_its_queue(path: Path) -> None:
    process(path, lambda delivery: delivery.bury(delivery.message), WORK).send(Message(body=b"", id="one"), WORK.name)
    assert left(path, WORK) == []
    assert left(path, QueuePlan(name=DEAD_LETTERS, is_raw=True)) == ["one"]


def test_what_is_sent_to_all_hearers_waits_for_each_of_them(path: Path) -> None:
    second = QueuePlan(name="grievance.main", listens=("a.b.v1",))
    broker = process(path, lambda _delivery: None, WORK, second)
    broker.send_to_hearers(Message(body=b"", id="one", type="a.b.v1"))
    assert left(path, WORK, second) == ["one", "one"]


def test_a_service_that_comes_back_in_the_same_process_does_not_find_everything_twice(path: Path) -> None:
    taken: list[Delivery] = []
    broker = process(path, taken.append, WORK)
    broker.send(Message(body=b"", id="one"), WORK.name)
    broker.shut({WORK.name})
    broker.consume(WORK, taken.append, prefetch=10)
    broker.open({WORK.name})
    assert len(taken) == 1


def test_what_an_earlier_version_laid_aside_is_among_the_dead_letters(path: Path) -> None:
    before = sqlite3.connect(path)
    before.execute("CREATE TABLE dead_letters (queue TEXT, message_id TEXT, message BLOB)")
    body = msgspec.msgpack.encode(Message(body=b"", id="one", headers={"error": "KeyError"}))
    before.execute("INSERT INTO dead_letters VALUES (?, ?, ?)", (WORK.name, "one", body))
    before.commit()
    before.close()
    (found,) = KeptMessages(path).of(DEAD_LETTERS).values()
    assert found.headers == {"error": "KeyError", "queue": WORK.name}
    assert len(KeptMessages(path).of(DEAD_LETTERS)) == 1


def test_what_cannot_be_kept_is_not_sent(path: Path) -> None:
    taken: list[Delivery] = []
    broker = process(path, taken.append, WORK)
    other = sqlite3.connect(path)
    other.execute("DROP TABLE kept")
    with pytest.raises(NotSent):
        broker.send(Message(body=b""), WORK.name)
    assert taken == []


def test_what_cannot_be_removed_keeps_nothing_from_its_queue_and_comes_again_in_the_next_process(path: Path) -> None:
    taken: list[Delivery] = []
    broker = process(path, taken.append, WORK)
    for number in range(10):
        broker.send(Message(body=b"", id=str(number)), WORK.name)
    other = sqlite3.connect(path)
    other.execute("CREATE TRIGGER no_room BEFORE DELETE ON kept BEGIN SELECT RAISE(ABORT, 'disk full'); END")
    for delivery in taken:
        delivery.acknowledge()
    broker.tell(Message(body=b"", id="told", type="a.b.v1"), lambda: None)
    assert taken[-1].message.id == "told"
    assert left(path, WORK) == [str(number) for number in range(10)]
