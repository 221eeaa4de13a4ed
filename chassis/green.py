"""Green threads: what must happen before anything else is imported in a process that hosts services."""

import os
import warnings
from typing import Any

PATIENCE = 0.001
"""Seconds that a statement is waited for before other work goes on: most are answered sooner, and handing over to the
hub and back would cost more than it gains."""


def turn_green() -> None:
    """Let waiting for a socket, a lock or a database give way to other work."""
    warnings.filterwarnings("ignore", message="(?s).*Eventlet is deprecated")
    # eventlet's own resolver costs each process ten megabytes and reads no /etc/nsswitch.conf; names are looked up
    # only when a connection is made.
    os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")
    import eventlet

    eventlet.monkey_patch()
    _make_postgresql_green()


def _make_postgresql_green() -> None:
    import psycopg2
    import psycopg2.extensions as driver
    from eventlet.hubs import trampoline
    from eventlet.patcher import original

    poll = original("select").poll
    events = {driver.POLL_READ: original("select").POLLIN, driver.POLL_WRITE: original("select").POLLOUT}

    def wait(connection: Any, timeout: float | None = None) -> None:
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
                    timeout=timeout,
                )

    driver.set_wait_callback(wait)
