"""Rows written before a column was encrypted are encrypted by the migration, and read as they were."""

import os
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import MetaData, Table, insert, select, text

from chassis.config import database_url_of
from chassis.database import Database, use_keys
from chassis.encryption import KeyRing, new_key
from chassis.migrate import migrate
from chassis.run import service_class
from tests.building import base_url

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
WORDS = "母亲卧床三年，'请' 帮忙 😀"
OF_EACH_KIND: dict[type, Any] = {str: "", int: 1, bool: False, datetime: NOW, date: NOW.date()}


def filled_row(table: Table, given: dict[str, Any]) -> dict[str, Any]:
    """A row with something in every column that must not be empty."""
    row = {}
    for column in table.columns:
        if column.name in given:
            is_text = column.type.python_type is str and isinstance(given[column.name], UUID)
            row[column.name] = given[column.name].hex if is_text else given[column.name]
        elif not column.nullable and column.autoincrement is not True:
            kind = column.type.python_type
            row[column.name] = uuid4() if kind is UUID else OF_EACH_KIND.get(kind, [])
    return row


HISTORY = [{"at": NOW.isoformat(), "step": "decline", "by": "", "note": WORDS}]
CASES: list[tuple[str, list[tuple[str, dict[str, Any]]]]] = [
    (
        "grievance",
        [
            ("grievances", {"id": UUID(int=1), "resolution": WORDS}),
            ("statements", {"grievance_id": UUID(int=1), "description": WORDS}),
            ("timeline", {"grievance_id": UUID(int=1), "note": WORDS}),
        ],
    ),
    ("volunteer", [("dispatches", {"decline_reason": WORDS, "history": HISTORY})]),
    ("partner", [("units", {"contact_name": WORDS})]),
]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize(("service", "rows"), CASES, ids=[service for service, _ in CASES])
def test_what_stood_in_plain_words_is_encrypted_and_read_as_it_was(
    service: str,
    rows: list[tuple[str, dict[str, Any]]],
    kind: str,
    request: pytest.FixtureRequest,
    tmp_path: Path,
) -> None:
    url = database_url_of(base_url(kind, request, tmp_path), service)
    metadata = service_class(service).uow.metadata
    key = new_key()
    migrate(service, url, "0001")
    database = Database(url)
    try:
        before = MetaData()
        before.reflect(database.engine)
        with database.writing() as connection:
            for name, given in rows:
                connection.execute(insert(before.tables[name]), filled_row(before.tables[name], given))
        use_keys((key,))
        migrate(service, url)
        with database.reading() as connection:
            for name, given in rows:
                table = metadata.tables[name]
                said = {column: value for column, value in given.items() if value in (WORDS, HISTORY)}
                for column, value in said.items():
                    assert connection.execute(select(table.c[column])).scalars().all() == [value]
                    kept = connection.execute(text(f"SELECT {column} FROM {name}")).scalar_one()
                    assert WORDS[:4] not in kept
                    assert WORDS[:4].encode("unicode_escape").decode() not in kept
                    assert KeyRing([key]).decrypt(kept)
    finally:
        database.close()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_without_keys_a_migration_that_has_something_to_encrypt_refuses_and_changes_nothing(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    base = base_url(kind, request, tmp_path) + ("" if kind == "sqlite" else "_untouched")
    url = database_url_of(base, "partner")
    migrate("partner", url, "0001")
    database = Database(url)
    before = MetaData()
    before.reflect(database.engine)
    with database.writing() as connection:
        connection.execute(
            insert(before.tables["units"]), filled_row(before.tables["units"], {"contact_name": "王主任"})
        )
    database.close()
    environment = {"PATH": os.environ["PATH"], "DATABASE_URL": base, "BROKER_URL": ""}
    command = [sys.executable, "-m", "cli.main", "migrate", "partner"]
    refused = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=50, check=False)
    assert refused.returncode == 1
    assert "FIELD_KEYS is empty" in refused.stderr
    assert "王主任" not in refused.stderr
    opened = Database(url)
    with opened.reading() as connection:
        assert connection.execute(text("SELECT contact_name FROM units")).scalar_one() == "王主任"
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "0001"
    opened.close()
    done = subprocess.run(command, env=environment | {"FIELD_KEYS": new_key()}, timeout=50, check=False)
    assert done.returncode == 0
