"""Keys are rotated, looked at and retired by a command, and one that is needed is not let go."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import insert

from chassis.backups import files
from chassis.config import database_url_of
from chassis.database import Database, use_keys
from chassis.encryption import CannotDecrypt, KeyRing, key_id, new_key, ring
from chassis.key_file import KEY, KeptRing, kept_keys, read_keys
from chassis.migrate import migrate
from chassis.reencryption import Pass
from chassis.run import service_class
from chassis.sealed_columns import Sealed
from cli.main import main
from tests.integration.test_what_was_plain import filled_row

PHONE = "13800001111"


class Kept:
    """The data of a one-process system that does not run."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.ring = folder, folder / KEY
        use_keys(kept_keys(self.ring))
        url = database_url_of(f"sqlite:///{folder}", "volunteer")
        migrate("volunteer", url)
        self.database = Database(url)
        self.volunteers = service_class("volunteer").uow.metadata.tables["volunteers"]  # type: ignore[attr-defined]
        with self.database.writing() as connection:
            connection.execute(insert(self.volunteers), filled_row(self.volunteers, {"phone": PHONE}))

    def hemei(self, *words: str, **environment: str) -> Result:
        """Run a command."""
        own = {"DATA": str(self.folder), "BROKER_URL": "", "DATABASE_URL": "", "FIELD_KEYS": ""}
        return CliRunner().invoke(main, ["keys", *words], env=own | environment)

    def settle(self) -> None:
        """Let the ring have been there for a while."""
        os.utime(self.ring, (0, 0))

    def encrypt_anew(self) -> None:
        """What a running system does in the background."""
        keys = KeyRing(read_keys(self.ring))
        current = Pass([Sealed(self.volunteers, "phone")], keys.newest)
        while not current.is_over:
            current.step(self.database, keys)


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    """The data, with a volunteer's telephone in it."""
    found = Kept(tmp_path / "data")
    yield found
    found.database.close()


def test_a_fresh_key_is_printed() -> None:
    assert KeyRing([CliRunner().invoke(main, ["keys", "new"]).output.strip()])


def test_a_rotation_keeps_the_old_key_until_nothing_is_under_it(kept: Kept) -> None:
    (old,) = read_keys(kept.ring)
    assert kept.hemei("rotate").exit_code == 0
    newest, rest = read_keys(kept.ring)
    assert rest == old
    told = kept.hemei("status")
    assert told.exit_code == 0
    assert told.output.splitlines()[0].startswith(f"{key_id(newest)}  用它加密 encrypts")
    assert told.output.splitlines()[1] == f"{key_id(old)}  仍需保留 still needed  volunteer 1"
    kept.settle()
    refused = kept.hemei("retire", key_id(old))
    assert refused.exit_code == 1
    assert "1 fields may still be under it" in refused.output
    kept.encrypt_anew()
    assert f"{key_id(old)}  可以停用 may be retired" in kept.hemei("status").output
    assert kept.hemei("retire", key_id(old)).exit_code == 0
    assert read_keys(kept.ring) == (newest,)
    assert f"{key_id(newest)}  用它加密 encrypts  volunteer 1" in kept.hemei("status").output


def test_no_key_is_printed_but_one_that_is_to_be_set_by_hand(kept: Kept) -> None:
    for words in (("rotate",), ("status",), ("retire", "00000000")):
        output = kept.hemei(*words).output
        assert not any(key in output for key in read_keys(kept.ring))


def test_just_after_a_rotation_nothing_is_retired(kept: Kept) -> None:
    (old,) = read_keys(kept.ring)
    kept.hemei("rotate")
    kept.encrypt_anew()
    refused = kept.hemei("retire", key_id(old))
    assert refused.exit_code == 1
    assert "in a minute" in refused.output
    assert old in read_keys(kept.ring)


def test_a_field_without_an_id_may_be_under_any_key_so_none_is_retired(kept: Kept) -> None:
    (old,) = read_keys(kept.ring)
    with kept.database.writing() as connection:
        connection.exec_driver_sql("UPDATE volunteers SET phone = substr(phone, 10)")
    kept.hemei("rotate")
    kept.settle()
    assert "without an id" in kept.hemei("status").output
    assert kept.hemei("retire", key_id(old)).exit_code == 1
    kept.encrypt_anew()
    assert "without an id" not in kept.hemei("status").output
    assert kept.hemei("retire", key_id(old)).exit_code == 0


