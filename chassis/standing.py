"""How a process stands now: what its services have in hand, what waits in their outboxes, how much memory it takes."""

import logging
import resource
from collections.abc import Callable, Collection, Mapping
from typing import Protocol

from sqlalchemy.exc import DBAPIError

from chassis.broker import Broker
from contracts.reports import OutboxReport

log = logging.getLogger(__name__)

Look = Callable[[], OutboxReport]
"""Finds out how an outbox stands; may raise a `DBAPIError`."""


class Member(Protocol):
    """A service in this process, as its port shows it."""

    broker: Broker

    def is_stopping(self) -> bool:
        """Whether it was told to stop."""

    def in_flight(self) -> Mapping[str, int]:
        """What it has in hand, by queue."""

    def paused(self) -> Collection[str]:
        """The queues it takes nothing from for now."""

    def obey(self, paused: Collection[str]) -> None:
        """Take nothing from these queues, and from its others again."""


class Standing:
    """The services of one process."""

    def __init__(self) -> None:
        self.members: list[Member] = []
        self.looks: dict[str, Look] = {}

    def is_stopping(self) -> bool:
        """Whether any of them was told to stop."""
        return any(member.is_stopping() for member in self.members)

    def in_flight(self) -> dict[str, int]:
        """What they have in hand, by queue."""
        return {queue: count for member in self.members for queue, count in member.in_flight().items()}

    def paused(self) -> set[str]:
        """The queues that nothing is taken from for now."""
        return {queue for member in self.members for queue in member.paused()}

    def obey(self, paused: Collection[str]) -> None:
        """Let each of them take nothing from these queues, and from its others again."""
        for member in self.members:
            member.obey(paused)

    def outboxes(self) -> dict[str, OutboxReport]:
        """Every outbox, by service; one whose database is away is left out."""
        found = {}
        for service, look in self.looks.items():
            try:
                found[service] = look()
            except DBAPIError as error:
                log.debug("the outbox of %s cannot be looked at: %s", service, type(error).__name__)
        return found


def resident_memory() -> int:
    """Memory of this process in bytes: as it is now on Linux, at its largest elsewhere."""
    try:
        with open("/proc/self/statm", "rb") as figures:
            return int(figures.read().split()[1]) * resource.getpagesize()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
