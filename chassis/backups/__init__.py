"""Backups: the state of every service at one and the same moment, in a folder that says what it holds."""

import hashlib
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import msgspec

from contracts.errors import words

MANIFEST = "manifest.json"


class BackupRefused(Exception):
    """No backup was made, or nothing was restored; `words` says why in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh}\n{en}")
        self.words = words(zh, en)


class Manifest(msgspec.Struct, kw_only=True, frozen=True):
    """What a backup holds: which form it is of, each file with its SHA-256, for each service the revision of its
    schema, and a fingerprint of every key without which its personal fields stay unreadable."""

    form: str
    version: str
    made_at: datetime
    files: dict[str, str]
    revisions: dict[str, str]
    keys: tuple[str, ...]


def fingerprints(keys: tuple[str, ...]) -> tuple[str, ...]:
    """Keys known again without being told: the beginning of the hash of each."""
    return tuple(hashlib.sha256(key.encode()).hexdigest()[:16] for key in keys)


def begin(target: Path) -> Path:
    """A new folder for a backup, readable by its owner only. Raises `BackupRefused` where there is something."""
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise BackupRefused(f"{target} 已有内容，没有备份", f"{target} is not empty; no backup was made")
    target.mkdir(parents=True, exist_ok=True)
    target.chmod(0o700)
    return target


def seal(target: Path, form: str, keys: tuple[str, ...], revisions: dict[str, str], now: datetime) -> Manifest:
    """Write down what the backup holds; without this it is none."""
    files = {str(path.relative_to(target)): _hash(path) for path in sorted(target.rglob("*")) if path.is_file()}
    manifest = Manifest(
        form=form,
        version=version("hemei"),
        made_at=now,
        files=files,
        revisions=revisions,
        keys=fingerprints(keys),
    )
    (target / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest)))
    return manifest


def open_backup(source: Path, form: str) -> Manifest:
    """What the backup says it holds, after looking whether it does. Raises `BackupRefused`."""
    try:
        manifest = msgspec.json.decode((source / MANIFEST).read_bytes(), type=Manifest)
    except (OSError, msgspec.MsgspecError) as error:
        raise BackupRefused(f"{source} 不是完整的备份", f"{source} holds no whole backup") from error
    if manifest.form != form:
        raise BackupRefused(f"这是 {manifest.form} 形态的备份", f"This is a backup of the {manifest.form} form")
    damaged = [name for name, told in manifest.files.items() if not _is_whole(source / name, told)]
    if damaged:
        raise BackupRefused(f"备份已损坏：{'、'.join(damaged)}", f"The backup is damaged: {', '.join(damaged)}")
    return manifest


def _is_whole(path: Path, told: str) -> bool:
    return path.is_file() and _hash(path) == told


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
