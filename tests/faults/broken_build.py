"""The `hemei` command with promises broken on purpose: proof that the tests see when they are.

`python -m tests.faults.broken_build told-twice,inbox-off run-distributed` starts the processes so. Nothing in the
product knows of this.
"""

import os
import signal
import sys
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from typing import Any

LAST_BATCH = 3
"""A relay dies with its third batch in which a leader is named; the next relay lives on."""


def without_inbox() -> None:
    """Whatever is delivered is done, also when it was done before."""
    from chassis import inbox

    inbox.claim = lambda connection, table, consumer, ids, now: set(ids)


def relay_tells_twice() -> None:
    """What was told stays in the outbox and is told again a second later: a relay that died before removing it."""
    from chassis.relay import Outbox

    def remove(self: Any, ids: Sequence[int]) -> None:
        if ids:
            self._run("DELETE FROM outbox WHERE id = ANY(%s) AND attempts > 0", (list(ids),))
            self._run(
                "UPDATE outbox SET attempts = 1, available_at = now() + interval '1 second' WHERE id = ANY(%s)",
                (list(ids),),
            )

    Outbox.remove = remove  # type: ignore[method-assign]


def relay_deletes_first() -> None:
    """What is to be told leaves the outbox before it is told."""
    from chassis.relay import Outbox

    waiting = Outbox.waiting

    def taken(self: Outbox) -> list[Any]:
        rows = waiting(self)
        self.remove([row.id for row in rows])
        return rows

    Outbox.waiting = taken  # type: ignore[method-assign]


def relay_dies_before_telling() -> None:
    """The relay is gone with a batch in its hands."""
    _dying(before=True)


def relay_dies_after_telling() -> None:
    """The relay is gone when the broker has a batch and the outbox has it still."""
    _dying(before=False)


def _dying(*, before: bool) -> None:
    from chassis.relay import Publisher

    publish, batches = Publisher.publish, count(1)
    died = Path(os.environ["RELAY_READY_FILE"]).with_name("relay.died")

    def publish_and_die(self: Publisher, rows: Any, *more: Any) -> Any:
        named = any("leader_assigned" in row.message.type for row in rows)
        dies = named and next(batches) == LAST_BATCH and not died.exists()
        told = None if dies and before else publish(self, rows, *more)
        if dies:
            died.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return told

    Publisher.publish = publish_and_die  # type: ignore[method-assign]


def embedded_keeps_its_outbox() -> None:
    """In the one-process form nothing leaves the outbox: after a start everything is told again."""
    from chassis.embedded import EmbeddedRelay

    EmbeddedRelay._remove = lambda self: self._settled.clear()  # type: ignore[method-assign]


BREAKS: dict[str, Callable[[], None]] = {
    "inbox-off": without_inbox,
    "told-twice": relay_tells_twice,
    "deleted-first": relay_deletes_first,
    "dies-before-telling": relay_dies_before_telling,
    "dies-after-telling": relay_dies_after_telling,
    "outbox-kept": embedded_keeps_its_outbox,
}


def supervise_broken(breaks: str) -> None:
    """The processes that the supervisor starts are broken too."""
    from chassis.processes import Supervisor

    Supervisor._command = lambda self, *words: [  # type: ignore[method-assign]
        sys.executable, "-m", "tests.faults.broken_build", breaks, *words,
    ]  # fmt: skip


def main() -> None:
    """Break what is to be broken, then do as `hemei` does."""
    breaks, *words = sys.argv[1:]
    if words[0] in ("serve", "run"):
        import eventlet

        eventlet.monkey_patch()
    for name in breaks.split(","):
        BREAKS[name]()
    supervise_broken(breaks)
    from cli.main import main as hemei

    hemei(words, prog_name="hemei")


if __name__ == "__main__":
    main()
