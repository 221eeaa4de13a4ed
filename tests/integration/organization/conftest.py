"""The organization service's own database, on SQLite and on PostgreSQL, and a community in it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from chassis.config import database_url_of
from chassis.database import Database, use_keys
from chassis.encryption import new_key
from chassis.fingerprints import use_secret
from chassis.migrate import migrate
from chassis.unit_of_work import UnitOfWork
from contracts import wire
from contracts.event import Event
from services.organization import handlers
from services.organization.config import OrganizationSettings
from services.organization.service import OrganizationService
from tests.building import At, base_url, door, unit_of_work
from tests.unit.organization.samples import BUILDING, COTTAGE, G1, G2, HOME, NOW, TODAY, YARD, C, csv_file


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Say which tests need the server: servers are found before the first test."""
    for item in items:
        if "organization" in item.path.parts and "[postgresql" in item.name:
            item.fixturenames.append("postgresql_server")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Address of a migrated database of the organization service."""
    base = base_url(request.param, request, tmp_path_factory.mktemp("organization"))
    url = database_url_of(base, "organization")
    migrate("organization", url)
    return url


@pytest.fixture
def database(address: str) -> Iterator[Database]:
    """The database, emptied."""
    use_keys((new_key(),))
    use_secret("a secret that is long enough to be none")
    database = Database(address)
    with database.writing() as connection:
        for table in reversed(OrganizationService.uow.metadata.sorted_tables):
            connection.execute(table.delete())
    yield database
    database.close()


class Organization:
    """The service's handlers on a real database."""

    def __init__(self, database: Database) -> None:
        self.database = database

    @property
    def uow(self) -> UnitOfWork:
        """A unit of work as the service is given it."""
        return unit_of_work("organization", self.database)

    def ask_at_the_door(self, call: str, **command: Any) -> Any:
        """Ask as the gateway does: the command travels as JSON, and so does the answer."""
        [entrypoint] = getattr(OrganizationService, call).nameko_entrypoints
        loaded = entrypoint.schema().load(msgspec.json.decode(msgspec.json.encode(command)))
        return msgspec.json.decode(msgspec.json.encode(entrypoint.method(self._door(), loaded)))

    def hear_at_the_door(self, event: Event) -> bool:
        """The service hears an event; False where it does not concern it."""
        [hearing] = [
            entrypoint.hearing
            for name in dir(OrganizationService)
            for entrypoint in getattr(getattr(OrganizationService, name), "nameko_entrypoints", ())
            if hasattr(entrypoint, "hearing") and entrypoint.hearing.event is type(event)
        ]
        if hearing.when(event):
            hearing.handle(self._door(), event)
        return bool(hearing.when(event))

    def run(self, timer: str, *, now: datetime) -> None:
        """Let a timer run at a moment."""
        getattr(OrganizationService, timer).__wrapped__(self._door(now))

    def _door(self, now: datetime = NOW) -> Any:
        return door("organization", self.database, settings=OrganizationSettings(), clock=At(now))

    def import_places(self, *lines: str, **more: Any) -> dict[str, Any]:
        """Import a CSV of places."""
        given = {"preview": False, "most_rows": 100_000, "now": NOW} | more
        return handlers.import_places(self.uow, C, csv_file(*lines), **given)

    def import_people(self, *lines: str, **more: Any) -> dict[str, Any]:
        """Import a CSV of people."""
        given = {"preview": False, "most_rows": 100_000, "today": TODAY, "elder_age": 60} | more
        return handlers.import_people(self.uow, C, csv_file(*lines), **given)

    def told(self) -> list[Event]:
        """Every event in the outbox, in order."""
        return [wire.from_bytes(body).event() for body in self._outbox("body")]

    def sequences(self) -> list[int]:
        """The place of each event among those of its aggregate."""
        return [wire.from_bytes(body).sequence for body in self._outbox("body")]

    def forget_told(self) -> None:
        """Empty the outbox."""
        with self.database.writing() as connection:
            connection.execute(OrganizationService.uow.metadata.tables["outbox"].delete())

    def ask(self, query: Any, *args: Any, **more: Any) -> Any:
        """What a query answers."""
        with self.database.reading() as connection:
            return query(connection, *args, **more)

    def _outbox(self, column: str) -> list[Any]:
        outbox = OrganizationService.uow.metadata.tables["outbox"]
        with self.database.reading() as connection:
            return list(connection.scalars(select(outbox.c[column]).order_by(outbox.c.id)))


@pytest.fixture
def organization(database: Database) -> Organization:
    """The service with nothing in it."""
    return Organization(database)


PLACES = (
    "编码,类型,名称,上级,老旧,四至,街道,城市",
    f"{C},社区,陇海路社区,,,东至陇海桥西头,杜甫路街道,巩义市",
    f"{G1},网格,第一网格,{C},,,,",
    f"{G2},网格,第二网格,{C},,,,",
    f"{YARD},楼院,交通庭院,{G1},是,,,",
    f"{BUILDING},楼栋,1号楼,{YARD},,,,",
    f"{HOME},住户,101室,{BUILDING},,,,",
    f"{COTTAGE},住户,平房9号,{YARD},,,,",
)
PEOPLE = (
    "编号,姓名,出生日期,性别,住户编码,电话,职务,任职地点,任期开始",
    f"1,王建国,1980-03-01,男,{HOME},13803710001,网格长,{G1},2021-04-01",
    f"2,李敏,1975-07-15,女,{COTTAGE},13803710002,社区书记,{C},2021-04-01",
    f"3,赵桂英,1950-01-01,女,{HOME},13803710003,,,",
    f"4,赵小宝,2019-01-01,男,{HOME},,,,",
)


@pytest.fixture
def community(organization: Organization) -> Organization:
    """The service with a small community in it, what was told of it forgotten."""
    organization.import_places(*PLACES)
    organization.import_people(*PEOPLE)
    organization.forget_told()
    return organization
