"""What is done with dead letters: collected, put back or discarded by an operator, settled by their service."""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from chassis import replays
from chassis.broker import Message
from services.operations.domain.dead_letter import DeadLetter, id_of
from services.operations.handlers.laid_aside import death_of, message_id_of, new_dead_letter, queue_of

log = logging.getLogger(__name__)


def collect(uow: Any, messages: Sequence[Message], *, now: datetime) -> None:
    """Keep dead messages; what is known already is kept once."""
    with uow:
        uow.dead_letters.load([_id(message) for message in messages])
        for message in messages:
            _collect(uow, message, now)


def _collect(uow: Any, message: Message, now: datetime) -> None:
    known: DeadLetter | None = uow.dead_letters.find(_id(message))
    if known is not None:
        known.die_again(death_of(message), now=now)
        return
    letter = new_dead_letter(message, now=now)
    uow.dead_letters.add(letter)
    uow.dead_letters.keep_body(letter, message.body)


def _id(message: Message) -> UUID:
    return id_of(queue_of(message), message_id_of(message))


def record_outcomes(uow: Any, messages: Sequence[Message], *, now: datetime) -> None:
    """Services say what became of dead letters that were sent to them again."""
    with uow:
        for message in messages:
            if message.type == replays.OUTCOME:
                _settle(uow, message, now)


def _settle(uow: Any, message: Message, now: datetime) -> None:
    try:
        step = replays.said(message)
        letter: DeadLetter | None = uow.dead_letters.find(UUID(step.subject))
    except (msgspec.MsgspecError, ValueError):
        log.warning("what became of a replay cannot be read")
        return
    if letter is not None and step.outcome in replays.OUTCOMES:
        letter.settle(step.outcome, now=now)


def forget(uow: Any, *, settled_before: datetime) -> None:
    """Forget what was handled or discarded before this moment: nobody needs any more what people wrote there."""
    with uow:
        uow.dead_letters.forget(settled_before=settled_before)
