"""The operations service as a process that is killed: no dead letter is lost, none is kept twice, none is forgotten."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from chassis.asking import Caller
from chassis.broker import DEAD_LETTERS, Message, QueuePlan
from chassis.config import database_url_of
from chassis.encryption import new_key
from chassis.migrate import migrate
from contracts.errors import Error
from tests.faults.running import Running
from tests.integration.chassis.brokers import Rabbit
from tests.waiting import eventually

pytestmark = pytest.mark.timeout(180)

WORK = QueuePlan(name="patient.main")
KEY = new_key()
"""One for all tests here, which share a database: under another nothing of what is kept could be opened."""


class House:
    """The operations service's process over RabbitMQ and PostgreSQL, killed and started again."""

    def __init__(self, folder: Path, broker_url: str, database_url: str) -> None:
        self._folder, self._started = folder, list[Running]()
        self._environ = {"BROKER_URL": broker_url, "DATABASE_URL": database_url, "FIELD_KEYS": KEY}
        self.rabbit = Rabbit(broker_url)
        self.broker = self.rabbit.connect()
        self._caller = Caller(self.broker, 4.0)
        self.broker.start()

    def start(self, failure: str = "") -> Running:
        """Another life of it, in which this fails."""
        words = ("cli.main", "serve", "operations")
        self._started.append(Running(self._folder, self._environ | {"HEMEI_FAILPOINT": failure}, *words))
        return self._started[-1]

    def ask(self, call: str, **command: Any) -> Any:
        """As the gateway does, until it answers."""

        def answered() -> Any:
            try:
                return self._caller.ask("operations", call, command)
            except Error as error:
                raise AssertionError(error.code) from error

        return eventually(answered, within=30)

    def letters(self) -> list[dict[str, Any]]:
        """What has been kept."""
        found: list[dict[str, Any]] = self.ask("list_dead_letters", page_size=200)["items"]
        return found

    def lay_aside(self, many: int) -> set[str]:
        """So many messages die; returns their ids."""
        headers: dict[str, Any] = {"queue": WORK.name, "error": "KeyError", "attempt": 6}
        ids = {str(uuid4()) for _ in range(many)}
        for id in ids:
            self.broker.send(Message(body=b"{}", id=id, type="a.b.v1", headers=headers), DEAD_LETTERS)
        return ids

    def close(self) -> None:
        """Nothing of it stays."""
        for each in self._started:
            each.killed()
        self.rabbit.close()


@pytest.fixture
def house(tmp_path: Path, fresh_broker: str, fresh_database: str) -> Iterator[House]:
    """Nothing runs yet."""
    migrate("operations", database_url_of(fresh_database, "operations"))
    found = House(tmp_path, fresh_broker, fresh_database)
    found.rabbit.declare(WORK)
    yield found
    found.close()


def died(process: Running) -> Callable[[], bool]:
    """Whether it has, of itself."""
    return lambda: not process.is_alive


@pytest.mark.parametrize("place", ["receiver.before_commit", "receiver.after_commit", "work.after_commit"])
def test_dead_letters_survive_the_death_of_whoever_collects_them(house: House, place: str) -> None:
    ids = house.lay_aside(5)
    killed = house.start(f"{place}=exit@1")
    eventually(died(killed), within=30)
    house.start()

    def kept() -> list[int]:
        found = [letter["deaths"] for letter in house.letters() if letter["message_id"] in ids]
        assert len(found) == 5
        return found

    assert eventually(kept, within=30) == [1] * 5
    eventually(lambda: house.rabbit.depth(DEAD_LETTERS) == 0, within=10)


def test_a_replay_survives_the_death_of_whoever_sends_it(house: House) -> None:
    (id,) = house.lay_aside(1)
    killed = house.start("replay.after_send=exit@1")
    (letter,) = eventually(lambda: [each for each in house.letters() if each["message_id"] == id] or False, within=30)
    house.ask("replay_dead_letter", id=letter["id"], by="王工")
    eventually(died(killed), within=30)
    house.start()
    eventually(lambda: house.ask("get_dead_letter", id=letter["id"])["state"] == "sent", within=50)
    assert {raw.properties["message_id"] for raw in house.rabbit.taken(WORK.name)} == {id}
