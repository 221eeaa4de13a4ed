"""Deliveries: a notice on its way by one channel, tried again with growing pauses, bundled where many come at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from services.accounts.domain.choices import Channel

FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(hours=2)
TRIED_FOR = timedelta(days=1)
"""After so long a delivery is given up."""

ONE_BY_ONE = 2
"""So many that are due together are told each by itself; more of them are bundled."""

WINDOW = timedelta(hours=1)
LOOKED_AGAIN = timedelta(minutes=5)


class State(StrEnum):
    """Where a delivery stands."""

    WAITING = "waiting"
    SENT = "sent"
    GIVEN_UP = "given_up"


@dataclass(kw_only=True)
class Delivery:
    """A notice on its way by one channel. `text_id` is that of the text it goes out in, alone or with others: set with
    the first try, and kept, so that whoever carries it knows a text that comes twice."""

    id: UUID
    community: str
    notice_id: UUID
    recipient: str
    channel: Channel
    is_urgent: bool
    due_at: datetime
    send_at: datetime | None
    state: State = State.WAITING
    attempts: int = 0
    text_id: UUID | None = None
    ended_at: datetime | None = None

    def begin(self, text_id: UUID, *, now: datetime, not_before: Callable[[datetime], datetime]) -> None:
        """It is tried now. Should nobody hear how that went, it is tried again after a pause."""
        self.text_id = text_id
        self.send_at = not_before(now + min(FIRST_PAUSE * 2**self.attempts, LONGEST_PAUSE))
        self.attempts += 1

    def is_too_old(self, now: datetime) -> bool:
        """Whether it was tried for long enough."""
        return self.attempts > 0 and now - self.due_at >= TRIED_FOR

    def end(self, state: State, *, now: datetime) -> None:
        """Nothing more is done about it."""
        if self.state is State.WAITING:
            self.state, self.send_at, self.ended_at = state, None, now


def delivery(
    notice_id: UUID,
    community: str,
    recipient: str,
    channel: Channel,
    *,
    is_urgent: bool,
    send_at: datetime,
) -> Delivery:
    """A notice is to go out by this channel; the same one once."""
    return Delivery(
        id=uuid5(NAMESPACE_URL, f"hemei:delivery:{notice_id}:{channel}"),
        community=community,
        notice_id=notice_id,
        recipient=recipient,
        channel=channel,
        is_urgent=is_urgent,
        due_at=send_at,
        send_at=send_at,
    )


def texts_of(
    due: Sequence[Delivery], sent: Sequence[datetime], outstanding: int, most: int, *, now: datetime
) -> list[list[Delivery]]:
    """The texts that go out now to one recipient by one channel: what was tried before goes as it did; of the rest a
    few go one by one, many as one. `sent` says when the last hour's went out, `outstanding` how many were tried and
    not taken; where these use up the hour, the rest waits until it has room again, also after a long outage."""
    again: dict[UUID, list[Delivery]] = {}
    fresh = []
    for each in due:
        if each.text_id is None:
            fresh.append(each)
        else:
            again.setdefault(each.text_id, []).append(each)
    room = most - len(sent) - outstanding
    if room <= 0:
        has_room_at = min(sent) + WINDOW if sent else now + LOOKED_AGAIN
        for each in fresh:
            each.send_at = max(has_room_at, now + FIRST_PAUSE)
        fresh = []
    texts = [[each] for each in fresh] if len(fresh) <= min(room, ONE_BY_ONE) else [fresh]
    return [*again.values(), *texts]


def text_id_of(text: Sequence[Delivery]) -> UUID:
    """The id of a text: a single delivery's own, a new one for several."""
    first = text[0]
    if first.text_id is not None:
        return first.text_id
    return first.id if len(text) == 1 else uuid4()
