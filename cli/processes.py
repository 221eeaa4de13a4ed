"""Commands that run processes: the whole system, one process of it, all of them; and whether one is ready."""

import os
import tempfile
from functools import partial
from pathlib import Path

import click

from cli.first_sign_in import KEPT_IN, kept_first_sign_in
from cli.tokens import kept_demo_key

READY_FILE = Path(os.environ.get("RELAY_READY_FILE", Path(tempfile.gettempdir()) / "hemei-relay.ready"))


def _refuse(message: object) -> None:
    click.echo(str(message), err=True)
    raise SystemExit(2)


@click.command(short_help="整个系统，一个进程 · the whole system in one process")
def run() -> None:
    """启动整个系统（一个进程，SQLite），首次启动时填入示范社区。

    Start the whole system in one process, with SQLite; an empty data directory gets the demo community.
    PORT and DATA say where.
    """
    from chassis.green import turn_green

    turn_green()
    from chassis.config import SettingsRefused
    from chassis.encryption import KeysRefused
    from chassis.logs import start_logging
    from chassis.run import Embedded
    from gateway.config import web_address

    folder = Path(os.environ.get("DATA", "data"))
    os.environ.setdefault("ACCOUNTS_FIRST_SIGN_IN_FILE", str(folder.resolve() / KEPT_IN))
    try:
        start_logging("hemei", os.environ.get("LOG_LEVEL", "WARNING"))
        is_wanted = os.environ.get("DEMO", "1") != "0"
        is_new = is_wanted and (not (folder / "grievance.db").exists() or (folder / "filling").exists())
        if is_new:
            os.environ.setdefault("ACCOUNTS_FIRST_KEY", kept_demo_key(folder))
        embedded = Embedded(folder, web_address())
        _run_embedded(embedded, folder, is_new)
    except (SettingsRefused, KeysRefused) as error:
        _refuse(error)


def _run_embedded(embedded: object, folder: Path, is_new: bool) -> None:
    import eventlet

    from gateway.config import web_address

    unfinished = folder / "filling"
    if is_new:
        unfinished.touch()  # first of all: killed at any later moment, the next start fills in what is missing
    embedded.prepare(partial(kept_first_sign_in, folder))  # type: ignore[attr-defined]
    embedded.start()  # type: ignore[attr-defined]
    eventlet.spawn(_welcome, embedded, unfinished, is_new, f"http://{web_address()}")
    embedded.wait()  # type: ignore[attr-defined]


def _welcome(embedded: object, unfinished: Path, is_new: bool, address: str) -> None:
    import eventlet

    if is_new:
        from cli.api import Trouble
        from cli.demo import fill_demo

        try:
            sign_ins = fill_demo(address, os.environ["ACCOUNTS_FIRST_KEY"], unfinished.parent)
        except Trouble as trouble:
            # Stopped, most likely, while it was being filled.
            click.echo(f"示范社区下次启动时补全 / completed at the next start: {trouble.message}", err=True)
            return
        while not embedded.is_idle():  # type: ignore[attr-defined]
            eventlet.sleep(0.02)
        unfinished.unlink()
        click.echo("\n".join(("演示账号 demo sign-ins:", *sign_ins)))
    click.echo(f"和美 Hemei: {address}")
    click.echo(f"接口说明 API: {address}/docs   停止 stop: Ctrl-C")


@click.command(short_help="分布式中的一个进程 · one process of the distributed form")
@click.argument("name")
def serve(name: str) -> None:
    """启动一个服务或网关。Start one service, or the gateway."""
    from chassis.green import turn_green

    turn_green()
    from chassis import run as running
    from chassis.config import SettingsRefused
    from chassis.encryption import KeysRefused
    from chassis.service_role import RoleRefused

    if name not in (*running.SERVICES, "gateway"):
        _refuse(f"{name}: 没有这个进程 / no such process; {', '.join((*running.SERVICES, 'gateway'))}")
    try:
        running.serve(name)
    except (SettingsRefused, KeysRefused, RoleRefused) as error:
        _refuse(error)


@click.command(short_help="转送事件的进程 · the relay")
def relay() -> None:
    """把各服务发件箱中的事件转送到 RabbitMQ。Carry events from the outboxes to RabbitMQ."""
    from chassis.config import SettingsRefused
    from chassis.relay import run_relay
    from chassis.service_role import RoleRefused

    try:
        run_relay(READY_FILE)
    except (SettingsRefused, RoleRefused) as error:
        _refuse(error)


@click.command(short_help="进程是否就绪 · whether a process is ready")
@click.argument("name")
@click.option("--patience", default=4.0, help="秒 / seconds")
def ready(name: str, patience: float) -> None:
    """进程就绪时退出码为 0。Exit code 0 when the process is ready; for container health checks."""
    if name == "relay":
        from chassis.relay import is_ready

        raise SystemExit(0 if is_ready(READY_FILE) else 1)
    if name == "gateway":
        import httpx

        port = os.environ.get("PORT", "8000")
        try:
            answer = httpx.get(f"http://127.0.0.1:{port}/ready", timeout=patience)
        except httpx.HTTPError as error:
            _refuse(error)
        raise SystemExit(0 if answer.status_code == 200 else 1)
    _ask_service(name, patience)


def _ask_service(name: str, patience: float) -> None:
    from chassis.amqp import AmqpBroker
    from chassis.asking import Caller
    from chassis.config import Settings, read
    from contracts.errors import Error

    broker = AmqpBroker(read("", Settings).broker_url, "hemei ready")
    caller = Caller(broker, patience)
    broker.start()
    try:
        told = caller.ask(name, "ready", {})
    except Error as error:
        _refuse(error)
    finally:
        broker.stop()
    raise SystemExit(0 if told["ready"] else 1)


@click.command("run-distributed", short_help="本机启动全部进程 · every process, on this machine")
def run_distributed() -> None:
    """对给定的 RabbitMQ 与 PostgreSQL 启动全部进程。Start every process against given RabbitMQ and PostgreSQL."""
    from chassis.processes import Supervisor

    Supervisor(_environment()).run()


def _environment() -> dict[str, str]:
    """Addresses at their standard ports unless given; keys of this machine's own unless given."""
    from chassis.key_file import KEY, kept_keys, kept_secret

    given = dict(os.environ)
    given.setdefault("BROKER_URL", "amqp://guest:guest@127.0.0.1:5672//")
    given.setdefault("DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/hemei")
    if not given.get("FIELD_KEYS"):
        given["FIELD_KEYS"] = ",".join(kept_keys(Path(given.get("DATA", "data")) / KEY))
    if not given.get("SECRET_KEY"):
        given["SECRET_KEY"] = kept_secret(Path(given.get("DATA", "data")))
    given.setdefault("ACCOUNTS_FIRST_KEY", kept_demo_key(Path(given.get("DATA", "data"))))
    return given
