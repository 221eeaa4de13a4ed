"""What an import has filed so far, kept on disk so that an interrupted import goes on where it stopped."""

import hashlib
import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any, Self


class Progress:
    """A file of JSON lines: first how the import began, then a line for each grievance filed.

    A line cut off by a sudden end is ignored: filing that row again under the same
    Idempotency-Key finds the grievance that is already there.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.begun_at: datetime | None = None
        self.places: list[str] = []
        self.filed: dict[str, str] = {}
        for line in whole_lines(path):
            if "key" in line:
                self.filed[line["key"]] = line["id"]
            elif self.begun_at is None:
                self.begun_at, self.places = datetime.fromisoformat(line["begun_at"]), line["places"]

    def begin(self, *, places: list[str], now: datetime) -> None:
        """Remember since when and over which places: a later run must send the same row to the same place."""
        self.begun_at, self.places = now, places
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._add({"begun_at": now.isoformat(), "places": places})

    def remember(self, key: str, grievance_id: str) -> None:
        """A row has been filed."""
        self.filed[key] = grievance_id
        self._add({"key": key, "id": grievance_id})

    def forget_all_but(self, known: set[str]) -> int:
        """Drop what the system does not know (it was set up anew meanwhile); how many were dropped."""
        kept = {key: grievance_id for key, grievance_id in self.filed.items() if grievance_id in known}
        dropped = len(self.filed) - len(kept)
        if dropped:
            began, places = self.begun_at, self.places
            self.path.unlink()
            self.begun_at, self.places, self.filed = None, [], {}
            if kept and began is not None:
                self.begin(places=places, now=began)
                for key, grievance_id in kept.items():
                    self.remember(key, grievance_id)
        return dropped

    def _add(self, line: dict[str, Any]) -> None:
        # Each line begins with the line break: the one before may have been cut off by a sudden end.
        with self.path.open("a", encoding="utf-8") as file:
            file.write("\n" + json.dumps(line))

    @classmethod
    def of(cls, file: Path, community: str, url: str, *, folder: Path | None = None) -> Self:
        """The progress of importing this file's content into this community of the system at this address."""
        content = b"\0".join([url.encode(), community.encode(), file.read_bytes()])
        name = f"{file.stem}.{community}.{hashlib.sha256(content).hexdigest()[:12]}.jsonl"
        return cls((folder or state_folder()) / name)


def state_folder() -> Path:
    """Where this machine keeps the progress of imports; never beside the file, which may be somebody else's."""
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "hemei" / "imports"


def whole_lines(path: Path) -> list[dict[str, Any]]:
    """The JSON objects of a file, line by line; none where there is no file."""
    lines = []
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else []:
        try:
            lines.append(json.loads(line))
        except ValueError:
            continue
    return [line for line in lines if isinstance(line, dict)]
