"""Backup and restore of the distributed form: only at a moment when nothing is on its way."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from secrets import token_hex
from typing import Any

import psycopg2
import pytest

from chassis.backups import BackupRefused, tables
from chassis.migrate import migrate

SERVICES = ("grievance", "partner")
KEYS = ("a key",)
NO_PATIENCE = 0.0


def nothing_in_queues() -> Mapping[str, int]:
    return {}


@pytest.fixture
def base(fresh_database: str) -> str:
    """What the names of a test's own databases begin with."""
    return f"{fresh_database}_{token_hex(3)}"


@pytest.fixture
def databases(base: str) -> dict[str, str]:
    """Two services' databases."""
    found = {name: f"{base}_{name}" for name in SERVICES}
    for name, url in found.items():
        migrate(name, url)
    return found


@pytest.fixture
def elsewhere(base: str) -> dict[str, str]:
    """Addresses at which there is nothing yet."""
    return {name: f"{base}_again_{name}" for name in SERVICES}


@pytest.fixture
def partner(databases: dict[str, str]) -> Iterator[Any]:
    """A connection to one of them."""
    with closing(psycopg2.connect(databases["partner"])) as connection:
        yield connection


def run(connection: Any, statement: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


TELL = (
    "INSERT INTO outbox (message_id, community, type, heard, correlation, body, available_at, attempts)"
    " VALUES (gen_random_uuid(), '', 'x', true, '', '', now(), 0)"
)
HANDLE = (
    "INSERT INTO inbox (community, consumer, message_id, handled_at)"
    " VALUES ('410181002011', 'things.main', gen_random_uuid(), now())"
)


def test_what_is_restored_is_what_was_there_and_counting_goes_on_where_it_was(
    databases: dict[str, str], elsewhere: dict[str, str], partner: Any, tmp_path: Path
) -> None:
    run(partner, HANDLE)
    run(partner, TELL)
    ((told,),) = run(partner, "DELETE FROM outbox RETURNING id")
    partner.commit()
    tables.back_up(databases, nothing_in_queues, tmp_path / "safe", KEYS, NO_PATIENCE)
    tables.restore(tmp_path / "safe", elsewhere, nothing_in_queues, KEYS, migrate)
    with closing(psycopg2.connect(elsewhere["partner"])) as restored:
        handled = "SELECT consumer, message_id, handled_at FROM inbox"
        assert run(restored, handled) == run(partner, handled) != []
        run(restored, TELL)
        assert run(restored, "SELECT id FROM outbox") > [(0,)]
    assert told >= 1


def test_an_event_in_an_outbox_keeps_a_backup_from_being_made(
    databases: dict[str, str], partner: Any, tmp_path: Path
) -> None:
    run(partner, TELL)
    partner.commit()
    with pytest.raises(BackupRefused, match="outbox partner"):
        tables.back_up(databases, nothing_in_queues, tmp_path / "safe", KEYS, NO_PATIENCE)


def test_a_message_in_a_queue_keeps_a_backup_from_being_made(databases: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(BackupRefused, match=r"partner\.main"):
        tables.back_up(databases, lambda: {"partner.main": 1}, tmp_path / "safe", KEYS, NO_PATIENCE)


def test_work_that_is_about_to_tell_something_keeps_a_backup_from_being_made(
    databases: dict[str, str], partner: Any, tmp_path: Path
) -> None:
    run(partner, TELL)
    with pytest.raises(BackupRefused, match="lock timeout"):
        tables.back_up(databases, nothing_in_queues, tmp_path / "safe", KEYS, NO_PATIENCE)
    partner.rollback()
    assert tables.back_up(databases, nothing_in_queues, tmp_path / "safe2", KEYS, NO_PATIENCE).files


def test_what_is_written_after_the_moment_is_not_in_the_backup(
    databases: dict[str, str], partner: Any, tmp_path: Path
) -> None:
    looks: list[int] = []

    def in_queues() -> Mapping[str, int]:
        # Handled without telling anything: that needs no outbox and goes on.
        run(partner, HANDLE)
        partner.commit()
        looks.append(1)
        return {}

    tables.back_up(databases, in_queues, tmp_path / "safe", KEYS, NO_PATIENCE)
    run(partner, HANDLE)
    partner.commit()
    lines = (tmp_path / "safe" / "partner" / "inbox.csv").read_text().splitlines()
    assert len(lines) - 1 == len(looks) > 0


def test_without_the_keys_of_that_time_nothing_is_restored(
    databases: dict[str, str], elsewhere: dict[str, str], tmp_path: Path
) -> None:
    tables.back_up(databases, nothing_in_queues, tmp_path / "safe", KEYS, NO_PATIENCE)
    with pytest.raises(BackupRefused, match="lacks 1 of the keys"):
        tables.restore(tmp_path / "safe", elsewhere, nothing_in_queues, ("another",), migrate)
    assert tables.restore(tmp_path / "safe", elsewhere, nothing_in_queues, ("another", *KEYS), migrate)


def test_databases_that_hold_something_are_not_overwritten(databases: dict[str, str], tmp_path: Path) -> None:
    tables.back_up(databases, nothing_in_queues, tmp_path / "safe", KEYS, NO_PATIENCE)
    with pytest.raises(BackupRefused, match="data already: grievance, partner"):
        tables.restore(tmp_path / "safe", databases, nothing_in_queues, KEYS, migrate)


def test_a_broker_that_holds_messages_is_not_restored_to(
    databases: dict[str, str], elsewhere: dict[str, str], tmp_path: Path
) -> None:
    tables.back_up(databases, nothing_in_queues, tmp_path / "safe", KEYS, NO_PATIENCE)
    with pytest.raises(BackupRefused, match=r"partner\.main"):
        tables.restore(tmp_path / "safe", elsewhere, lambda: {"partner.main": 1}, KEYS, migrate)


def test_a_backup_of_the_other_form_is_refused(databases: dict[str, str], tmp_path: Path) -> None:
    from chassis.backups import files

    tables.back_up(databases, nothing_in_queues, tmp_path / "safe", KEYS, NO_PATIENCE)
    with pytest.raises(BackupRefused, match="distributed form"):
        files.restore(tmp_path / "safe", tmp_path / "again")
