"""What a dead message says of itself, made fit to be kept and shown: a foreign one may hold anything anywhere."""

import re
from datetime import UTC, datetime
from hashlib import sha256
from uuid import NAMESPACE_OID, uuid5

from chassis.broker import Message
from services.operations.domain.dead_letter import DeadLetter, Death, id_of

_NOBODY = r"(?!1[0-9]{10}\Z)(?![0-9]{17}[0-9Xx]\Z)"
"""No telephone, and no identity card."""
_WORD = re.compile(_NOBODY + r"[0-9A-Za-z._:/<>+-]{1,120}\Z")
"""What ids, types, places and times are made of. Whatever else stands there is not ours, and may be personal."""
_CONTENT_TYPE = re.compile(_NOBODY + r"[0-9A-Za-z.+/;=_ -]{1,120}\Z")
_QUEUE = re.compile(_NOBODY + r"[0-9a-z._-]{1,80}\Z")
_CAUSE = re.compile(r"[0-9a-f]{16}\Z")
_COMMUNITY = re.compile(r"[0-9]{12}\Z")


def queue_of(message: Message) -> str:
    """The queue that the message died in, "" where nobody says."""
    return _fitting(_QUEUE, message.headers.get("queue"))


def message_id_of(message: Message) -> str:
    """The message's id. Where it has none, or one that is not ours, one is made: the same for the same message."""
    made_of = message.id.encode("utf-8", "replace") or message.body
    return _word(message.id) or str(uuid5(NAMESPACE_OID, sha256(made_of).hexdigest()))


def death_of(message: Message) -> Death:
    """How it died. A cause that nobody has told is taken from what is known: alike deaths have one cause."""
    error, headers = _word(message.headers.get("error")) or "Unknown", message.headers
    cause = _fitting(_CAUSE, headers.get("stack")) or _hash(f"{error}|{queue_of(message)}|{_word(message.type)}")
    return Death(
        error=error,
        place=_word(headers.get("place")),
        cause=cause,
        attempts=min(message.attempt, 1_000_000),
        headers={name: value for name, value in headers.items() if not isinstance(value, str) or _word(value)},
        at=_moment(_word(headers.get("died_at"))),
        replay=_word(headers.get("replay")),
    )


def new_dead_letter(message: Message, *, now: datetime) -> DeadLetter:
    """The dead letter of a message that was not known to have died."""
    death = death_of(message)
    queue, message_id = queue_of(message), message_id_of(message)
    return DeadLetter(
        id=id_of(queue, message_id),
        queue=queue,
        message_id=message_id,
        type=_word(message.type),
        content_type=_fitting(_CONTENT_TYPE, message.content_type),
        community=_fitting(_COMMUNITY, message.headers.get("community")),
        correlation=_word(message.correlation),
        size=len(message.body),
        headers=dict(death.headers),
        error=death.error,
        place=death.place,
        cause=death.cause,
        attempts=death.attempts,
        first_died_at=death.at or now,
        died_at=death.at or now,
        changed_at=now,
    )


def _word(value: object) -> str:
    return _fitting(_WORD, value)


def _fitting(pattern: re.Pattern[str], value: object) -> str:
    return value if isinstance(value, str) and pattern.match(value) else ""


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
