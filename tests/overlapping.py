"""Two transactions at once: one stands open while another is done, or waits for it."""

from collections.abc import Callable
from threading import Event, Thread
from typing import Any

from sqlalchemy import text

from tests.scopes import in_this_scope
from tests.waiting import eventually


def overlapping(uow: Any, first: Callable[[], Any], second: Callable[[], Any]) -> list[Exception]:
    """Do `first` in `uow`, and before it commits begin `second`, which uses another unit of work; returns what the
    second raised. SQLite has one writer at a time: there the second must wait for the first from its beginning on."""
    raised: list[Exception] = []
    has_begun = Event()

    def attempt() -> None:
        has_begun.set()
        try:
            second()
        except Exception as error:  # noqa: BLE001 - handed back
            raised.append(error)

    thread = Thread(target=in_this_scope(attempt), daemon=True)
    with uow:
        first()
        if uow.connection.dialect.name == "sqlite":
            thread.start()
            assert has_begun.wait(20)
            assert thread.is_alive(), "it did not wait for its turn"
        else:
            _let_wait(uow, thread)
    thread.join(20)
    assert not thread.is_alive()
    return raised


def _let_wait(uow: Any, thread: Thread) -> None:
    """Begin the second, and see it wait for what the first holds, or end without it."""
    begun = text("SELECT pg_current_xact_id_if_assigned() IS NOT NULL")
    assert uow.connection.execute(begun).scalar(), "the first has written nothing in this unit of work"
    thread.start()
    waits = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))")
    eventually(lambda: not thread.is_alive() or bool(uow.connection.execute(waits).scalar()), within=20)
