"""`@receives` and `Post`: raw messages taken from a queue and sent to one, whatever they hold."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from nameko.extensions import DependencyProvider, Entrypoint, register_entrypoint

from chassis.broker import Delivery, Message
from chassis.port import Port
from chassis.receiver import Receive, Receiver


class Receives(Entrypoint):  # type: ignore[misc]
    """Lets the messages of one raw queue reach a method."""

    port = Port()

    def __init__(self, queue: str, receive: Receive) -> None:
        self.queue, self.receive = queue, receive
        super().__init__()

    def setup(self) -> None:
        """Tell the port."""
        self.port.receive(self, Receiver(self.queue, self.receive, is_stopping=self.port.is_stopping))

    def stop(self) -> None:
        """Let what is being taken come to its end."""
        self.port.drain()


def receives(queue: str) -> Callable[[Receive], Any]:
    """The method is called with the messages that have come to this queue, in the transaction of `self.uow`; they are
    acknowledged after the commit. What it raises for is tried alone and then given back after a pause: a message may
    come more than once, and stays until it is taken."""

    def decorate(method: Receive) -> Any:
        @wraps(method)
        def handle(service: Any, receiver: Receiver, deliveries: Sequence[Delivery]) -> None:
            receiver.handle(service, deliveries)

        register_entrypoint(handle, Receives(queue, method))
        return handle

    return decorate


class Post(DependencyProvider):  # type: ignore[misc]
    """Sends a raw message to a queue: it is safe there when `send` returns."""

    port = Port()

    def get_dependency(self, _context: Any) -> "Post":
        """This."""
        return self

    def send(self, message: Message, queue: str) -> None:
        """Put the message into the queue. Raises `NotSent`, `NoQueue`."""
        self.port.broker.send(message, queue)

    def send_to_hearers(self, message: Message) -> None:
        """Put an event into every queue that hears it. Raises `NotSent`, `NoQueue`."""
        self.port.broker.send_to_hearers(message)

    def answer(self, message: Message, queue: str) -> None:
        """Send the message to a queue that may have gone, and wait for nothing. Raises `NotSent`."""
        self.port.broker.send(message, queue, confirmed=False)
