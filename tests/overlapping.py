"""Two transactions at once: one stands open while another is done, or waits for it."""

from collections.abc import Callable
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import text

from tests.scopes import in_this_scope
from tests.waiting import eventually


def overlapping(uow: Any, first: Callable[[], Any], second: Callable[[], Any]) -> list[Exception]:
    """Do `first` in `uow`, and before it commits begin `second`, which uses another unit of work; returns what the
    second raised. Skips on SQLite, which has one writer at a time."""
    raised: list[Exception] = []

    def attempt() -> None:
        try:
            second()
        except Exception as error:  # noqa: BLE001 - handed back
            raised.append(error)

    thread = Thread(target=in_this_scope(attempt))
    with uow:
        if uow.connection.dialect.name == "sqlite":
            pytest.skip("one writer at a time")
        first()
        begun = text("SELECT pg_current_xact_id_if_assigned() IS NOT NULL")
        assert uow.connection.execute(begun).scalar(), "the first has written nothing in this unit of work"
        thread.start()
        waits = text(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
        )
        eventually(lambda: not thread.is_alive() or bool(uow.connection.execute(waits).scalar()), within=20)
    thread.join(20)
    assert not thread.is_alive()
    return raised
