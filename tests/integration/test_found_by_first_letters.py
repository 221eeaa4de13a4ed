"""People who were there before names were found by their first letters are found by them after the migration."""

from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import MetaData, insert, select

from chassis import pinyin_columns
from chassis.config import database_url_of
from chassis.database import Database
from chassis.migrate import migrate
from tests.building import base_url
from tests.integration.test_what_was_plain import filled_row

NAMES = {"李大山": "lds", "曾玉兰": "zyl", "王秀英": "wxy"}


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize(
    ("service", "table", "before"),
    [("organization", "people", "0007"), ("volunteer", "volunteers", "0007"), ("health", "elder_records", "0006")],
)
def test_rows_from_before_have_their_letters(
    service: str,
    table: str,
    before: str,
    kind: str,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pinyin_columns, "MOST_AT_ONCE", 2)
    base = base_url(kind, request, tmp_path) + ("" if kind == "sqlite" else "_letters")
    url = database_url_of(base, service)
    migrate(service, url, before)
    database = Database(url)
    people = [*NAMES, *NAMES]
    try:
        earlier = MetaData()
        earlier.reflect(database.engine)
        rows = earlier.tables[table]
        with database.writing() as connection:
            for number, name in enumerate(people):
                of = {"id": UUID(int=number), "name": name, "community": f"41018100201{number % 2}"}
                connection.execute(insert(rows), filled_row(rows, of))
        migrate(service, url)
        later = MetaData()
        later.reflect(database.engine)
        kept = later.tables[table]
        with database.reading() as connection:
            found = connection.execute(select(kept.c.name, kept.c.initials).order_by(kept.c.id)).all()
        assert sorted(map(tuple, found)) == sorted((name, NAMES[name]) for name in people)
    finally:
        database.close()
