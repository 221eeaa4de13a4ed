"""Rows from before the walls keep what they hold and get their community, on SQLite and on PostgreSQL."""

from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Column, Connection, MetaData, Table, insert, inspect, select

from chassis.config import database_url_of
from chassis.database import Database
from chassis.migrate import difference, migrate, migrations_of
from chassis.run import SERVICES, service_class
from chassis.walls import WITHOUT_COMMUNITY
from tests.building import base_url

COMMUNITIES = ("410181002011", "410181002012")
NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
OF_KIND: dict[type, Any] = {
    bool: False,
    datetime: NOW,
    date: NOW.date(),
    float: 1.0,
    bytes: b"1",
    dict: [],
    list: [],
    object: [],
}


def revision_before_walls(service: str) -> str:
    """The revision that a service's walls are built upon."""
    (path,) = (migrations_of(service) / "versions").glob("*_communities_are_walls.py")
    revision: str = import_module(f"services.{service}.migrations.versions.{path.stem}").down_revision
    return revision


def value(column: Column[Any], number: int) -> Any:
    """Something for a column: the same number makes the same ids, so that rows refer to each other."""
    kind = column.type.python_type
    if column.name == "community":
        return COMMUNITIES[number - 1]
    if kind is UUID:
        return UUID(int=number)
    if kind is str and getattr(column.type, "length", None) == 32 and column.name.endswith("id"):
        return UUID(int=number).hex
    return OF_KIND[kind] if kind in OF_KIND else kind(number)


def reflected(database: Database) -> MetaData:
    """The tables as they are."""
    found = MetaData()
    found.reflect(database.engine)
    return found


def fill(database: Database, tables: MetaData) -> None:
    """Two rows in every table, each of a community of its own where the table has any."""
    with database.writing() as connection:
        for table in tables.sorted_tables:
            if table.name != "alembic_version":
                for number in (1, 2):
                    given = {column.name: value(column, number) for column in table.columns}
                    connection.execute(insert(table).values(given))


def rows(connection: Connection, table: Table, names: list[str]) -> set[tuple[str, ...]]:
    """What a table holds in these columns, compared as text."""
    return {tuple(map(str, row)) for row in connection.execute(select(*(table.c[name] for name in names)))}


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize("service", SERVICES)
def test_every_row_is_there_after_the_walls_were_built_and_each_has_its_community(
    service: str, kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url = database_url_of(base_url(kind, request, tmp_path), service)
    migrate(service, url, revision_before_walls(service))
    database = Database(url, as_owner=True)
    try:
        before = reflected(database)
        fill(database, before)
        kept = {name: [column.name for column in table.columns] for name, table in before.tables.items()}
        del kept["alembic_version"]
        with database.reading() as connection:
            held = {name: rows(connection, before.tables[name], columns) for name, columns in kept.items()}
        migrate(service, url)
        after = reflected(database)
        with database.reading() as connection:
            assert {n: rows(connection, after.tables[n], columns) for n, columns in kept.items()} == held
            for name in kept:
                if not {name, f"{service}.{name}"} & WITHOUT_COMMUNITY.keys() and name != "inbox":
                    found = connection.execute(select(after.tables[name].c.community)).scalars().all()
                    assert sorted(found) == sorted(COMMUNITIES), name
    finally:
        database.close()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize("service", SERVICES)
def test_the_migrated_keys_are_those_of_the_tables(
    service: str, kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url = database_url_of(base_url(kind, request, tmp_path), service)
    migrate(service, url)
    database = Database(url, as_owner=True)
    metadata = service_class(service).uow.metadata  # type: ignore[attr-defined]
    try:
        found = inspect(database.engine)
        for table in metadata.sorted_tables:
            described = [column.name for column in table.primary_key.columns]
            assert found.get_pk_constraint(table.name)["constrained_columns"] == described, table.name
    finally:
        database.close()
    assert difference(service, url, metadata) == []


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_case_that_named_no_community_gets_that_of_its_callout_and_goes_where_nothing_is_known_of_it(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url = database_url_of(base_url(kind, request, tmp_path / "cases"), "volunteer")
    url = url.replace("_volunteer", "_of_cases_volunteer") if kind == "postgresql" else url
    migrate("volunteer", url, revision_before_walls("volunteer"))
    database = Database(url, as_owner=True)
    try:
        before = reflected(database)
        callouts, cases = before.tables["callouts"], before.tables["cases"]
        with database.writing() as connection:
            connection.execute(insert(callouts).values({c.name: value(c, 1) for c in callouts.columns}))
            for number in (1, 2):
                connection.execute(insert(cases).values(grievance_id=value(cases.c.grievance_id, number)))
        migrate("volunteer", url)
        with database.reading() as connection:
            assert connection.execute(select(cases.c.community)).scalars().all() == [COMMUNITIES[0]]
    finally:
        database.close()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_message_that_was_handled_before_the_walls_is_not_handled_again(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    from chassis import inbox

    url = database_url_of(base_url(kind, request, tmp_path / "inbox"), "partner")
    url = url.replace("_partner", "_of_inbox_partner") if kind == "postgresql" else url
    migrate("partner", url, revision_before_walls("partner"))
    owner = Database(url, as_owner=True)
    before = reflected(owner).tables["inbox"]
    with owner.writing() as connection:
        connection.execute(insert(before).values({column.name: value(column, 1) for column in before.columns}))
    owner.close()
    migrate("partner", url)
    database = Database(url)
    try:
        table = service_class("partner").uow.metadata.tables["inbox"]  # type: ignore[attr-defined]
        with database.writing() as connection:
            ids = dict.fromkeys((UUID(int=1), UUID(int=2)), COMMUNITIES[0])
            assert inbox.claim(connection, table, "1", ids, NOW) == {UUID(int=2)}
    finally:
        database.close()
