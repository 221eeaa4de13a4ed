"""Dead letters put back into their queues, at a bounded rate, until the broker has them safe."""

import logging
from collections.abc import Callable
from datetime import datetime
from time import sleep
from typing import Any, Protocol
from uuid import UUID

from chassis.broker import Message, NoQueue, NotSent
from chassis.encryption import CannotDecrypt
from chassis.failpoints import failpoint
from contracts.wire import TELLERS
from services.operations.domain.dead_letter import DeadLetter
from services.operations.handlers.journeys import sent_again

log = logging.getLogger(__name__)

CARRIED = ("community", "traceparent", "causation")
"""Headers that a message keeps when it is sent again; the others tell of its death."""


class Sender(Protocol):
    """Puts messages back: into one queue, or into every queue that hears an event."""

    def send(self, message: Message, queue: str) -> None:
        """Into this queue. Raises `NoQueue`, `NotSent`."""

    def send_to_hearers(self, message: Message) -> None:
        """Into every queue that hears it. Raises `NoQueue`, `NotSent`."""


def send_waiting(
    uow: Any,
    sender: Sender,
    *,
    per_second: int,
    clock: Callable[[], datetime],
    rest: Callable[[float], None] = sleep,
) -> None:
    """Send what was chosen, at most so many per second. Whoever dies in between sends once more: inboxes know. What
    the broker does not take stands back: it may be that one queue alone that takes nothing."""
    with uow:
        ids = uow.dead_letters.waiting(per_second)
    for id in ids:
        try:
            _send(uow, sender, id, clock)
        except NotSent as error:
            log.warning("replays wait for the broker: %s", error)
            with uow:
                uow.dead_letters.get(id).stand_back(now=clock())
            return
        rest(1 / per_second)


def _send(uow: Any, sender: Sender, id: UUID, clock: Callable[[], datetime]) -> None:
    with uow:
        letter: DeadLetter = uow.dead_letters.get(id)
        replay = letter.replays
    begun_at = clock()
    try:
        with uow:
            body = uow.dead_letters.body_of(id)
        _put_back(sender, _message_of(letter, body), letter)
    # Its key may have gone: it must not hold up all the others.
    except (NoQueue, CannotDecrypt) as error:
        with uow:
            uow.dead_letters.get(id).not_taken(replay, error=type(error).__name__, now=clock())
        return
    failpoint("replay.after_send")
    with uow:
        uow.dead_letters.get(id).sent(replay, now=clock())
        uow.steps.add([sent_again(letter, begun_at)])


def _put_back(sender: Sender, message: Message, letter: DeadLetter) -> None:
    if not letter.is_for_all_hearers:
        sender.send(message, letter.queue)
    elif letter.type.partition(".")[0] in TELLERS:
        sender.send_to_hearers(message)
    else:
        raise NoQueue(letter.type)  # of a foreign message: there is no such exchange


def _message_of(letter: DeadLetter, body: bytes) -> Message:
    """The message as it was, with the same id, its attempts counted anew."""
    kept = {name: letter.headers[name] for name in CARRIED if name in letter.headers}
    return Message(
        body=body,
        id=letter.message_id,
        type=letter.type,
        correlation=letter.correlation,
        content_type=letter.content_type,
        headers={**kept, "attempt": 1, "replay": str(letter.id)},
    )
