"""Backup and restore of the one-process form: all files as they were at one moment, or nothing."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event as Signal
from threading import Thread

import pytest

from chassis.backups import MANIFEST, BackupRefused, files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder with two databases that always hold the same number, and a key."""
    found = tmp_path / "kept"
    found.mkdir()
    for name in ("first", "second"):
        with closing(sqlite3.connect(found / f"{name}.db", isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("CREATE TABLE thing (number INTEGER)")
            connection.execute("INSERT INTO thing VALUES (0)")
    (found / "field.key").write_text("a key")
    return found


def number_in(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT number FROM thing").fetchone()[0])


@contextmanager
def somebody_writes(folder: Path) -> Iterator[None]:
    """First one file, then the other: a moment's difference between them shows."""
    ends, counting = Signal(), Signal()

    def write() -> None:
        first, second = (
            sqlite3.connect(folder / f"{name}.db", timeout=30, isolation_level=None) for name in ("first", "second")
        )
        while not ends.is_set():
            for connection in (first, second):
                connection.execute("UPDATE thing SET number = number + 1")
            counting.set()
        first.close()
        second.close()

    thread = Thread(target=write)
    thread.start()
    assert counting.wait(30)
    try:
        yield
    finally:
        ends.set()
        thread.join(30)


def test_what_is_restored_is_what_was_there(folder: Path, tmp_path: Path) -> None:
    files.back_up(folder, tmp_path / "safe")
    files.restore(tmp_path / "safe", tmp_path / "again")
    assert sorted(path.name for path in (tmp_path / "again").iterdir()) == ["field.key", "first.db", "second.db"]
    assert (tmp_path / "again" / "field.key").read_text() == "a key"


def test_files_that_are_written_to_are_all_of_one_moment(folder: Path, tmp_path: Path) -> None:
    with somebody_writes(folder):
        for each in range(5):
            files.back_up(folder, tmp_path / f"safe{each}")
    for each in range(5):
        first, second = (number_in(tmp_path / f"safe{each}" / f"{name}.db") for name in ("first", "second"))
        assert first - second in (0, 1), "the second may lack what was written to the first just now, and nothing else"
        assert first > 0


def test_a_backup_is_readable_by_its_owner_only(folder: Path, tmp_path: Path) -> None:
    files.back_up(folder, tmp_path / "safe")
    assert (tmp_path / "safe").stat().st_mode & 0o077 == 0


def test_a_folder_that_holds_something_is_not_overwritten_by_a_backup(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(BackupRefused, match="not empty"):
        files.back_up(folder, folder)


def test_where_there_is_no_data_there_is_no_backup(tmp_path: Path) -> None:
    with pytest.raises(BackupRefused, match="no data"):
        files.back_up(tmp_path / "nowhere", tmp_path / "safe")
    assert not (tmp_path / "safe").exists()


def test_data_that_is_there_is_not_overwritten_by_a_restore(folder: Path, tmp_path: Path) -> None:
    files.back_up(folder, tmp_path / "safe")
    with pytest.raises(BackupRefused, match="not empty"):
        files.restore(tmp_path / "safe", folder)


@pytest.mark.parametrize("name", ["first.db", "field.key"])
def test_a_damaged_backup_is_not_restored(folder: Path, tmp_path: Path, name: str) -> None:
    files.back_up(folder, tmp_path / "safe")
    with (tmp_path / "safe" / name).open("ab") as file:
        file.write(b"!")
    with pytest.raises(BackupRefused, match=name):
        files.restore(tmp_path / "safe", tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_a_backup_that_did_not_come_to_its_end_is_none(folder: Path, tmp_path: Path) -> None:
    files.back_up(folder, tmp_path / "safe")
    (tmp_path / "safe" / MANIFEST).unlink()
    with pytest.raises(BackupRefused, match="no whole backup"):
        files.restore(tmp_path / "safe", tmp_path / "again")
