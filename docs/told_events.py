"""Every event with who tells it and who hears it, gathered from the contracts and the services."""

import sys
from dataclasses import dataclass
from typing import Any

from chassis.port import event_queue
from chassis.run import SERVICES, hearings_of, service_class
from contracts.event import Event
from contracts.wire import known_events
from docs.titles import CHINESE, english


@dataclass(frozen=True, kw_only=True)
class Hearer:
    """A service that does something about an event."""

    service: str
    queue: str
    method: str
    is_choosy: bool

    @property
    def does(self) -> str:
        """What it does, in words."""
        return english(self.method).lower()


@dataclass(frozen=True, kw_only=True)
class ToldEvent:
    """An event as it is told."""

    shape: type[Event]
    hearers: tuple[Hearer, ...]

    @property
    def name(self) -> str:
        """Its name on the wire."""
        return self.shape.wire_name()

    @property
    def teller(self) -> str:
        """The service that tells it."""
        return self.shape.teller()

    @property
    def chinese(self) -> str:
        """Its Chinese title."""
        return CHINESE[self.name]

    @property
    def title(self) -> str:
        """Its title in both languages."""
        return f"{self.chinese} · {english(self.shape.__name__)}"


def told_events() -> list[ToldEvent]:
    """Every event, teller by teller in the order of the contracts."""
    heard = [(hearing.event, _hearer(service, hearing)) for service in SERVICES for hearing in _hearings(service)]
    return [
        ToldEvent(shape=shape, hearers=tuple(hearer for event, hearer in heard if event is shape))
        for shape in sorted(known_events().values(), key=_place)
    ]


def _place(shape: type[Event]) -> tuple[int, int]:
    """Where an event stands in the contracts: dataclasses of one module are found in the order they were written."""
    siblings = list(vars(sys.modules[shape.__module__]).values())
    return SERVICES.index(shape.teller()), siblings.index(shape)


def _hearings(service: str) -> list[Any]:
    return sorted(hearings_of(service_class(service)), key=lambda hearing: hearing.handle.__code__.co_firstlineno)


def _hearer(service: str, hearing: Any) -> Hearer:
    return Hearer(
        service=service,
        queue=event_queue(service, hearing.queue),
        method=hearing.handle.__name__,
        is_choosy=hearing.when.__name__ != "_always",
    )
