"""`hemei queue`: a queue is paused, resumed, and emptied only by whoever types its name again."""

import getpass

from tests.unit.cli.operations.conftest import Hemei
from tests.unit.cli.operations.fake_operations import FakeOperations

QUEUE = "volunteer.main"


def test_a_queue_is_paused_with_a_reason_and_resumed(operations: FakeOperations, hemei: Hemei) -> None:
    paused, resumed = hemei("queue", "pause", QUEUE, "--reason", "升级"), hemei("queue", "resume", QUEUE, "--by", "李")

    assert "已暂停 paused" in paused.output
    assert "being taken from" in resumed.output
    assert operations.orders == [
        (f"queues/{QUEUE}/pause", {"by": getpass.getuser(), "reason": "升级"}),
        (f"queues/{QUEUE}/resume", {"by": "李"}),
    ]


def test_a_queue_is_purged_by_whoever_types_its_name_again(operations: FakeOperations, hemei: Hemei) -> None:
    told = hemei("queue", "purge", QUEUE, "--reason", "演练", typed=f"{QUEUE}\n")

    assert told.exit_code == 0, told.output
    assert "thrown away: 3" in told.output
    (order,) = operations.orders
    assert order == (f"queues/{QUEUE}/purge", {"by": getpass.getuser(), "reason": "演练", "confirm": QUEUE})


def test_a_queue_is_not_purged_by_another_name(hemei: Hemei) -> None:
    told = hemei("queue", "purge", QUEUE, "--reason", "演练", typed="volunteer\n")

    assert told.exit_code == 1
    assert "not_confirmed" in told.output


def test_a_queue_is_not_purged_where_nobody_types(operations: FakeOperations, hemei: Hemei) -> None:
    told = hemei("queue", "purge", QUEUE, "--reason", "演练")

    assert (told.exit_code, operations.orders) == (1, [])
