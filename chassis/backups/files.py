"""Backup and restore of the one-process form: its SQLite files, all as they were at one moment, while it runs."""

import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from chassis.backups import BackupRefused, Manifest, begin, open_backup, seal
from chassis.key_file import KEY, SECRET

FORM = "embedded"
PATIENCE = 30.0
"""Seconds to wait for a writer to finish."""


def back_up(folder: Path, target: Path, keys: tuple[str, ...] = ()) -> Manifest:
    """Copy everything in the data folder, whether the system runs or not. An event is in its teller's outbox until it
    is settled, so one moment for all files is all it takes to lose nothing. Raises `BackupRefused`."""
    databases = sorted(folder.glob("*.db"))
    if not databases:
        raise BackupRefused(f"{folder} 里没有数据", f"There is no data in {folder}")
    begin(target)
    with ExitStack() as stack:
        for path, snapshot in zip(databases, _snapshots(databases, stack), strict=True):
            with closing(sqlite3.connect(target / path.name)) as copy:
                snapshot.backup(copy)
    for name in (KEY, SECRET, "filling"):
        if (folder / name).exists():
            shutil.copy2(folder / name, target / name)
    return seal(target, FORM, keys, {}, datetime.now(UTC))


def _snapshots(databases: Sequence[Path], stack: ExitStack) -> list[sqlite3.Connection]:
    """A connection to each file that sees it as it was while nobody could write to any of them."""
    with ExitStack() as writers:
        for path in databases:
            writers.enter_context(_nobody_writes(path))
        return [_reader(path, stack) for path in databases]


@contextmanager
def _nobody_writes(path: Path) -> Iterator[None]:
    with closing(sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield


def _reader(path: Path, stack: ExitStack) -> sqlite3.Connection:
    connection = stack.enter_context(closing(sqlite3.connect(path, isolation_level=None)))
    connection.execute("BEGIN")
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()  # what is seen from now on is settled here
    return connection


def restore(source: Path, folder: Path) -> Manifest:
    """Put a backup into an empty data folder. Raises `BackupRefused`."""
    manifest = open_backup(source, FORM)
    if folder.exists() and any(folder.iterdir()):
        raise BackupRefused(f"{folder} 不是空的，没有恢复", f"{folder} is not empty; nothing was restored")
    folder.mkdir(parents=True, exist_ok=True)
    for name in manifest.files:
        shutil.copy2(source / name, folder / name)
    return manifest
