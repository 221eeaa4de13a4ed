"""What the integration tests of the operations service are built from: its door, and a sender that is no broker."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import msgspec
from sqlalchemy import select

from chassis.broker import Message
from chassis.config import Settings
from chassis.database import Database
from chassis.receiver import Receive
from chassis.replays import OUTCOME
from contracts.reports import Step
from services.operations.config import OperationsSettings
from services.operations.handlers import dead_letters, replays
from services.operations.persistence.tables import metadata
from services.operations.service import OperationsService
from tests.building import At, door

NOON = datetime(2026, 5, 20, 12, tzinfo=UTC)
COMMUNITY = "410181002011"
WRITTEN = "张玉兰 13800001111 楼道太暗"


class Sender:
    """Takes what is put back; `refuses` is raised by it, the first first."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Message]] = []
        self.refuses: list[Exception | None] = []

    def send(self, message: Message, queue: str) -> None:
        """Into this queue."""
        if self.refuses and (refusal := self.refuses.pop(0)) is not None:
            raise refusal
        self.sent.append((queue, message))

    def send_to_hearers(self, message: Message) -> None:
        """Into every queue that hears it."""
        self.send(message, "every hearer")

    def answer(self, _message: Message, _queue: str) -> None:
        """Whoever reported has gone."""


class Desk:
    """The operations service without nameko and without a broker."""

    def __init__(self, database: Database) -> None:
        self.database, self.clock = database, At(NOON)
        self.sender: Any = Sender()
        self.service = door("operations", database, settings=OperationsSettings(), clock=self.clock)
        self.service.process_settings, self.service.post = Settings(), self.sender

    def ask(self, call: str, **command: Any) -> Any:
        """Ask as the gateway does: the command travels as JSON, and so does the answer."""
        [entrypoint] = getattr(OperationsService, call).nameko_entrypoints
        loaded = entrypoint.schema().load(msgspec.json.decode(msgspec.json.encode(command)))
        return msgspec.json.decode(msgspec.json.encode(entrypoint.method(self.service, loaded)))

    def collect(self, *messages: Message) -> None:
        """These have come to the queue of dead letters."""
        self._receive("collect_dead_letters", messages)

    def told(self, *steps: Step) -> None:
        """Services say what became of replays."""
        self.reported(*(Message(body=msgspec.json.encode(step), type=OUTCOME) for step in steps))

    def reported(self, *messages: Message) -> None:
        """These have come to the queue of reports."""
        self._receive("take_reports", messages)

    def send_waiting(self, per_second: int = 20, **more: Any) -> None:
        """The timer runs."""
        given: dict[str, Any] = {"clock": self.clock, "rest": lambda _seconds: None, "per_second": per_second}
        replays.send_waiting(self.service.uow, self.sender, **given | more)

    def forgets(self) -> None:
        """The timer that forgets runs."""
        settled_before = self.clock.now - timedelta(days=self.service.settings.settled_days)
        dead_letters.forget(self.service.uow, settled_before=settled_before)

    def letters(self, **choice: Any) -> list[dict[str, Any]]:
        """Dead letters as they are listed."""
        found: list[dict[str, Any]] = self.ask("list_dead_letters", page_size=200, **choice)["items"]
        return found

    def the_letter(self) -> dict[str, Any]:
        """The only one there is."""
        (letter,) = self.letters()
        return letter

    def rows(self, table: str) -> list[Any]:
        """What a table holds."""
        with self.database.reading() as connection:
            return list(connection.execute(select(metadata.tables[table])))

    def events(self) -> list[tuple[str, dict[str, Any]]]:
        """What was told, by name, in order."""
        told = sorted(self.rows("outbox"), key=lambda row: int(row.id))
        return [(row.type, msgspec.json.decode(bytes(row.body))["data"]) for row in told]

    def receiver_of(self, method: str) -> Receive:
        """What takes the messages of a raw queue."""
        [entrypoint] = getattr(OperationsService, method).nameko_entrypoints
        receive: Receive = entrypoint.receive
        return receive

    def _receive(self, method: str, messages: tuple[Message, ...]) -> None:
        with self.service.uow:
            self.receiver_of(method)(self.service, messages)


def dead(body: bytes = b'{"data": {}}', *, id: str | None = None, **headers: Any) -> Message:
    """A message that a service has laid aside."""
    given: dict[str, Any] = {
        "queue": "partner.main",
        "error": "KeyError",
        "place": "partner/handlers.py:refer",
        "stack": "0123456789abcdef",
        "attempt": 6,
        "died_at": NOON.isoformat(),
        "community": COMMUNITY,
    }
    return Message(
        body=body,
        id=id or str(uuid4()),
        type="organization.leader_assigned.v1",
        correlation="first",
        content_type="application/cloudevents+json; charset=UTF-8",
        headers={name: value for name, value in {**given, **headers}.items() if value is not None},
    )


def died_again(message: Message, letter: dict[str, Any], **headers: Any) -> Message:
    """The same message, dead once more after a replay."""
    at = (NOON + timedelta(minutes=5)).isoformat()
    return message.with_headers(**{"replay": letter["id"], "died_at": at, "attempt": 6, **headers})


def outcome(letter: dict[str, Any], outcome: str = "done") -> Step:
    """What a service says of a replay."""
    return Step(at=0.0, kind="sent", name=letter["type"], source="partner", subject=letter["id"], outcome=outcome)
