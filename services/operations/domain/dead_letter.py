"""A dead letter: a message that a service could not handle, and what may be done about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from contracts.operations.errors import DeadLetterNotOpen, ReplayTooLate
from contracts.operations.events import DeadLetterDiscarded, DeadLetterReplayed


class State(StrEnum):
    """How a dead letter stands: open until it is chosen for a replay (waiting, sent, handled) or discarded."""

    OPEN = "open"
    WAITING = "waiting"
    SENT = "sent"
    HANDLED = "handled"
    DISCARDED = "discarded"


UNFINISHED = (State.OPEN, State.WAITING, State.SENT)
"""Those of which it is not known yet what becomes of them."""


SETTLED = (State.HANDLED, State.DISCARDED)

WORD_WITHIN = timedelta(hours=1)
"""What services say of replays waits so long where nobody takes it; of one without a word it may be decided anew."""


@dataclass(frozen=True, kw_only=True)
class Death:
    """One death of a message, as its headers tell it. `replay` is the dead letter it had been sent again for; `at` is
    None where nobody has said when."""

    error: str
    place: str
    cause: str
    attempts: int
    headers: Mapping[str, Any]
    at: datetime | None = None
    replay: str = ""


def id_of(queue: str, message_id: str) -> UUID:
    """The id of the dead letter that this message is in this queue: always the same one."""
    return uuid5(NAMESPACE_OID, f"{queue}|{message_id}")


@dataclass(kw_only=True)
class DeadLetter:
    """A message that died in a queue; `deaths` counts how often, `replays` how often it was chosen to be sent again.
    `outcome` says what became of the last replay, once that is known."""

    id: UUID
    queue: str
    message_id: str
    type: str
    content_type: str
    community: str
    correlation: str
    size: int
    headers: dict[str, Any]
    error: str
    place: str
    cause: str
    attempts: int
    deaths: int = 1
    replays: int = 0
    state: State = State.OPEN
    outcome: str = ""
    replayed_by: str = ""
    first_died_at: datetime
    died_at: datetime
    changed_at: datetime

    @property
    def is_for_all_hearers(self) -> bool:
        """Whether it died before any queue had it: it is told to all who hear it then, instead of put into a queue."""
        return self.queue == f"{self.type.partition('.')[0]}.events"

    def is_forgotten(self, *, remembered: timedelta, now: datetime) -> bool:
        """Whether inboxes no longer know what was done when it first died."""
        return now - self.first_died_at > remembered

    def replay(
        self, *, by: str, remembered: timedelta, even_if_forgotten: bool = False, now: datetime
    ) -> DeadLetterReplayed:
        """Choose it to be sent again. Raises `DeadLetterNotOpen`, `ReplayTooLate`."""
        self._must_be_open(now)
        if not even_if_forgotten and self.is_forgotten(remembered=remembered, now=now):
            raise ReplayTooLate(days=remembered.days)
        self.replays += 1
        self.replayed_by, self.outcome = by, ""
        self._become(State.WAITING, now)
        return DeadLetterReplayed(
            community=self.community,
            by=by,
            dead_letter_id=self.id,
            queue=self.queue,
            message_id=self.message_id,
            replayed_at=now,
        )

    def discard(self, *, by: str, reason: str, now: datetime) -> DeadLetterDiscarded:
        """It will not be done. Raises `DeadLetterNotOpen`."""
        self._must_be_open(now)
        self._become(State.DISCARDED, now)
        return DeadLetterDiscarded(
            community=self.community,
            by=by,
            dead_letter_id=self.id,
            queue=self.queue,
            message_id=self.message_id,
            reason=reason,
            discarded_at=now,
        )

    def sent(self, replay: int, *, now: datetime) -> None:
        """The message of this replay is safe in its queue; nothing changes where the letter has gone further since."""
        if self.state is State.WAITING and self.replays == replay:
            self._become(State.SENT, now)

    def not_taken(self, replay: int, *, error: str, now: datetime) -> None:
        """The message of this replay could not be sent anywhere: it is as dead as before."""
        if self.state is State.WAITING and self.replays == replay:
            self.error, self.place, self.deaths, self.died_at = error, "", self.deaths + 1, now
            self._become(State.OPEN, now)

    def stand_back(self, *, now: datetime) -> None:
        """The broker did not take it now: others go first."""
        if self.state is State.WAITING:
            self.changed_at = now

    def settle(self, outcome: str, *, now: datetime) -> None:
        """The service has said what became of a replay: that holds whatever was believed meanwhile."""
        if self.state not in SETTLED:
            self.outcome = outcome
            self._become(State.HANDLED, now)

    def die_again(self, death: Death, *, now: datetime) -> None:
        """It has come back from a replay; a second copy of a death that is known already changes nothing."""
        if not self._is_news(death):
            return
        self.error, self.place, self.cause = death.error, death.place, death.cause
        self.attempts, self.headers = death.attempts, dict(death.headers)
        self.deaths += 1
        self.died_at, self.outcome = death.at or now, ""
        self._become(State.OPEN, now)

    def _is_news(self, death: Death) -> bool:
        if self.state is State.DISCARDED or death.replay != str(self.id):
            return False
        # Unequal and not later: it may have died on a machine whose clock is behind.
        return self.state is not State.OPEN if death.at is None else death.at != self.died_at

    def _must_be_open(self, now: datetime) -> None:
        is_without_word = self.state is State.SENT and now - self.changed_at > WORD_WITHIN
        if self.state is not State.OPEN and not is_without_word:
            raise DeadLetterNotOpen(state=str(self.state))

    def _become(self, state: State, now: datetime) -> None:
        self.state, self.changed_at = state, now
