"""What kind of failure an error is: an outage, a lost race, the end of the process."""

import sqlite3

from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError

from chassis.repository import ChangedMeanwhile

NO_ROOM = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN}
"""What SQLite says when the disk is full or cannot be written to."""


def is_outage(error: DBAPIError) -> bool:
    """Whether the database itself is away, as against a statement that it refused."""
    if error.connection_invalidated or isinstance(error, InterfaceError):
        return True
    if (sqlite_code := getattr(error.orig, "sqlite_errorcode", None)) is not None:
        # The lower byte is the kind of error, the rest of it says where.
        return sqlite_code & 0xFF in NO_ROOM
    code = getattr(error.orig, "pgcode", None)
    # No code at all: the connection could not be made. 57P: being shut down. 08: connection trouble. 53: out of room.
    return isinstance(error, OperationalError) and (code is None or code[:2] in {"08", "53"} or code.startswith("57P"))


def is_race(error: BaseException) -> bool:
    """Whether trying again at once may well succeed: a lost race, a deadlock, or the same thing added twice at once."""
    return isinstance(error, ChangedMeanwhile | IntegrityError) or getattr(
        getattr(error, "orig", None), "pgcode", None
    ) in {"40001", "40P01"}


def is_kill(error: BaseException) -> bool:
    """Whether the process is being ended. The end or a time-out of a green thread is no Exception either, but ends
    nothing else: were it not judged, its delivery would stay unsettled and its queue wait until the next start."""
    return isinstance(error, GeneratorExit | KeyboardInterrupt | SystemExit)
