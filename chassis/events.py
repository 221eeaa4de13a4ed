"""`@hears`: what a service does about an event."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from nameko.extensions import Entrypoint, register_entrypoint

from chassis.broker import Delivery
from chassis.listening import Hearing, Listener, People
from chassis.port import Port
from contracts.event import Event


def _always(_event: Event) -> bool:
    return True


class Hears(Entrypoint):  # type: ignore[misc]
    """Lets events of one class reach a method."""

    port = Port()

    def __init__(self, hearing: Hearing) -> None:
        self.hearing = hearing
        super().__init__()

    def setup(self) -> None:
        """Tell the port."""
        self.port.hear(self, self.hearing)

    def stop(self) -> None:
        """Let what is being handled come to its end."""
        self.port.drain()


def hears(
    *events: type[Event],
    queue: str = "main",
    when: Callable[[Any], bool] = _always,
    loads: Callable[[Any], tuple[str, UUID]] | None = None,
    people: People | None = None,
) -> Callable[[Callable[[Any, Any], None]], Any]:
    """The method is called with each event of these classes, at most once in effect, in the transaction of `self.uow`.

    `queue` is the purpose that names the service's queue (`<service>.<purpose>`) and never changes with the
    method's name; `when` decides cheaply whether an event concerns this service at all; `loads` names the repository
    and the id of the aggregate that the handler will ask for, so that a batch fetches all of them at once; `people`
    says that the event names people of the register, whose ids the handler writes down, or that it merges two: the
    service's `merged` is held accordingly before any row is (`chassis/personal.py`). A method that raises is tried
    again, with growing pauses, and its event is laid among the dead letters in the end.
    """

    def decorate(method: Callable[[Any, Any], None]) -> Any:
        @wraps(method)
        def handle(service: Any, listener: Listener, deliveries: list[Delivery]) -> None:
            listener.handle(service, deliveries)

        for event in events:
            register_entrypoint(handle, Hears(Hearing(event, method, queue, when, loads, people)))
        return handle

    return decorate
