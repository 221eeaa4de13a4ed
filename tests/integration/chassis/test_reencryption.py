"""After a rotation every field comes under the newest key, in the background, and none is lost or overwritten."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from threading import Event as Signal
from threading import Thread
from typing import Any
from uuid import UUID, uuid4

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Column, Integer, MetaData, String, Table, event, insert, select, text, update

from chassis.database import Database, Encrypted, EncryptedBytes, EncryptedDocument, chassis_tables, use_keys
from chassis.encrypted_columns import encrypted_columns
from chassis.encryption import CannotDecrypt, KeyRing, KeysRefused, key_id, new_key
from chassis.reencryption import LOOK_AGAIN, Pass, Reencryption
from chassis.sealed_columns import Sealed, refuse_foreign_keys, standing
from chassis.service_role import prepare_service_role
from chassis.turns import Turns
from chassis.unit_of_work import utc_now
from tests.integration.chassis.things import NOON, metadata, things
from tests.scopes import in_this_scope


def write(database: Database, secrets: Sequence[str | None]) -> list[UUID]:
    """Things with these secrets, under the key that encrypts now."""
    ids = [uuid4() for _ in secrets]
    empty: dict[str, Any] = {"community": "410181002011", "name": "", "state": "new", "tags": [], "parts": []}
    rows = [
        empty | {"id": id, "secret": secret, "made_at": NOON, "version": 1}
        for id, secret in zip(ids, secrets, strict=True)
    ]
    with database.writing() as connection:
        connection.execute(insert(things), rows)
    return ids


def secrets_of(database: Database) -> dict[UUID, str | None]:
    """Every secret as it is read."""
    with database.reading() as connection:
        return {row.id: row.secret for row in connection.execute(select(things.c.id, things.c.secret))}


def kept(database: Database) -> list[str]:
    """What stands in the column."""
    with database.reading() as connection:
        return [*connection.execute(text("SELECT secret FROM things ORDER BY id")).scalars()]


def rotated() -> tuple[str, str]:
    """An old key that was used, and a ring in which a new one stands before it."""
    old, new = new_key(), new_key()
    use_keys((old,))
    return old, new


def work_off(work: Reencryption, database: Database, limit: int = 10) -> int:
    """Look until nothing is left; returns how often that took."""
    for number in range(1, limit):
        work.look()
        with database.writing() as connection:  # its turn comes at once
            connection.execute(text("UPDATE timers SET ran_at = NULL, held_until = NULL"))
        if work.is_quiet():
            return number
    raise AssertionError("it never came to an end")


def test_every_field_comes_under_the_newest_key_and_reads_as_before(database: Database) -> None:
    old, new = rotated()
    ids = write(database, [*(f"居民 {number}" for number in range(250)), "", None])
    before = secrets_of(database)
    use_keys((new, old))
    work_off(Reencryption(database, metadata), database)
    assert standing(database, metadata) == {key_id(new): 250}
    use_keys((new,))
    assert secrets_of(database) == before
    assert len(ids) == 252


def test_fields_from_before_keys_had_ids_come_under_the_newest_key(database: Database) -> None:
    old, new = rotated()
    (id,) = write(database, ["电话"])
    bare = Fernet(old).encrypt("电话".encode()).decode()
    with database.writing() as connection:
        connection.execute(text("UPDATE things SET secret = :bare"), {"bare": bare})
    assert standing(database, metadata) == {"": 1}
    use_keys((new, old))
    work_off(Reencryption(database, metadata), database)
    use_keys((new,))
    assert secrets_of(database) == {id: "电话"}


def test_a_second_run_changes_nothing(database: Database) -> None:
    old, new = rotated()
    write(database, ["a", "b"])
    use_keys((new, old))
    work_off(Reencryption(database, metadata), database)
    after_the_first = kept(database)
    work_off(Reencryption(database, metadata), database)
    assert kept(database) == after_the_first


def test_what_was_written_between_reading_and_writing_stays(database: Database) -> None:
    old, new = rotated()
    changed, other = write(database, ["before", "other"])
    keys = KeyRing([new, old])
    column = Sealed(things, "secret")
    with database.reading() as connection:
        found = column.behind(connection, keys.newest, None)
    use_keys((new, old))
    with database.writing() as connection:
        connection.execute(update(things).where(things.c.id == changed).values(secret="meanwhile"))
    with database.writing() as connection:
        rows = [((id,), read, keys.encrypt(keys.decrypt(read))) for id, read in found]
        assert column.replace(connection, rows) == 1
    assert secrets_of(database) == {changed: "meanwhile", other: "other"}


def test_a_row_that_somebody_holds_is_left_and_nobody_waits(postgresql: Database) -> None:
    old, new = rotated()
    held, free = write(postgresql, ["held", "free"])
    use_keys((new, old))
    current = Pass([Sealed(things, "secret")], key_id(new))
    with postgresql.writing() as connection:
        connection.execute(select(things).where(things.c.id == held).with_for_update())
        current.step(postgresql, KeyRing([new, old]))
        assert standing(postgresql, metadata) == {key_id(old): 1, key_id(new): 1}
    assert (current.done, current.is_clean) == (1, False)
    work_off(Reencryption(postgresql, metadata), postgresql)
    assert standing(postgresql, metadata) == {key_id(new): 2}
    assert secrets_of(postgresql) == {held: "held", free: "free"}


def test_writers_beside_it_lose_nothing(database: Database) -> None:
    old, new = rotated()
    ids = write(database, ["0"] * 120)
    use_keys((new, old))
    ended, failures = Signal(), []

    def write_on() -> None:
        try:
            for round in range(1, 4):
                for id in ids:
                    with database.writing() as connection:
                        connection.execute(update(things).where(things.c.id == id).values(secret=str(round)))
        except Exception as error:  # noqa: BLE001 - told by the assertion below
            failures.append(error)
        finally:
            ended.set()

    writer = Thread(target=in_this_scope(write_on))
    writer.start()
    while not ended.is_set():
        Reencryption(database, metadata).look()
    writer.join()
    assert failures == []
    assert set(secrets_of(database).values()) == {"3"}


def test_a_field_whose_key_is_gone_is_left_as_it_is_and_the_others_go_on(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    lost, old, new = new_key(), new_key(), new_key()
    use_keys((lost,))
    write(database, ["verloren"])
    use_keys((old,))
    write(database, ["kept"])
    use_keys((new, old))
    work_off(Reencryption(database, metadata), database)
    assert standing(database, metadata) == {key_id(lost): 1, key_id(new): 1}
    assert f"1 fields stay closed in things.secret: key {key_id(lost)} is not in FIELD_KEYS" in caplog.text
    with pytest.raises(CannotDecrypt, match=key_id(lost)):
        secrets_of(database)
    use_keys((new, lost))
    work_off(Reencryption(database, metadata), database)
    assert set(secrets_of(database).values()) == {"verloren", "kept"}


def test_it_is_quiet_when_nothing_is_left_until_the_ring_changes_or_long_after(database: Database) -> None:
    old, new = rotated()
    write(database, ["a"])
    time = [0.0]
    work = Reencryption(database, metadata, passed=lambda: time[0])
    use_keys((old,))
    work_off(work, database)
    asked = Counter[str]()

    def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked[statement] += 1

    event.listen(database.engine, "before_cursor_execute", count)
    work.look()
    assert not asked
    time[0] = LOOK_AGAIN
    work.look()
    assert asked
    asked.clear()
    use_keys((new, old))
    work.look()
    assert asked
    event.remove(database.engine, "before_cursor_execute", count)


def test_one_instance_at_a_time_does_it(database: Database) -> None:
    old, new = rotated()
    write(database, ["a"])
    use_keys((new, old))
    assert Turns(database, metadata.tables["timers"]).take("encrypt anew", NOON - NOON, utc_now()) is True
    with database.writing() as connection:
        connection.execute(text("UPDATE timers SET held_until = :later"), {"later": "2999-01-01 00:00:00+00:00"})
    Reencryption(database, metadata).look()
    assert standing(database, metadata) == {key_id(old): 1}


def test_large_fields_are_taken_few_at_a_time(database: Database) -> None:
    use_keys((old := new_key(),))
    write(database, ["x" * 3_000_000, "y", "z" * 3_000_000])
    with database.reading() as connection:
        found = Sealed(things, "secret").behind(connection, "00000000", None)
    assert 1 <= len(found) < 3
    with database.reading() as connection:
        rest = Sealed(things, "secret").behind(connection, "00000000", tuple(found[-1][:-1]))
    assert key_id(old) in standing(database, metadata)
    assert rest


def test_columns_of_every_encrypted_type_are_found_also_where_the_key_has_two_parts(database: Database) -> None:
    own = MetaData()
    chassis_tables(own)
    table = Table(
        "sealed",
        own,
        Column("community", String(12), primary_key=True),
        Column("number", Integer, primary_key=True),
        Column("words", Encrypted),
        Column("body", EncryptedBytes),
        Column("document", EncryptedDocument),
    )
    assert [(found.name, name) for found, name in encrypted_columns(own)] == [
        ("sealed", "words"),
        ("sealed", "body"),
        ("sealed", "document"),
    ]
    old, new = rotated()
    owner = Database(database.url, as_owner=True)
    with owner.writing() as connection:
        table.create(connection)
        if not owner.is_sqlite:
            prepare_service_role(connection)
    try:
        rows = [
            {"community": str(number % 3), "number": number, "words": "词", "body": b"\x00", "document": {"a": [1]}}
            for number in range(230)
        ]
        with database.writing() as connection:
            connection.execute(insert(table), rows)
        use_keys((new, old))
        work_off(Reencryption(database, own), database)
        assert standing(database, own) == {key_id(new): 690}
        use_keys((new,))
        with database.reading() as connection:
            read = connection.execute(select(table).order_by(table.c.number)).mappings().all()
        assert [dict(row) for row in read] == rows
    finally:
        with owner.writing() as connection:
            table.drop(connection)
        owner.close()


KILLED = """
import sys
from chassis.database import Database, use_keys
from chassis.reencryption import Pass
from chassis.encryption import KeyRing
from chassis.sealed_columns import Sealed
from tests.integration.chassis.things import things
url, *keys = sys.argv[1:]
database = Database(url)
current = Pass([Sealed(things, "secret")], KeyRing(keys).newest)
while not current.is_over:
    current.step(database, KeyRing(keys))
