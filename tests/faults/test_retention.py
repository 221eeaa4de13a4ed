"""What an inbox has forgotten would be done a second time: whoever would replay it is refused first."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from chassis.broker import Message
from chassis.config import Settings
from chassis.database import Database, use_keys
from chassis.encryption import new_key
from chassis.listening import Listener
from chassis.storage import tidy_inbox
from chassis.unit_of_work import utc_now
from contracts.grievance.events import GrievanceResolved
from contracts.operations.errors import ReplayTooLate
from services.operations.domain.dead_letter import DeadLetter
from tests.integration.chassis.deliveries import QUEUE, Post, heard, hearing
from tests.integration.chassis.things import causes, metadata, resolved, thing_database, work

REMEMBERED = timedelta(days=Settings().inbox_days)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """The listener's database, empty."""
    use_keys((new_key(),))
    with thing_database(f"sqlite:///{tmp_path}/listener.db") as found:
        yield found


class Service:
    """Has one effect for each event."""

    def __init__(self, database: Database) -> None:
        self.uow = work(database)

    def act(self, event: GrievanceResolved) -> None:
        """Something is done about it."""
        self.uow.effects.add(event.grievance_id)


def say_nothing(_message: Message, _queue: str) -> None:
    """Nobody is told of outcomes."""


def delivered(database: Database, message: Any) -> int:
    """How many effects there are once this was delivered (again)."""
    listener = Listener(QUEUE, [hearing(GrievanceResolved, Service.act)], is_stopping=lambda: False, send=say_nothing)
    listener.handle(Service(database), [Post().deliver(message)])
    return len(causes(database))


def test_what_is_delivered_again_while_it_is_remembered_is_done_once_and_twice_when_it_is_forgotten(
    database: Database,
) -> None:
    message = heard(resolved(uuid4()))
    assert delivered(database, message) == 1
    assert tidy_inbox(database, metadata, utc_now() - REMEMBERED) == 0
    assert delivered(database, message) == 1
    assert tidy_inbox(database, metadata, utc_now() + timedelta(seconds=1)) == 1
    assert delivered(database, message) == 2, "this is what the refusal below is for"


def dead_since(age: timedelta) -> DeadLetter:
    """What died so long ago."""
    now = utc_now()
    return DeadLetter(
        id=uuid4(),
        community="410181002011",
        queue=QUEUE,
        message_id=str(uuid4()),
        type=GrievanceResolved.wire_name(),
        correlation="",
        size=0,
        content_type="",
        headers={},
        error="ValueError",
        place="",
        cause="0" * 16,
        attempts=6,
        first_died_at=now - age,
        died_at=now,
        changed_at=now,
    )


def test_a_dead_letter_is_replayed_only_while_inboxes_remember_what_was_done_when_it_died() -> None:
    margin = timedelta(minutes=1)
    dead_since(REMEMBERED - margin).replay(by="王工", remembered=REMEMBERED, now=utc_now())
    with pytest.raises(ReplayTooLate):
        dead_since(REMEMBERED + margin).replay(by="王工", remembered=REMEMBERED, now=utc_now())
