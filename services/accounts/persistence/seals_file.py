"""Seals outside the database: one line each in a file that is only added to."""

import json
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from services.accounts.domain.audit import Seal


class SealsFile:
    """The file named by AUDIT_SEALS_FILE; where none is named, nothing is written and nothing is known."""

    def __init__(self, path: str) -> None:
        self._path = Path(path) if path else None

    def append(self, seals: Iterable[Seal]) -> None:
        """Add these, on the disk when this returns. Raises `OSError` where that cannot be."""
        # A line break first: a line that broke off, as on a full disk, harms none but itself.
        lines = "".join(f"\n{_line(seal)}" for seal in seals)
        if self._path is None or not lines:
            return
        with self._path.open("a", encoding="ascii") as file:
            file.write(lines)
            file.flush()
            os.fsync(file.fileno())

    def newest(self) -> dict[str, Seal] | None:
        """The newest seal of each chain: what came before it is held by its hash. None where the file ought to be there
        and is not."""
        if self._path is None:
            return {}
        if not self._path.exists():
            return None
        stands = self._path.stat()
        return _newest(self._path, stands.st_mtime_ns, stands.st_size)


def _line(seal: Seal) -> str:
    told = {"at": seal.at.astimezone(UTC).isoformat(), "community": seal.community}
    return json.dumps(told | {"count": seal.count, "hash": seal.hash})


@lru_cache(maxsize=1)
def _newest(path: Path, _written_at: int, _size: int) -> dict[str, Seal]:
    found: dict[str, Seal] = {}
    with path.open(encoding="ascii", errors="replace") as file:
        for seal in filter(None, map(_seal, file)):
            if seal.community not in found or seal.count >= found[seal.community].count:
                found[seal.community] = seal
    return found


def _seal(line: str) -> Seal | None:
    try:
        told = json.loads(line)
        return Seal(**told | {"at": datetime.fromisoformat(told["at"])})
    except (ValueError, TypeError, KeyError):
        return None
