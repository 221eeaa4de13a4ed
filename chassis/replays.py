"""A dead letter sent again: its service says what became of it before the delivery is acknowledged."""

from time import time
from uuid import uuid4

import msgspec

from chassis.broker import Delivery, Message
from contracts.reports import Step

OUTCOME = "outcome"
"""Type of the message that says it; its body is a `Step` whose subject is the dead letter."""

OUTCOMES = ("done", "again", "passed")
"""What may become of a replay that does not die again."""


def is_replay(delivery: Delivery) -> bool:
    """Whether this is a dead letter that was sent again."""
    return bool(delivery.message.headers.get("replay"))


def outcome_of(delivery: Delivery, outcome: str) -> Message:
    """What is said of a replay: done; again (it had been handled before, be it by an earlier delivery of the same
    replay); or passed (it does not concern the service)."""
    message = delivery.message
    service = delivery.queue.partition(".")[0]
    step = Step(
        at=time(),
        kind="sent",
        name=message.type,
        source=service,
        target=service,
        queue=delivery.queue,
        message_id=message.id,
        correlation=message.correlation,
        subject=str(message.headers["replay"]),
        community=str(message.headers.get("community", "")),
        attempt=message.attempt,
        outcome=outcome,
    )
    return Message(body=msgspec.json.encode(step), id=str(uuid4()), type=OUTCOME, correlation=message.correlation)


def said(message: Message) -> Step:
    """The step that such a message holds. Raises `msgspec.MsgspecError` where it holds none."""
    return msgspec.json.decode(message.body, type=Step)
