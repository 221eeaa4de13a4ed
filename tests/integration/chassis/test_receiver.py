"""Raw queues: taken in one transaction, acknowledged after it, and never buried: what cannot be taken waits."""

from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest
from sqlalchemy.exc import OperationalError

from chassis.broker import Delivery, Message
from chassis.database import Database
from chassis.receiver import Receiver
from tests.integration.chassis.deliveries import QUEUE, Post, bare
from tests.integration.chassis.things import causes, work


class OutOfReach(Exception):
    """What a driver raises that finds no server."""

    pgcode = None


class Service:
    """Keeps the id of each message, and fails as often as it is told to."""

    def __init__(self, database: Database) -> None:
        self.database, self.uow = database, work(database)
        self.batches: list[int] = []
        self.fails: list[BaseException] = []
        self.cannot_take: set[str] = set()
        self.is_stopping = False

    def take(self, messages: Sequence[Message]) -> None:
        """Keep them."""
        self.batches.append(len(messages))
        for message in messages:
            self.uow.effects.add(UUID(message.id))
            if message.id in self.cannot_take:
                raise ValueError("13800001111")
        if self.fails:
            raise self.fails.pop(0)

    def takes(self, deliveries: Sequence[Delivery]) -> None:
        """These have come."""
        Receiver(QUEUE, Service.take, is_stopping=lambda: self.is_stopping).handle(self, deliveries)


@pytest.fixture
def service(database: Database) -> Service:
    """On each kind of database."""
    return Service(database)


@pytest.fixture
def post() -> Post:
    """Where deliveries come from."""
    return Post()


def messages(many: int) -> list[Message]:
    """Of whatever kind."""
    return [bare(b"\xff") for _ in range(many)]


def away() -> OperationalError:
    """The database cannot be reached."""
    return OperationalError("SELECT 1", {}, OutOfReach())


def test_what_comes_together_is_taken_in_one_transaction_and_acknowledged_after_it(
    service: Service, post: Post, database: Database
) -> None:
    many = messages(4)
    service.takes([post.deliver(each) for each in many])
    assert service.batches == [4]
    assert causes(database) == [UUID(each.id) for each in many]
    assert [post.of(each) for each in many] == [["acknowledged"]] * 4


def test_one_that_cannot_be_taken_harms_only_itself_and_is_given_back(
    service: Service, post: Post, database: Database
) -> None:
    many = messages(3)
    service.cannot_take = {many[1].id}
    service.takes([post.deliver(each) for each in many])
    assert causes(database) == [UUID(many[0].id), UUID(many[2].id)]
    assert [post.of(each) for each in many] == [["acknowledged"], ["given back"], ["acknowledged"]]


def test_while_the_database_is_away_what_came_is_waited_for_and_not_given_back(
    service: Service, post: Post, database: Database
) -> None:
    many = messages(2)
    service.fails = [away(), away()]
    service.takes([post.deliver(each) for each in many])
    assert service.batches == [2, 2, 2]
    assert len(causes(database)) == 2
    assert [post.of(each) for each in many] == [["acknowledged"]] * 2


def test_a_service_that_stops_while_the_database_is_away_gives_back_what_came(
    service: Service, post: Post, database: Database
) -> None:
    (message,) = messages(1)
    service.fails, service.is_stopping = [away()], True
    service.takes([post.deliver(message)])
    assert post.of(message) == ["given back"]
    assert causes(database) == []


def test_what_was_given_back_is_taken_when_it_comes_again(service: Service, post: Post, database: Database) -> None:
    (message,) = messages(1)
    service.cannot_take = {message.id}
    service.takes([post.deliver(message)])
    service.cannot_take.clear()
    service.takes([post.deliver(message)])
    assert post.of(message) == ["given back", "acknowledged"]
    assert causes(database) == [UUID(message.id)]


def test_nothing_of_what_came_is_logged_when_it_cannot_be_taken(
    service: Service, post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    (message,) = messages(1)
    service.cannot_take = {message.id, str(uuid4())}
    service.takes([post.deliver(message)])
    assert "13800001111" not in "".join(record.getMessage() for record in caplog.records)
