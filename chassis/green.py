"""Green threads: what must happen before anything else is imported in a process that hosts services."""

import os
import sys
import warnings
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

S = TypeVar("S")
T = TypeVar("T")

PATIENCE = 0.001
"""Seconds that a statement is waited for before other work goes on: most are answered sooner, and handing over to the
hub and back would cost more than it gains."""

SILENCE = 60.0
"""Seconds that a database may say nothing to a statement; then its connection is given up, whatever still answers for
it on the way."""


def turn_green() -> None:
    """Let waiting for a socket, a lock or a database give way to other work."""
    warnings.filterwarnings("ignore", message="(?s).*Eventlet is deprecated")
    # eventlet's own resolver costs each process ten megabytes and reads no /etc/nsswitch.conf; names are looked up
    # only when a connection is made.
    os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")
    os.environ.setdefault("EVENTLET_THREADPOOL_SIZE", "2")
    import eventlet

    eventlet.monkey_patch()
    _make_postgresql_green()


def beside(function: Callable[..., T], *arguments: object) -> T:
    """What the function returns; in a green process it runs in a thread of the machine, so that one that blocks (the
    look-up of a name) holds up nobody else."""
    if "eventlet.patcher" not in sys.modules:
        return function(*arguments)
    from eventlet import patcher, tpool

    found: T = tpool.execute(function, *arguments) if patcher.is_monkey_patched("socket") else function(*arguments)
    return found


def all_at_once(function: Callable[[S], T], given: Sequence[S], most: int = 10) -> list[T]:
    """What the function returns for each, in their order; in a green process they wait for their sockets together."""
    if "eventlet.patcher" not in sys.modules:
        return [function(each) for each in given]
    from eventlet import GreenPool

    return list(GreenPool(most).imap(function, given))


def _make_postgresql_green() -> None:
    import psycopg2
    import psycopg2.extensions as driver
    from eventlet.hubs import trampoline
    from eventlet.patcher import original

    poll = original("select").poll
    events = {driver.POLL_READ: original("select").POLLIN, driver.POLL_WRITE: original("select").POLLOUT}

    def wait(connection: Any) -> None:
        while (state := connection.poll()) != driver.POLL_OK:
            if state not in events:
                raise psycopg2.OperationalError(f"the driver waits for nothing known: {state}")
            briefly = poll()
            briefly.register(connection.fileno(), events[state])
            if not briefly.poll(PATIENCE * 1000):
                trampoline(
                    connection.fileno(),
                    read=state == driver.POLL_READ,
                    write=state == driver.POLL_WRITE,
                    timeout=SILENCE,
                    timeout_exc=psycopg2.OperationalError("the database has fallen silent"),
                )

    driver.set_wait_callback(wait)