"""


@pytest.mark.parametrize("passage", [1, 2, 3])
def test_killed_in_the_middle_it_goes_on_and_both_keys_are_needed_meanwhile(database: Database, passage: int) -> None:
    old, new = rotated()
    write(database, [str(number) for number in range(250)])
    before = secrets_of(database)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, database.url, new, old],
        env=os.environ | {"HEMEI_FAILPOINT": f"reencryption.before_commit=exit@{passage}"},
        cwd=Path(__file__).parents[3],
        timeout=50,
        check=False,
    )
    assert killed.returncode == -9
    done = 100 * (passage - 1)
    assert standing(database, metadata) == Counter({key_id(old): 250 - done, key_id(new): done})
    for one in (old, new):
        use_keys((one,))
        if done or one == new:
            with pytest.raises(CannotDecrypt):
                secrets_of(database)
    use_keys((new, old))
    assert secrets_of(database) == before
    work_off(Reencryption(database, metadata), database)
    assert standing(database, metadata) == {key_id(new): 250}
    use_keys((new,))
    assert secrets_of(database) == before


def test_a_ring_that_opens_nothing_is_refused_and_one_that_opens_something_is_not(database: Database) -> None:
    old, new = rotated()
    foreign = KeyRing([new])
    refuse_foreign_keys(database, metadata, lambda: foreign)
    write(database, ["", None])
    refuse_foreign_keys(database, metadata, lambda: foreign)
    write(database, ["电话"])
    with pytest.raises(KeysRefused, match=key_id(new)) as refused:
        refuse_foreign_keys(database, metadata, lambda: foreign)
    assert not any(key in str(refused.value) for key in (old, new))
    refuse_foreign_keys(database, metadata, lambda: KeyRing([new, old]))
    use_keys((new,))
    write(database, ["first under the new key"])
    refuse_foreign_keys(database, metadata, lambda: KeyRing([new]))


def test_fields_without_an_id_may_be_of_any_ring(database: Database) -> None:
    old, new = rotated()
    write(database, ["x"])
    with database.writing() as connection:
        connection.execute(text("UPDATE things SET secret = substr(secret, 10)"))
    refuse_foreign_keys(database, metadata, lambda: KeyRing([new]))
    assert standing(database, metadata) == {"": 1}
    assert old != new
