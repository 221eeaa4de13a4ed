"""Starting a process: one service, the relay, or the whole system in one process."""

import logging
import os
import signal
import socket
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from threading import Event as Signal
from typing import Any, cast

import eventlet
from nameko.runners import ServiceRunner

from chassis.config import Settings, database_url_of, read
from chassis.database import Database, use_keys
from chassis.embedded import InProcessBroker
from chassis.embedded_relay import EmbeddedRelay
from chassis.fingerprints import use_secret
from chassis.kept_messages import KeptMessages
from chassis.key_file import KEY, KeptRing, kept_keys, kept_secret
from chassis.logs import start_logging
from chassis.observing import OBSERVER
from chassis.process import Process
from chassis.scraping import answer_green
from chassis.tracing import start_tracing
from chassis.unit_of_work import UnitOfWork
from contracts.wire import TELLERS

log = logging.getLogger(__name__)

SERVICES = TELLERS

Tell = Callable[[str, str], None]
"""Is told the name and the one-time password of an account, once."""

STOP_WITHIN = 4.5
"""Seconds after which a process that was told to stop ends whatever is still going on; five are promised."""


def service_class(name: str) -> type:
    """The class that is the door of a service, or the gateway's."""
    if name == "gateway":
        return cast(type, import_module("gateway.service").Gateway)
    return cast(type, getattr(import_module(f"services.{name}.service"), f"{name.capitalize()}Service"))


def container_config(process: Process, **more: Any) -> dict[str, Any]:
    """What nameko is given: workers are counted by the port, so its own limit only has to be out of the way."""
    return {"process": process, "max_workers": 200, "AMQP_URI": "", **more}


def serve(name: str) -> None:
    """Run one service, or the gateway, until told to stop. Raises `SettingsRefused`, `KeysRefused`, `RoleRefused`."""
    settings = read("", Settings)
    start_logging(name, settings.log_level)
    use_secret(settings.secret_key)
    if name != "gateway":
        use_keys(settings.field_keys)
    process = Process(settings)
    if name != "gateway":
        process.database(name).see_that_walls_hold()
    runner = ServiceRunner(container_config(process, **_web(name)))
    runner.add_service(service_class(name))
    stopped = _stop_on_signals(runner)
    _begin_to_see(name, settings)
    runner.start()
    process.reporter.start()
    log.info("started")
    _wait(runner, stopped)
    process.close()
    OBSERVER.tracing.stop()


def _begin_to_see(name: str, settings: Settings) -> None:
    OBSERVER.begin(name, start_tracing(name, settings.otel_exporter_otlp_endpoint))
    answer_green(OBSERVER.metrics.registry, settings)


def _web(name: str) -> dict[str, str]:
    if name != "gateway":
        return {}
    address: Callable[[], str] = import_module("gateway.config").web_address
    return {"WEB_SERVER_ADDRESS": address()}


def _stop_on_signals(runner: ServiceRunner) -> Signal:
    """SIGTERM and SIGINT stop the runner; should that take too long, the process ends all the same: what was
    not settled is delivered again."""
    told = Signal()

    def stop(_number: int, _frame: Any) -> None:
        if not told.is_set():
            told.set()
            eventlet.spawn_n(runner.stop)
            eventlet.spawn_after(STOP_WITHIN, os._exit, 0)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    _wake_on_signals()
    return told


def _wake_on_signals() -> None:
    """A signal does not end eventlet's wait for the next socket or timer, which may take a minute: Python runs
    the handler and waits on. So every signal also writes into a socket that eventlet watches."""
    watched, written = socket.socketpair()
    written.setblocking(False)
    signal.set_wakeup_fd(written.fileno(), warn_on_full_buffer=False)
    eventlet.spawn_n(_read_away, watched, written)


def _read_away(watched: socket.socket, _written: socket.socket) -> None:
    """Both ends are held here, or they would be closed."""
    while watched.recv(16):
        pass


def _wait(runner: ServiceRunner, told: Signal) -> None:
    try:
        runner.wait()
    except Exception:
        log.exception("a service has died")
        raise SystemExit(1) from None
    if not told.is_set():
        raise SystemExit(1)


