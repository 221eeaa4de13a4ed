"""A key ring kept in a file: a key a line, the newest first, readable by its owner only, replaced in one step."""

import fcntl
import logging
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event as Signal

from chassis.encryption import KeyRing, KeysRefused, key_id, new_key, ring, use_keys

log = logging.getLogger(__name__)

KEY = "field.key"
"""Name of the file in a data folder."""

SECRET = "secret.key"
"""Name of the file beside it that holds the secret of fingerprints."""

FOLLOW_EVERY = 2.0
"""Seconds within which a running process takes up what was changed in the file."""


def kept_keys(path: Path) -> tuple[str, ...]:
    """The keys kept in this file; the first one is made there the first time. Raises `KeysRefused`."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with _alone(path):
            if not path.exists():
                _keep(path, (new_key(),))
    return read_keys(path)


def kept_secret(folder: Path) -> str:
    """The secret kept in this folder, which stays the same; made there the first time. Raises `KeysRefused`."""
    return kept_keys(folder / SECRET)[0]


def read_keys(path: Path) -> tuple[str, ...]:
    """The keys in this file. Raises `KeysRefused` where there are none, or one is spoilt, and names the file."""
    try:
        keys = tuple(path.read_text().split())
        KeyRing(keys)
    except (OSError, UnicodeDecodeError, KeysRefused) as error:
        raise KeysRefused(f"{path} 里没有可用的密钥 / {path} holds no usable keys") from error
    return keys


def rotate(path: Path) -> str:
    """Put a new key in front of those in the file; returns its id. Killed at any moment, the file holds the old ring
    or the new one. Raises `KeysRefused`."""
    fresh = new_key()
    with _alone(path):
        _keep(path, (fresh, *read_keys(path)))
    return key_id(fresh)


def take_out(path: Path, id: str) -> None:
    """Take a key out of the file. Raises `KeysRefused` for the newest, and for one that is not there."""
    with _alone(path):
        keys = read_keys(path)
        if key_id(keys[0]) == id:
            raise KeysRefused(f"{id} 是正在使用的密钥 / {id} is the key that encrypts: rotate first")
        rest = tuple(key for key in keys if key_id(key) != id)
        if rest == keys:
            raise KeysRefused(f"没有密钥 {id} / there is no key {id} in {path}")
        _keep(path, rest)


def _keep(path: Path, keys: Sequence[str]) -> None:
    # Renamed into place: a process killed in between must not leave an empty ring behind.
    fresh = path.with_suffix(f".{secrets.token_hex(4)}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write("\n".join(keys) + "\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    """A rename that a power cut undoes would take away a key under which rows were written meanwhile."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Two commands at once would each put their key before the ring they read, and one of them would be lost."""
    if not path.parent.is_dir():
        raise KeysRefused(f"没有目录 {path.parent} / there is no folder {path.parent}")
    opened = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield
    finally:
        os.close(opened)


class KeptRing:
    """The ring of a running process, which follows its file."""

    def __init__(self, path: Path, keys: Sequence[str]) -> None:
        self._path, self._keys = path, tuple(keys)
        self._stopping = Signal()

    def follow(self) -> None:
        """Take up every change, until `stop`. A ring that does not come from the file is left alone."""
        if not self._path.exists() or read_keys(self._path) != self._keys:
            return
        while not self._stopping.wait(FOLLOW_EVERY):
            self.look()

    def stop(self) -> None:
        """Follow no further."""
        self._stopping.set()

    def look(self) -> None:
        """Take up the ring in the file where it is another; a spoilt one is not taken up."""
        try:
            keys = read_keys(self._path)
        except KeysRefused:
            log.error("the file of keys cannot be read: the ring stays as it was")
            return
        if keys != self._keys:
            use_keys(keys)
            self._keys = keys
            log.info("the key ring has changed: %s encrypts", ring().newest)
