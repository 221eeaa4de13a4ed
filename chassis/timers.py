"""`@every`: what a service does by itself every so often, in one instance at a time."""

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from random import random
from threading import Event as Signal
from typing import Any

from nameko.extensions import Entrypoint, register_entrypoint
from sqlalchemy.exc import DBAPIError

from chassis.context import within
from chassis.failures import is_kill
from chassis.observed_work import Ticked
from chassis.observing import OBSERVER
from chassis.scope import everywhere
from chassis.turns import Turns
from chassis.unit_of_work import utc_now

log = logging.getLogger(__name__)


class Every(Entrypoint):  # type: ignore[misc]
    """Runs a method at an interval, when it is this instance's turn."""

    def __init__(self, interval: timedelta) -> None:
        self.interval = interval
        super().__init__()

    def setup(self) -> None:
        """Find the clockwork of this service."""
        database = self.container.config["process"].database(self.container.service_name)
        timers = self.container.service_cls.uow.metadata.tables["timers"]
        self._turns = Turns(database, timers)
        self._stopping = Signal()
        self._running = False

    def start(self) -> None:
        """Begin to watch the clock."""
        self.container.spawn_managed_thread(self._watch, identifier=self.method_name)

    def stop(self) -> None:
        """Begin no further run; one that is under way is waited for by the container."""
        self._stopping.set()

    def _watch(self) -> None:
        pause = self.interval.total_seconds()
        # Instances that started together should not all look at the same moment.
        while not self._stopping.wait(pause * (0.5 + random() / 2)):
            if not self._running:
                self._run_if_due()

    def _run_if_due(self) -> None:
        try:
            if self._turns.take(self.method_name, self.interval * 0.5, utc_now()):
                self._running = True
                self.container.spawn_worker(self, (), {}, handle_result=self._ran)
        except DBAPIError:
            log.warning("timer %s could not look whether it is due", self.method_name)

    def _ran(self, _context: Any, result: Any, failure: Any) -> tuple[Any, Any]:
        self._running = False
        try:
            self._turns.give_back(self.method_name, utc_now())
        except DBAPIError:
            log.warning("timer %s could not give back its turn", self.method_name)
        return result, failure


def every(*, seconds: float = 0, minutes: float = 0, hours: float = 0) -> Callable[[Callable[[Any], None]], Any]:
    """The method runs about every so often, in one instance of the service at a time. What it does must be
    found in stored state, so that a pause of any length is caught up with."""
    interval = timedelta(seconds=seconds, minutes=minutes, hours=hours)

    def decorate(method: Callable[[Any], None]) -> Any:
        @wraps(method)
        def run(service: Any) -> None:
            with everywhere(), Ticked(OBSERVER, service.name, method.__name__) as ticked, within(ticked.chain):
                try:
                    method(service)
                # Judged here: nameko would log the error's text, and a time-out would end the timer for good.
                except BaseException as error:
                    if is_kill(error):
                        raise
                    ticked.failed(error)
                    log.exception("timer %s failed, it runs again when it is due", method.__name__)

        register_entrypoint(run, Every(interval))
        return run

    return decorate
