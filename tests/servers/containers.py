"""Servers started in containers, where a container engine answers."""

from collections.abc import Mapping, Sequence
from typing import Any

import docker
from docker.errors import DockerException

from tests.servers.choice import NotPossible, Server
from tests.servers.ports import PRIVATE, free_ports
from tests.servers.programs import STARTING, Answer
from tests.waiting import eventually

POSTGRESQL_IMAGE = "postgres:17"
RABBITMQ_IMAGE = "rabbitmq:4-management"
"""The images of docker-compose.yml: an architecture test holds the two against each other."""


def engine() -> Any:
    """The container engine, when one answers. Raises `NotPossible`."""
    try:
        client = docker.from_env(timeout=300)
        client.ping()
    except DockerException as error:
        raise NotPossible(f"no container engine answers: {error}") from error
    return client


def start_postgresql(client: Any, answer: Answer) -> Server:
    """A PostgreSQL in a container."""
    settings = ["-c", "max_connections=200", "-c", "fsync=off"]
    container, port = _start(client, POSTGRESQL_IMAGE, 5432, {"POSTGRES_HOST_AUTH_METHOD": "trust"}, settings)
    url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
    _wait(container, answer, url)
    return Server(url=url, origin=f"container of {POSTGRESQL_IMAGE} on port {port}", stop=container.stop)


def start_rabbitmq(client: Any, answer: Answer) -> Server:
    """A RabbitMQ in a container. `guest` may log in from outside it: the port is bound to loopback."""
    allow = {"RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-rabbit loopback_users []"}
    container, port = _start(client, RABBITMQ_IMAGE, 5672, allow)
    url = f"amqp://guest:guest@127.0.0.1:{port}//"
    _wait(container, answer, url)

    def control(arguments: Any) -> str:
        code, output = container.exec_run(["rabbitmqctl", *arguments])
        if code:
            raise NotPossible(f"rabbitmqctl in the container ended with {code}: {output.decode(errors='replace')}")
        return str(output.decode())

    origin = f"container of {RABBITMQ_IMAGE} on port {port}"
    return Server(url=url, origin=origin, stop=container.stop, control=control)


def _start(
    client: Any, image: str, inner_port: int, environment: Mapping[str, str], command: Sequence[str] = ()
) -> tuple[Any, int]:
    port = free_ports(1, PRIVATE)[0]
    try:
        container = client.containers.run(
            image,
            list(command) or None,
            detach=True,
            remove=True,
            environment=dict(environment),
            ports={f"{inner_port}/tcp": ("127.0.0.1", port)},
        )
    except DockerException as error:
        raise NotPossible(f"{image}: {error}") from error
    return container, port


def _wait(container: Any, answer: Answer, url: str) -> None:
    def answers() -> None:
        try:
            answer(url)
        except NotPossible as error:
            raise AssertionError(error) from error

    try:
        eventually(answers, STARTING)
    except AssertionError as error:
        container.stop()
        raise NotPossible(str(error)) from error