@pytest.mark.parametrize("which", ["the newest", "one that is not there"])
def test_neither_the_key_that_encrypts_nor_an_unknown_one_is_retired(kept: Kept, which: str) -> None:
    id = key_id(read_keys(kept.ring)[0]) if which == "the newest" else "00000000"
    before = kept.ring.read_text()
    assert kept.hemei("retire", id).exit_code == 1
    assert kept.ring.read_text() == before


def test_a_missing_key_is_named_and_counts_as_a_failure(kept: Kept) -> None:
    (old,) = read_keys(kept.ring)
    told = kept.hemei("status", FIELD_KEYS=new_key())
    assert told.exit_code == 1
    assert f"{key_id(old)}  缺少这把密钥" in told.output


def test_where_the_ring_stands_in_the_environment_the_operator_is_told_what_to_set(kept: Kept) -> None:
    before = kept.ring.read_text()
    old, newest = read_keys(kept.ring)[0], new_key()
    told = kept.hemei("rotate", FIELD_KEYS=old)
    assert KeyRing([told.output.splitlines()[0].rpartition(" ")[2]])
    assert "FIELD_KEYS" in told.output
    refused = kept.hemei("retire", key_id(old), FIELD_KEYS=f"{newest},{old}")
    assert refused.exit_code == 1
    spare = new_key()
    told = kept.hemei("retire", key_id(spare), FIELD_KEYS=f"{old},{spare}")
    assert told.exit_code == 0
    assert "take number 2 out of" in told.output
    assert kept.ring.read_text() == before


@pytest.mark.parametrize("words", [("rotate",), ("status",), ("retire", "00000000")])
def test_without_a_ring_every_command_says_so_and_makes_nothing(tmp_path: Path, words: tuple[str, ...]) -> None:
    nowhere = tmp_path / "nowhere"
    told = CliRunner().invoke(main, ["keys", *words], env={"DATA": str(nowhere), "BROKER_URL": "", "FIELD_KEYS": ""})
    assert told.exit_code == 1
    assert str(nowhere) in told.output
    assert not nowhere.exists()


def test_a_running_system_takes_up_a_changed_ring_and_keeps_its_own_where_the_file_is_spoilt(kept: Kept) -> None:
    (old,) = read_keys(kept.ring)
    following = KeptRing(kept.ring, (old,))
    before = KeyRing([old]).encrypt(PHONE)
    kept.hemei("rotate")
    following.look()
    with kept.database.writing() as connection:
        row = filled_row(kept.volunteers, {"phone": "second"})
        connection.execute(insert(kept.volunteers), row)
    newest = key_id(read_keys(kept.ring)[0])
    assert f"{newest}  用它加密 encrypts  volunteer 1" in kept.hemei("status").output
    kept.ring.write_text("")
    following.look()
    assert ring().newest == newest
    assert ring().decrypt(before) == PHONE


def test_a_backup_from_before_a_rotation_stays_readable_with_the_keys_of_that_time(kept: Kept, tmp_path: Path) -> None:
    (old,) = read_keys(kept.ring)
    files.back_up(kept.folder, tmp_path / "safe")
    kept.hemei("rotate")
    kept.encrypt_anew()
    kept.settle()
    kept.hemei("retire", key_id(old))
    again = tmp_path / "again"
    files.restore(tmp_path / "safe", again)
    restored = Database(f"sqlite:///{again}/volunteer.db")
    try:
        with restored.reading() as connection:
            use_keys(read_keys(again / KEY))
            assert connection.execute(kept.volunteers.select()).one().phone == PHONE
            use_keys(read_keys(kept.ring))
            with pytest.raises(CannotDecrypt, match=key_id(old)):
                connection.execute(kept.volunteers.select()).one()
    finally:
        restored.close()


def test_a_folder_with_a_ring_and_no_data_lets_no_key_go(tmp_path: Path) -> None:
    path = tmp_path / KEY
    (old,) = kept_keys(path)
    own = {"DATA": str(tmp_path), "BROKER_URL": "", "DATABASE_URL": "", "FIELD_KEYS": ""}
    assert CliRunner().invoke(main, ["keys", "rotate"], env=own).exit_code == 0
    os.utime(path, (0, 0))
    for words in (["status"], ["retire", key_id(old)]):
        told = CliRunner().invoke(main, ["keys", *words], env=own)
        assert told.exit_code == 1
        assert "set BROKER_URL and DATABASE_URL" in told.output
    assert old in read_keys(path)