def embedded_settings(folder: Path) -> Settings:
    """Settings of the one-process form: files in `folder`; a key is made there on the first start."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = replace(read("", Settings), broker_url="", database_url=f"sqlite:///{folder.resolve()}")
    return replace(
        settings,
        field_keys=settings.field_keys or kept_keys(folder / KEY),
        secret_key=settings.secret_key or kept_secret(folder),
    )


def begin(name: str, url: str, tell: Tell) -> None:
    """Let a service make what it must have before its first question; `tell` hears what an operator must know."""
    service: Any = service_class(name)
    if not hasattr(service, "begin"):
        return
    database = Database(url, pool_size=1)
    try:
        service.begin(UnitOfWork(database, service.uow.metadata, service.uow.repositories), tell)
    finally:
        database.close()


class Embedded:
    """The whole system in one process."""

    def __init__(self, folder: Path, address: str) -> None:
        settings = embedded_settings(folder)
        use_keys(settings.field_keys)
        use_secret(settings.secret_key)
        self._ring = KeptRing(folder / KEY, settings.field_keys)
        self._in_process = InProcessBroker(KeptMessages(folder / "dead-letters.db"))
        self.process = Process(settings, in_process=self._in_process)
        self._relays: list[EmbeddedRelay] = []
        self.runner = ServiceRunner(container_config(self.process, WEB_SERVER_ADDRESS=address))

    def prepare(self, tell: Tell) -> None:
        """Bring every service's database to its newest schema; `tell` hears name and password of an account that is
        made for the first time."""
        from chassis.migrate import migrate  # only here: Alembic costs every other process nine megabytes

        for name in SERVICES:
            url = database_url_of(self.process.settings.database_url, name)
            migrate(name, url)
            begin(name, url, tell)

    def start(self) -> None:
        """Start every service, the gateway, and then the relays: all that listen are there before the first tells."""
        for name in (*SERVICES, "gateway"):
            self.runner.add_service(service_class(name))
        _begin_to_see("hemei", self.process.settings)
        self.runner.start()
        for name in SERVICES:
            self._start_relay(name)
        eventlet.spawn(self._ring.follow)
        self.process.reporter.start()

    def is_idle(self) -> bool:
        """Whether every event told so far is settled everywhere."""
        return all(relay.is_idle for relay in self._relays)

    def wait(self) -> None:
        """Run until told to stop."""
        stopped = _stop_on_signals(self.runner)
        _wait(self.runner, stopped)
        for relay in self._relays:
            relay.stop()
        self._ring.stop()
        self.process.close()
        OBSERVER.tracing.stop()

    def _start_relay(self, name: str) -> None:
        outbox = service_class(name).uow.metadata.tables["outbox"]  # type: ignore[attr-defined]
        relay = EmbeddedRelay(self.process.database(name), outbox, self._in_process)
        self.process.committed[name] = relay.wake
        self._relays.append(relay)
        eventlet.spawn(relay.run)


def declare_topology(broker_url: str, services: Sequence[str] = SERVICES) -> None:
    """Create every exchange and queue before the first event is told, so that none goes astray. Raises
    `StandsOtherwise`."""
    from amqp import PreconditionFailed

    from chassis.links import connect_within, cut
    from chassis.port import plans_of
    from chassis.topology import StandsOtherwise, declare

    connection = connect_within(30.0, broker_url, "hemei migrate")
    try:
        channel = connection.channel()
        for name in services:
            declare(channel, plans_of(name, hearings_of(service_class(name))))
    except PreconditionFailed as error:
        raise StandsOtherwise(str(error)) from error
    finally:
        cut(connection)


def messages_waiting(broker_url: str, services: Sequence[str] = SERVICES) -> dict[str, int]:
    """How many messages lie ready in each queue that holds any: events, what waits for a retry, dead letters. What
    somebody has in hand is not among them. Raises where a queue does not exist."""
    from chassis.broker import DEAD_LETTERS, RETRY_PAUSES
    from chassis.links import connect_within, cut
    from chassis.port import plans_of

    plans = [plan for name in services for plan in plans_of(name, hearings_of(service_class(name)))]
    names = [plan.name for plan in plans if not plan.is_for_calls]
    connection = connect_within(5.0, broker_url, "hemei count")
    try:
        channel = connection.channel()
        ladder = [f"retry.{level}" for level in RETRY_PAUSES]
        counts = {
            name: channel.queue_declare(name, passive=True).message_count for name in (*names, *ladder, DEAD_LETTERS)
        }
    finally:
        cut(connection)
    return {name: count for name, count in counts.items() if count}


def hearings_of(service: type) -> list[Any]:
    """Every `@hears` of a service class."""
    methods = (getattr(service, name) for name in dir(service) if not name.startswith("_"))
    entrypoints = (each for method in methods for each in getattr(method, "nameko_entrypoints", ()))
    return [each.hearing for each in entrypoints if hasattr(each, "hearing")]
