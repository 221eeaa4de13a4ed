"""Replays: what became of a dead letter that was sent again is told before its delivery is acknowledged."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from chassis.broker import Message, NotSent
from chassis.database import Database
from chassis.listening import Listener
from chassis.replays import OUTCOME, outcome_of, said
from contracts.grievance.events import GrievanceResolved
from contracts.reports import REPORTS, Step
from tests.integration.chassis.deliveries import QUEUE, Post, heard, hearing
from tests.integration.chassis.things import causes, resolved, work


class Service:
    """Does one thing for each event, and keeps what it says of replays in the order of everything settled."""

    def __init__(self, database: Database, post: Post) -> None:
        self.uow, self.post = work(database), post
        self.told: list[tuple[str, Step]] = []
        self.before: list[int] = []
        self.cannot_tell: list[Exception] = []
        self.fails: list[Exception] = []

    def do(self, event: GrievanceResolved) -> None:
        """What is done about an event."""
        if self.fails:
            raise self.fails.pop(0)
        with self.uow:
            self.uow.effects.add(event.grievance_id)

    def tell(self, message: Message, queue: str) -> None:
        """What the listener sends."""
        if self.cannot_tell:
            raise self.cannot_tell.pop(0)
        assert message.type == OUTCOME
        self.before.append(len(self.post.fates))
        self.told.append((queue, said(message)))

    def takes(self, *messages: Message, when: Callable[[Any], bool] = lambda _event: True) -> None:
        """Handle these in one batch."""
        listener = Listener(
            QUEUE, [hearing(GrievanceResolved, Service.do, when=when)], is_stopping=lambda: False, send=self.tell
        )
        listener.handle(self, [self.post.deliver(each) for each in messages])


@pytest.fixture
def post() -> Post:
    """Where deliveries come from."""
    return Post()


@pytest.fixture
def service(database: Database, post: Post) -> Service:
    """A service on each kind of database."""
    return Service(database, post)


def replayed(letter: UUID | None = None) -> Message:
    """An event that was a dead letter and is sent again."""
    return heard(resolved(uuid4())).with_headers(replay=str(letter or uuid4()))


def test_a_replay_that_is_handled_is_told_as_done_before_it_is_acknowledged(service: Service, post: Post) -> None:
    letter = uuid4()
    message = replayed(letter)
    service.takes(message)
    ((queue, step),) = service.told
    assert (queue, step.outcome, step.subject) == (REPORTS, "done", str(letter))
    assert (step.kind, step.queue, step.message_id) == ("sent", QUEUE, message.id)
    assert service.before == [0]
    assert post.of(message) == ["acknowledged"]


def test_a_replay_of_what_was_handled_already_changes_nothing_and_says_so(
    service: Service, post: Post, database: Database
) -> None:
    message = replayed()
    service.takes(message)
    before = causes(database)
    service.takes(message)
    assert [step.outcome for _, step in service.told] == ["done", "again"]
    assert causes(database) == before


def test_a_replay_that_does_not_concern_the_service_is_told_as_passed(service: Service, post: Post) -> None:
    message = replayed()
    service.takes(message, when=lambda _event: False)
    assert [step.outcome for _, step in service.told] == ["passed"]
    assert post.of(message) == ["acknowledged"]


def test_a_replay_that_fails_again_is_told_nothing_of_and_keeps_saying_what_it_is(service: Service, post: Post) -> None:
    service.fails = [ValueError() for _ in range(9)]
    message = replayed()
    service.takes(message)
    assert service.told == []
    assert [fate.message.headers["replay"] for fate in post.fates] == [message.headers["replay"]]
    assert post.of(message) == ["5s"]


def test_while_the_outcome_cannot_be_told_the_replay_is_given_back_and_told_of_later(
    service: Service, post: Post, database: Database
) -> None:
    service.cannot_tell = [NotSent("no broker")]
    message = replayed()
    service.takes(message)
    assert post.of(message) == ["given back"]
    service.takes(message)
    assert post.of(message) == ["given back", "acknowledged"]
    assert [step.outcome for _, step in service.told] == ["again"]
    assert len(causes(database)) == 1


def test_replays_among_other_events_are_told_of_one_by_one_and_the_others_are_handled_together(
    service: Service, post: Post, database: Database
) -> None:
    others, replays = [heard(resolved(uuid4())) for _ in range(3)], [replayed(), replayed()]
    service.takes(others[0], replays[0], others[1], replays[1], others[2])
    assert [step.subject for _, step in service.told] == [each.headers["replay"] for each in replays]
    assert service.before == [3, 4]
    assert len(causes(database)) == 5
    assert {fate.what for fate in post.fates} == {"acknowledged"}


def test_of_what_is_no_replay_nothing_is_told(service: Service, post: Post) -> None:
    service.takes(heard(resolved(uuid4())), heard(resolved(uuid4())))
    service.takes(heard(resolved(uuid4())))
    service.takes(heard(resolved(uuid4())), when=lambda _event: False)
    assert service.told == []
    assert {fate.what for fate in post.fates} == {"acknowledged"}


def test_what_is_said_of_a_replay_names_its_service_and_holds_nothing_of_its_body(post: Post) -> None:
    step = said(outcome_of(post.deliver(replayed()), "done"))
    assert (step.source, step.target) == ("things", "things")
    assert step.name == GrievanceResolved.wire_name()
