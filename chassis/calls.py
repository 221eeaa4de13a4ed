"""`@answers` and `Calls`: questions between processes, with limited patience and typed errors."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from marshmallow import Schema
from nameko.extensions import DependencyProvider, Entrypoint, SharedExtension, register_entrypoint

from chassis.asking import Answer, Caller, Reply
from chassis.broker import Delivery
from chassis.port import Port

Ask = Callable[..., Any]


class Answers(Entrypoint):  # type: ignore[misc]
    """Lets calls reach a method."""

    port = Port()

    def __init__(self, method: Callable[[Any, Any], Any], schema: type[Schema] | None, together: bool) -> None:
        self.method, self.schema, self.together = method, schema, together
        super().__init__()

    def setup(self) -> None:
        """Tell the port."""
        self.port.answer(self, self.method_name, Answer(self.method, self.schema, together=self.together))

    def stop(self) -> None:
        """Let what is being answered come to its end."""
        self.port.drain()


def answers(
    schema: type[Schema] | None = None, *, together: bool = False
) -> Callable[[Callable[[Any, Any], Any]], Any]:
    """The method answers calls of its name: it gets the command as `schema` loads it and returns what JSON can
    carry, or raises one of the errors of `contracts`, which the caller gets with its type. `together`: calls that
    wait at the same time share one transaction of `self.uow`, which is for the few that come in crowds."""

    def decorate(method: Callable[[Any, Any], Any]) -> Any:
        @wraps(method)
        def handle(service: Any, answer: Answer, deliveries: Sequence[Delivery], reply: Reply) -> None:
            answer(service, deliveries, reply)

        register_entrypoint(handle, Answers(method, schema, together))
        return handle

    return decorate


class _CallerLink(SharedExtension):  # type: ignore[misc]
    def setup(self) -> None:
        process = self.container.config["process"]
        self.broker = process.broker(f"{self.container.service_name} asks")
        self.reporter = process.reporter
        self.reporter.send_through(self.broker)
        self.caller = Caller(self.broker, process.settings.patience, self.container.service_name)

    def start(self) -> None:
        self.broker.start()

    def stop(self) -> None:
        self.reporter.leave(self.broker)
        self.broker.stop()


class Calls(DependencyProvider):  # type: ignore[misc]
    """Gives `ask(service, call, command, patience=None)`."""

    link = _CallerLink()

    def get_dependency(self, _context: Any) -> Ask:
        """The function that asks."""
        ask: Ask = self.link.caller.ask
        return ask
