"""What is done with the reports of processes: how they stand, what they counted, and the steps they took are kept."""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

import msgspec

from chassis.broker import Message, NotSent
from contracts.operations.schemas import OUTCOMES, STEP_KINDS
from contracts.reports import CRITICAL_BOUNDS, Report, Step, Wishes
from services.operations.handlers.journeys import row_of

log = logging.getLogger(__name__)

Answer = Callable[[Message, str], None]
"""Sends an answer (first) to a queue (second), without waiting. May raise `NotSent`."""

LARGEST = 2**62
"""What a database still takes as a number."""


def take_reports(uow: Any, messages: Sequence[Message], answer: Answer, *, now: datetime) -> None:
    """Keep what these reports tell, and answer each with what is wished. One that cannot be read is dropped: it
    would be no better the next time, and another comes in two seconds."""
    read = [(message, report) for message in messages if (report := _read(message)) is not None]
    reports = [report for _, report in read]
    with uow:
        uow.processes.keep(reports, now=now)
        uow.samples.add(measured for report in reports for measured in _measured(report, now.timestamp()))
        uow.steps.add([row_of(step, now.timestamp()) for report in reports for step in report.steps if _is_known(step)])
        wishes = Wishes(paused=tuple(uow.pauses.names()))
    _answer(wishes, {message.reply_to for message, _ in read if message.reply_to}, answer)


def _read(message: Message) -> Report | None:
    if message.type != "report":
        return None
    try:
        report = msgspec.json.decode(message.body, type=Report)
    except msgspec.DecodeError as error:
        log.warning("a report cannot be read: %s", type(error).__name__)
        return None
    if not _is_sound(report):
        log.warning("a report tells what cannot be")
        return None
    return report


def _is_sound(report: Report) -> bool:
    """Whether a database takes it: one that it refused would come again for ever."""
    names = (report.process, report.instance, report.version, *report.queues, *report.outboxes)
    numbers = (report.in_flight, report.memory, report.at, *_numbers(report))
    rooms = (len(queue.critical) for queue in report.queues.values())
    return (
        all(0 < len(name) <= 60 or (name in report.queues and len(name) <= 100) for name in names)
        and not any("\x00" in name for name in names)
        and all(-LARGEST < number < LARGEST for number in numbers)
        and 0 <= report.started_at < 10**11
        and all(room in (0, len(CRITICAL_BOUNDS) + 1) for room in rooms)
    )


def _numbers(report: Report) -> Iterator[float]:
    for queue in report.queues.values():
        yield from (queue.in_flight, queue.handled, queue.retried, queue.oldest_age, *queue.critical)
    for outbox in report.outboxes.values():
        yield from (outbox.pending, outbox.oldest_age, outbox.stuck)


def _measured(report: Report, now: float) -> Iterator[dict[str, Any]]:
    at = min(report.at, now)
    for name, queue in report.queues.items():
        critical = {f"critical_{number}": count for number, count in enumerate(queue.critical)}
        waited = queue.oldest_age if queue.oldest_age >= 0 else None
        yield {"at": at, "about": name, "handled": queue.handled, "retried": queue.retried, "waited": waited} | critical
    for name, outbox in report.outboxes.items():
        yield {"at": at, "about": name, "outbox_age": outbox.oldest_age}


def _is_known(step: Step) -> bool:
    """Another version may tell of kinds that cannot be shown yet."""
    return step.kind in STEP_KINDS and step.outcome in OUTCOMES


def _answer(wishes: Wishes, queues: Iterable[str], answer: Answer) -> None:
    message = Message(body=msgspec.json.encode(wishes), type="wishes")
    for queue in queues:
        try:
            answer(message, queue)
        except NotSent:
            log.info("whoever reported has gone")


def forget(uow: Any, *, before: datetime) -> None:
    """Forget the processes that have not reported since."""
    with uow:
        uow.processes.forget(before)
