"""The relay of the embedded form: carries an outbox to the in-process broker until every hearer has settled."""

import logging
from collections.abc import Callable
from functools import partial
from threading import Event as Signal
from time import sleep
from typing import Any

import eventlet
from sqlalchemy import Table, bindparam, delete, select

from chassis.broker import Message
from chassis.database import Database
from chassis.embedded import InProcessBroker
from chassis.failpoints import failpoint
from chassis.scope import everywhere
from contracts.wire import CONTENT_TYPE

log = logging.getLogger(__name__)

Beside = Callable[..., object]
"""Calls a function with these arguments while the caller goes on."""

MOST_UNSETTLED = 1000
"""Events of one service that may be on their way at once, beside those that are held back in paused queues or for a
retry, which must not stop the others; the rest wait in the outbox."""


class EmbeddedRelay:
    """Carries one service's outbox to the in-process broker. An event stays in the outbox until it is settled
    everywhere; after a kill everything still there is told again, and the inboxes absorb what was handled."""

    def __init__(
        self, database: Database, outbox: Table, broker: InProcessBroker, beside: Beside = eventlet.spawn
    ) -> None:
        self._database, self._outbox, self._broker, self._beside = database, outbox, broker, beside
        self._wake = Signal()
        self._some_settled = Signal()
        self._last = 0
        self._unsettled: set[int] = set()
        self._settled: list[int] = []
        self._is_stopping = False

    def wake(self) -> None:
        """Something was told."""
        self._wake.set()

    def run(self) -> None:
        """Carry until stopped; what is settled is removed beside it, so that nothing told waits for a removal."""
        self._beside(self._keep_at, self._some_settled, self._remove_settled)
        self._wake.set()
        self._keep_at(self._wake, self._carry_all)

    def stop(self) -> None:
        """End; what is settled leaves the outbox now, so that the next start has less to tell again."""
        self._is_stopping = True
        self._wake.set()
        self._some_settled.set()
        self._remove()

    @property
    def is_idle(self) -> bool:
        """Whether everything told so far is settled."""
        return not self._unsettled and not self._wake.is_set()

    def _keep_at(self, signal: Signal, work: Callable[[], None]) -> None:
        while not self._is_stopping:
            signal.wait()
            signal.clear()
            try:
                work()
            except Exception:
                log.exception("the relay of the embedded form tries again")
                sleep(1.0)
                signal.set()

    def _carry_all(self) -> None:
        while self._carry():
            pass

    def _remove_settled(self) -> None:
        # Events settle in quick succession: a moment's patience removes many with one commit.
        sleep(0.05)
        self._remove()

    def _carry(self) -> bool:
        room = MOST_UNSETTLED + self._broker.held() - len(self._unsettled)
        rows = self._read(room) if room > 0 else []
        for row in rows:
            self._last = row.id
            self._unsettled.add(row.id)
            self._broker.tell(_told(row), partial(self._take_settled, row.id))
        return len(rows) == room > 0

    def _read(self, most: int) -> list[Any]:
        outbox = self._outbox
        with everywhere(), self._database.reading() as connection:
            return list(
                connection.execute(select(outbox).where(outbox.c.id > self._last).order_by(outbox.c.id).limit(most))
            )

    def _take_settled(self, id: int) -> None:
        if len(self._unsettled) >= MOST_UNSETTLED:
            self._wake.set()  # more may be waiting, and there is room again
        self._unsettled.discard(id)
        self._settled.append(id)
        self._some_settled.set()

    def _remove(self) -> None:
        ids, self._settled = self._settled, []
        if not ids:
            return
        failpoint("relay.after_confirm")
        try:
            with everywhere(), self._database.writing() as connection:
                connection.execute(
                    delete(self._outbox).where(self._outbox.c.id == bindparam("gone")), [{"gone": id} for id in ids]
                )
        except BaseException:
            self._settled = ids + self._settled
            raise


def _told(row: Any) -> Message:
    return Message(
        body=bytes(row.body),
        id=str(row.message_id),
        type=row.type,
        correlation=row.correlation,
        content_type=CONTENT_TYPE,
        headers={"attempt": 1, "community": row.community},
    )
