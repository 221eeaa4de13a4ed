"""Taking messages from a raw queue, whatever they are: kept in one transaction, then acknowledged, never buried."""

import logging
from collections.abc import Callable, Sequence
from time import sleep
from typing import Any

from sqlalchemy.exc import DBAPIError

from chassis.broker import Delivery, Message
from chassis.failpoints import failpoint
from chassis.failures import is_kill, is_outage
from chassis.scope import everywhere

log = logging.getLogger(__name__)

Receive = Callable[[Any, Sequence[Message]], None]

PAUSE = 1.0
"""Seconds before a message that could not be taken is given back: it comes again at once."""


class Receiver:
    """Hands the messages of one queue to a method; it is the end of the line, so what fails waits in the queue."""

    def __init__(self, queue: str, receive: Receive, *, is_stopping: Callable[[], bool]) -> None:
        self.queue = queue
        self._receive, self._is_stopping = receive, is_stopping

    def handle(self, service: Any, deliveries: Sequence[Delivery]) -> None:
        """Take these together; where that fails each alone, so that a bad one harms only itself."""
        if self._is_taken(service, deliveries):
            deliveries[0].acknowledge_all(deliveries)
        elif len(deliveries) == 1:
            sleep(PAUSE)
            deliveries[0].give_back()
        else:
            for delivery in deliveries:
                self.handle(service, [delivery])

    def _is_taken(self, service: Any, deliveries: Sequence[Delivery]) -> bool:
        try:
            self._take_when_possible(service, [delivery.message for delivery in deliveries])
        # Whatever it was, a time-out too: nothing may be lost here.
        except BaseException as error:
            if is_kill(error):
                raise
            log.exception("%d messages of %s could not be taken", len(deliveries), self.queue)
            return False
        return True

    def _take_when_possible(self, service: Any, messages: Sequence[Message]) -> None:
        """While the database is away, wait for it."""
        pause = 0.1
        while True:
            try:
                return self._take(service, messages)
            except DBAPIError as error:
                if not is_outage(error) or self._is_stopping():
                    raise
                log.warning("the database is away, %s waits", self.queue)
                sleep(pause)
                pause = min(pause * 2, 5.0)

    def _take(self, service: Any, messages: Sequence[Message]) -> None:
        with everywhere(), service.uow:  # whatever it is, and whosever
            self._receive(service, messages)
            failpoint("receiver.before_commit")
        failpoint("receiver.after_commit")
