"""What the tests of watching are built from: the operations service, a broker that stands as it is told, reports."""

from collections.abc import Collection
from typing import Any
from uuid import uuid4

import msgspec

from chassis.broker import Message, NoQueue, NotSent
from chassis.database import Database
from chassis.figures import BrokerFigures, QueueFigures
from contracts.reports import CRITICAL_BOUNDS, OutboxReport, QueueReport, Report, Step, Wishes
from services.operations.handlers import queues
from services.operations.queries import open_dead_letters
from tests.integration.operations.desk import NOON, Desk, Sender

T = NOON.timestamp()


class StandingBroker:
    """A broker that stands as it was put."""

    def __init__(self) -> None:
        self.seen = BrokerFigures(source="amqp", version="4.1")
        self.looked_for: set[str] = set()
        self.emptied: list[str] = []

    def stand(self, *queues: QueueFigures, **more: Any) -> None:
        """From now on it stands so."""
        self.seen = BrokerFigures(**{"source": "amqp", "version": "4.1", "queues": queues, **more})

    def look(self, names: Collection[str]) -> BrokerFigures:
        """As it was put."""
        self.looked_for = set(names)
        return self.seen

    def purge(self, queue: str) -> int:
        """What was waiting is gone."""
        for known in self.seen.queues:
            if known.name == queue:
                self.emptied.append(queue)
                return known.ready
        raise NoQueue(queue)


class Answering(Sender):
    """Takes answers to reports, too; whoever is `gone` gets none."""

    def __init__(self) -> None:
        super().__init__()
        self.answered: list[tuple[str, Wishes]] = []
        self.gone: set[str] = set()

    def answer(self, message: Message, queue: str) -> None:
        """To this queue."""
        if queue in self.gone:
            raise NotSent(queue)
        assert message.type == "wishes"
        self.answered.append((queue, msgspec.json.decode(message.body, type=Wishes)))


class Tower(Desk):
    """The operations service without nameko, its broker made of words."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.sender = Answering()
        self.broker = StandingBroker()
        self.service.post, self.service.watch = self.sender, self.broker

    def report(self, *reports: Report, reply_to: str = "") -> None:
        """These reports have come."""
        self.reported(*(as_message(each, reply_to) for each in reports))

    def sample(self) -> None:
        """The timer looks at the queues."""
        with self.database.reading() as connection:
            dead = open_dead_letters(connection)
        queues.sample(self.service.uow, self.broker.seen, dead, now=self.clock.now)

    def forget(self) -> None:
        """The timer forgets the past."""
        self.service.forget_the_past()

    def overview(self) -> dict[str, Any]:
        """What an operator sees at one glance."""
        found: dict[str, Any] = self.ask("get_overview")
        return found

    def queue(self, name: str = "partner.main") -> dict[str, Any]:
        """One queue as it is shown."""
        (found,) = [queue for queue in self.overview()["queues"] if queue["name"] == name]
        return found

    def lines(self, measure: str, span: str = "hour") -> dict[str, dict[int, float | None]]:
        """A measure over time: by what it is about, the figure at so many seconds after noon."""
        series = self.ask("get_history", measure=measure, span=span)["series"]
        return {line["about"]: {int(at / 1000 - T): figure for at, figure in line["points"]} for line in series}


def as_message(report: Report, reply_to: str = "") -> Message:
    """A report as it comes."""
    return Message(body=msgspec.json.encode(report), id=str(uuid4()), type="report", reply_to=reply_to)


def report(process: str = "partner", *, at: float = T, **more: Any) -> Report:
    """What a process reports."""
    plain = {
        "process": process,
        "instance": f"{process}-1",
        "version": "0.1.0",
        "at": at,
        "started_at": T - 3600,
        "over": 2.0,
        "is_ready": True,
        "memory": 80_000_000,
        "in_flight": 0,
    }
    return Report(**{**plain, **more})


def done(count: int, within: float = 0.05, **more: Any) -> QueueReport:
    """So many events were handled within so many seconds, which is one of the bounds."""
    place = CRITICAL_BOUNDS.index(within)
    critical = tuple(count if each == place else 0 for each in range(len(CRITICAL_BOUNDS) + 1))
    return QueueReport(**{"handled": count, "critical": critical, **more})


def outbox(pending: int = 0, oldest_age: float = 0.0, stuck: int = 0) -> OutboxReport:
    """How an outbox stands."""
    return OutboxReport(pending=pending, oldest_age=oldest_age, stuck=stuck)


def step(name: str = "grievance.grievance_filed.v1", **more: Any) -> Step:
    """Something that happened."""
    return Step(**{"at": T, "kind": "told", "name": name, "source": "grievance", "correlation": "chain", **more})
