"""RabbitMQ for tests: the ways to a server, and virtual hosts of one's own."""

import secrets
import shutil
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit

import httpx
import kombu
from amqp.exceptions import AMQPError

from tests.servers import containers, own_rabbitmq, programs
from tests.servers.choice import Control, NotPossible, Server, Stop, Way, WrongAddress
from tests.servers.postgresql import NAME, is_left_behind

STANDARD = "amqp://guest:guest@127.0.0.1:5672//"
MANAGEMENT_PORT = 15672


def with_vhost(url: str, vhost: str) -> str:
    """The same server, another virtual host."""
    return urlsplit(url)._replace(path=f"/{vhost}").geturl()


def answer(url: str) -> None:
    """Log in, as a client would. Raises `NotPossible`."""
    connection = kombu.Connection(url, connect_timeout=3)
    try:
        connection.connect()
    except (OSError, AMQPError, kombu.exceptions.OperationalError) as error:
        raise NotPossible(f"{connection.as_uri()}: {str(error) or type(error).__name__}") from error
    finally:
        connection.release()


def ways(environ: Mapping[str, str]) -> dict[str, Way]:
    """The ways to a RabbitMQ server, by the names in `choice.WAYS`."""

    def given() -> Server:
        if not environ.get("BROKER_URL"):
            raise NotPossible("BROKER_URL is not set")
        try:
            answer(environ["BROKER_URL"])
        except NotPossible as error:
            raise WrongAddress(f"BROKER_URL: {error}") from error
        return Server(url=environ["BROKER_URL"], origin="BROKER_URL", control=_control_of(environ["BROKER_URL"]))

    def standard() -> Server:
        answer(STANDARD)
        return Server(url=STANDARD, origin="standard port 5672", control=_control_of(STANDARD))

    return {
        "given": given,
        "standard": standard,
        "container": lambda: containers.start_rabbitmq(containers.engine(), answer),
        "local": lambda: own_rabbitmq.start(answer),
        "install": lambda: programs.install_then("rabbitmq-server", lambda: own_rabbitmq.start(answer)),
    }


def _control_of(url: str) -> Control | None:
    """`rabbitmqctl` speaks to this machine's own node only."""
    program = shutil.which("rabbitmqctl")
    if program is None or urlsplit(url).hostname not in {"127.0.0.1", "localhost", "::1"}:
        return None
    return lambda arguments: programs.run([program, *arguments])


@contextmanager
def fresh_vhost(server: Server) -> Iterator[str]:
    """A virtual host of one's own, deleted afterwards with all its queues.

    Where nothing can create one, the address as it is, with a warning: what others left in it is then seen.
    """
    name = f"{NAME}{datetime.now(UTC):%Y%m%d%H%M%S}_{secrets.token_hex(3)}"
    url = with_vhost(server.url, name)
    reasons = []
    for create in (_by_management, _by_control):
        try:
            delete = create(server, name)
        except NotPossible as reason:
            reasons.append(str(reason))
            continue
        try:
            answer(url)
            yield url
        finally:
            delete()
        return
    warnings.warn(f"no virtual host of our own, {server.origin} is used as it is: {'; '.join(reasons)}", stacklevel=1)
    yield server.url


def _by_management(server: Server, name: str) -> Stop:
    """Through the management plugin's HTTP API; whoever creates a virtual host there may use it."""
    parts = urlsplit(server.url)
    address = f"http://{parts.hostname}:{MANAGEMENT_PORT}/api/vhosts/{name}"
    login = (unquote(parts.username or "guest"), unquote(parts.password or "guest"))
    try:
        httpx.put(address, auth=login, timeout=5).raise_for_status()
    except httpx.HTTPError as error:
        raise NotPossible(f"management API: {error}") from error
    return lambda: httpx.delete(address, auth=login, timeout=30).raise_for_status()


def _by_control(server: Server, name: str) -> Stop:
    """Through `rabbitmqctl`."""
    control = server.control
    if control is None:
        raise NotPossible("no rabbitmqctl for this server")
    user = unquote(urlsplit(server.url).username or "guest")
    try:
        control(["add_vhost", name])
        control(["set_permissions", "-p", name, user, ".*", ".*", ".*"])
    except NotPossible as error:
        raise NotPossible(f"rabbitmqctl: {error}") from error
    return lambda: control(["delete_vhost", name])


def sweep(control: Control | None, now: datetime) -> None:
    """Delete the virtual hosts of test runs that were killed, as far as they can be seen."""
    if control is None:
        return
    try:
        names = control(["-q", "list_vhosts", "name"]).split()
    except NotPossible:
        return
    for name in names:
        if is_left_behind(name, now):
            control(["delete_vhost", name])
