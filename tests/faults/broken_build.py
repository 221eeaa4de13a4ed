"""The `hemei` command with promises broken on purpose: proof that the tests see when they are.

`python -m tests.faults.broken_build told-twice,inbox-off run-distributed` starts the processes so. Nothing in the
product knows of this.
"""

import os
import sys
from collections.abc import Callable, Sequence
from typing import Any


def without_inbox() -> None:
    """Whatever is delivered is done, also when it was done before."""
    from chassis import inbox

    inbox.claim = lambda connection, table, consumer, ids, now: set(ids)


def relay_tells_twice() -> None:
    """What was told stays in the outbox and is told again a second later: a relay that died before removing it."""
    from chassis.leased_outbox import Outbox

    def remove(self: Any, ids: Sequence[int]) -> None:
        if ids:
            self._run("DELETE FROM outbox WHERE id = ANY(%s) AND attempts > 0", (list(ids),))
            self._run(
                "UPDATE outbox SET attempts = 1, available_at = now() + interval '1 second' WHERE id = ANY(%s)",
                (list(ids),),
            )

    Outbox.remove = remove  # type: ignore[method-assign]


def commit_then_publish() -> None:
    """Nothing is stored to be told: once the transaction is committed the events go straight to the broker."""
    from chassis import outbox
    from chassis.publisher import Publisher
    from chassis.unit_of_work import UnitOfWork

    close = UnitOfWork._close
    publisher = Publisher(os.environ["BROKER_URL"])
    told: list[Any] = []

    def keep(_connection: Any, _outbox: Any, events: Sequence[Any], _now: Any) -> None:
        told.extend(events)

    def close_and_publish(self: UnitOfWork, *outcome: Any) -> None:
        close(self, *outcome)
        events, told[:] = list(told), []
        if events:
            publisher.publish([_row(number, each) for number, each in enumerate(events)])

    outbox.save = keep
    UnitOfWork._close = close_and_publish  # type: ignore[method-assign]


def _row(number: int, told: Any) -> Any:
    """An event as the relay would have found it."""
    from chassis.broker import Message
    from chassis.leased_outbox import Row
    from contracts import wire

    envelope = told.envelope
    message = Message(body=wire.to_bytes(envelope), id=str(envelope.id), type=envelope.type, headers={"attempt": 1})
    return Row(number, message, told.event.heard, 0)


def embedded_keeps_its_outbox() -> None:
    """In the one-process form nothing leaves the outbox: after a start everything is told again."""
    from chassis.embedded_relay import EmbeddedRelay

    EmbeddedRelay._remove = lambda self: self._settled.clear()  # type: ignore[method-assign]


BREAKS: dict[str, Callable[[], None]] = {
    "inbox-off": without_inbox,
    "told-twice": relay_tells_twice,
    "commit-then-publish": commit_then_publish,
    "outbox-kept": embedded_keeps_its_outbox,
}


def supervise_broken(breaks: str) -> None:
    """The processes that the supervisor starts are broken too."""
    from chassis.processes import Supervisor

    Supervisor._command = lambda self, *words: [  # type: ignore[method-assign]
        sys.executable, "-m", "tests.faults.broken_build", breaks, *words,
    ]  # fmt: skip


def break_promises(breaks: str) -> None:
    """Break each of these, with commas between them."""
    for name in filter(None, breaks.split(",")):
        BREAKS[name]()


def main() -> None:
    """Break what is to be broken, then do as `hemei` does."""
    breaks, *words = sys.argv[1:]
    if words[0] in ("serve", "run"):
        import eventlet

        eventlet.monkey_patch()
    break_promises(breaks)
    supervise_broken(breaks)
    from cli.main import main as hemei

    hemei(words, prog_name="hemei")


if __name__ == "__main__":
    main()
