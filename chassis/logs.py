"""Logs: one JSON line per happening, with the correlation id, on standard error."""

import logging
import sys
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import msgspec

from chassis.context import current_chain


class JsonLines(logging.Formatter):
    """Formats a record as one line of JSON; extra facts are passed as `extra={"facts": {...}}`."""

    def __init__(self, process: str) -> None:
        super().__init__()
        self.process = process

    def format(self, record: logging.LogRecord) -> str:
        """The line. An exception is given by type and place only: its text may hold what a person wrote."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC),
            "level": record.levelname,
            "process": self.process,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if chain := current_chain():
            line |= {"correlation": chain.correlation, "causation": chain.causation, "community": chain.community}
        line |= getattr(record, "facts", {})
        if record.exc_info and record.exc_info[0]:
            line |= {"error": record.exc_info[0].__name__, "where": self._where(record.exc_info[2])}
        return msgspec.json.encode(line, enc_hook=str).decode()

    def _where(self, traceback: object) -> list[str]:
        frames = []
        while traceback is not None:
            code = traceback.tb_frame.f_code  # type: ignore[attr-defined]
            frames.append(f"{code.co_filename.rsplit('/', 3)[-1]}:{traceback.tb_lineno} {code.co_name}")  # type: ignore[attr-defined]
            traceback = traceback.tb_next  # type: ignore[attr-defined]
        return frames[-8:]


class NeverFailing:
    """A stream that drops what cannot be written. A log on a full disk must not end the work: eventlet's hub, for
    one, dies of an error that it cannot print, and its process then hangs."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write, if that can be done."""
        with suppress(OSError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Flush, if that can be done."""
        with suppress(OSError):
            self._stream.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def start_logging(process: str, level: str) -> None:
    """Send every log of this process to standard error as JSON lines."""
    if not isinstance(sys.stderr, NeverFailing):
        sys.stderr = NeverFailing(sys.stderr)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(process))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for chatty in ("amqp", "kombu", "alembic", "werkzeug", "eventlet", "httpx"):
        logging.getLogger(chatty).setLevel(max(logging.WARNING, logging.getLogger().level))
    # nameko warns of every thread that it ends at a stop, the web server's among them.
    logging.getLogger("nameko").setLevel(logging.ERROR)
