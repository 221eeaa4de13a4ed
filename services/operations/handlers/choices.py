"""What operators decide about dead letters: to put them back into their queues, or that they will not be done."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from contracts.operations.errors import DeadLetterNotOpen, NoChoice, ReplayTooLate
from services.operations.domain.dead_letter import DeadLetter
from services.operations.domain.intervention import Action, Intervention

MOST_AT_ONCE = 500
"""Dead letters that one command takes hold of; of more, it says how many it has left. It takes a second or two on a
machine that has much else to do, and whoever asks waits for four."""


def replay(uow: Any, id: UUID, *, by: str, even_if_forgotten: bool, remembered: timedelta, now: datetime) -> None:
    """Let one be sent again. Raises `DeadLetterNotFound`, `DeadLetterNotOpen`, `ReplayTooLate`."""
    with uow:
        letter: DeadLetter = uow.dead_letters.get(id)
        told = letter.replay(by=by, even_if_forgotten=even_if_forgotten, remembered=remembered, now=now)
        uow.publish(told)
        _record(uow, Action.REPLAY, [id], about=str(id), by=by, now=now)


def replay_choice(
    uow: Any,
    choice: Mapping[str, Any],
    *,
    everything: bool,
    by: str,
    even_if_forgotten: bool,
    remembered: timedelta,
    now: datetime,
) -> dict[str, int]:
    """Let all open ones of a choice be sent again, but for those that inboxes have forgotten. Raises `NoChoice`."""
    since = None if even_if_forgotten else now - remembered

    def put_back(letter: DeadLetter) -> Any:
        return letter.replay(by=by, even_if_forgotten=even_if_forgotten, remembered=remembered, now=now)

    return _each(uow, Action.REPLAY, put_back, choice, everything=everything, since=since, by=by, now=now)


def discard(uow: Any, id: UUID, *, by: str, reason: str, now: datetime) -> None:
    """One will not be done. Raises `DeadLetterNotFound`, `DeadLetterNotOpen`."""
    with uow:
        letter: DeadLetter = uow.dead_letters.get(id)
        uow.publish(letter.discard(by=by, reason=reason, now=now))
        _record(uow, Action.DISCARD, [id], about=str(id), by=by, reason=reason, now=now)


def discard_choice(
    uow: Any, choice: Mapping[str, Any], *, everything: bool, by: str, reason: str, now: datetime
) -> dict[str, int]:
    """All open ones of a choice will not be done. Raises `NoChoice`."""

    def give_up(letter: DeadLetter) -> Any:
        return letter.discard(by=by, reason=reason, now=now)

    return _each(uow, Action.DISCARD, give_up, choice, everything=everything, by=by, reason=reason, now=now)


def _each(
    uow: Any,
    action: Action,
    step: Callable[[DeadLetter], Any],
    choice: Mapping[str, Any],
    *,
    everything: bool,
    since: datetime | None = None,
    by: str,
    reason: str = "",
    now: datetime,
) -> dict[str, int]:
    if not choice and not everything:
        raise NoChoice
    with uow:
        unfinished = uow.dead_letters.count_unfinished(choice)
        ids = uow.dead_letters.open_ones(choice, MOST_AT_ONCE, since=since)
        uow.dead_letters.load(ids)
        taken = [id for id in ids if _took(uow, id, step)]
        if taken:
            _record(uow, action, taken, about=_in_words(choice), by=by, reason=reason, now=now)
    return {"chosen": len(taken), "left": unfinished - len(taken)}


def _took(uow: Any, id: UUID, step: Callable[[DeadLetter], Any]) -> bool:
    try:
        uow.publish(step(uow.dead_letters.get(id)))
    except (DeadLetterNotOpen, ReplayTooLate):
        return False
    return True


def _in_words(choice: Mapping[str, Any]) -> str:
    return " ".join(f"{name}={value}" for name, value in sorted(choice.items())) or "everything"


def _record(uow: Any, action: Action, ids: list[UUID], *, about: str, by: str, reason: str = "", now: datetime) -> None:
    done = Intervention(id=uuid4(), at=now, by=by, action=action, about=about, reason=reason, count=len(ids))
    uow.interventions.record(done, ids)
