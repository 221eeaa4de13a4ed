"""Servers of our own: their ports, names, programs and containers."""

import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from docker.errors import ImageNotFound

from tests.servers import containers, postgresql, rabbitmq
from tests.servers.choice import NotPossible, WrongAddress
from tests.servers.ports import PRIVATE, free_ports
from tests.servers.programs import folder_of

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_private_ports_lie_below_those_of_outgoing_connections() -> None:
    assert max(PRIVATE) < 32768
    assert min(PRIVATE) > 1024


def test_a_port_in_use_is_passed_over() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match="0 of 1"):
            free_ports(1, [port])
    assert free_ports(1, [port]) == [port]


def test_a_name_left_behind_long_ago_is_swept_and_a_young_or_foreign_one_is_not() -> None:
    def named(age: timedelta) -> str:
        return f"hemei_test_{NOW - age:%Y%m%d%H%M%S}_abc123_grievance"

    assert postgresql.is_left_behind(named(timedelta(hours=13)), NOW)
    assert not postgresql.is_left_behind(named(timedelta(hours=11)), NOW)
    assert not postgresql.is_left_behind("hemei_grievance", NOW)
    assert not postgresql.is_left_behind("hemei_test_by_hand", NOW)


def test_an_address_keeps_its_server_when_its_database_or_virtual_host_changes() -> None:
    assert postgresql.with_database("postgresql://a:b@h:1/x?sslmode=require", "y") == (
        "postgresql://a:b@h:1/y?sslmode=require"
    )
    assert rabbitmq.with_vhost("amqp://a:b@h:1//", "v") == "amqp://a:b@h:1/v"


def test_programs_are_taken_from_the_newest_version_installed(tmp_path: Path) -> None:
    for version in ("9", "15", "17"):
        folder = tmp_path / version / "bin"
        folder.mkdir(parents=True)
        (folder / "initdb").touch()
    (tmp_path / "99" / "bin").mkdir(parents=True)
    assert folder_of("initdb", [f"{tmp_path}/*/bin"]) == tmp_path / "17" / "bin"


def test_a_program_that_is_nowhere_is_no_way() -> None:
    with pytest.raises(NotPossible, match="is not installed"):
        folder_of("no-such-program-anywhere", ["/nowhere/*"])


@pytest.mark.parametrize(("server", "variable"), [(postgresql, "DATABASE_URL"), (rabbitmq, "BROKER_URL")])
def test_a_given_address_is_a_wish_and_its_absence_is_none(server: Any, variable: str) -> None:
    scheme = "postgresql" if variable == "DATABASE_URL" else "amqp"
    with pytest.raises(NotPossible, match="is not set"):
        server.ways({})["given"]()
    with pytest.raises(WrongAddress, match=variable) as refusal:
        server.ways({variable: f"{scheme}://someone:secret@127.0.0.1:1/x"})["given"]()
    assert "secret" not in str(refusal.value)


class FakeEngine:
    """A container engine that notes what it was asked to run."""

    def __init__(self, image: str | None) -> None:
        self.image = image
        self.stopped = False
        self.containers = self
        self.asked: dict[str, Any] = {}

    def run(self, image: str, command: list[str] | None, **asked: Any) -> Any:
        if image != self.image:
            raise ImageNotFound(f"no {image}")
        self.asked = {"command": command, **asked}
        return SimpleNamespace(stop=self.stop, exec_run=lambda command: (0, " ".join(command).encode()))

    def stop(self) -> None:
        self.stopped = True


def test_a_container_is_reached_through_a_loopback_port_and_removed_when_stopped() -> None:
    engine = FakeEngine(containers.POSTGRESQL_IMAGE)
    answered: list[str] = []
    server = containers.start_postgresql(engine, answered.append)
    address, port = engine.asked["ports"]["5432/tcp"]
    assert address == "127.0.0.1"
    assert port in PRIVATE
    assert answered == [server.url]
    assert f":{port}/" in server.url
    assert engine.asked["remove"]
    assert "max_connections=200" in engine.asked["command"]
    server.stop()
    assert engine.stopped


def test_a_broker_in_a_container_is_administered_inside_it() -> None:
    server = containers.start_rabbitmq(FakeEngine(containers.RABBITMQ_IMAGE), lambda url: None)
    assert server.control is not None
    assert server.control(["add_vhost", "ours"]) == "rabbitmqctl add_vhost ours"


def test_an_engine_without_the_image_is_no_way() -> None:
    with pytest.raises(NotPossible, match="postgres"):
        containers.start_postgresql(FakeEngine(None), lambda url: None)
