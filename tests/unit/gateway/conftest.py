"""The door with fake services behind it."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from contracts.errors import Error
from gateway.app import create_app
from gateway.config import GatewaySettings


class FakeServices:
    """Answers as it was told to, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, dict[str, Any]]] = []
        self.patience: list[float | None] = []
        self.answers: dict[str, Any] = {}

    def __call__(self, service: str, call: str, command: dict[str, Any], patience: float | None = None) -> Any:
        self.asked.append((service, call, command))
        self.patience.append(patience)
        answer = self.answers.get(f"{service}.{call}", self.answers.get(call, {"id": command.get("id")}))
        if isinstance(answer, Error | Exception):
            raise answer
        return answer(command) if callable(answer) else answer

    @property
    def command(self) -> dict[str, Any]:
        """The command of the only call made, but for looking up whether a community or a place is known."""
        (asked,) = [each for each in self.asked if each[1] not in ("get_community", "get_place")] or self.asked
        return asked[2]


@pytest.fixture
def services() -> FakeServices:
    """Whoever stands behind the door."""
    return FakeServices()


@pytest.fixture
def open_door(services: FakeServices) -> Callable[..., Flask]:
    """Makes a door with settings of one's own."""

    def make(**settings: Any) -> Flask:
        return create_app(services, GatewaySettings(**settings))

    return make


@pytest.fixture(scope="session")
def standing() -> tuple[Flask, FakeServices]:
    """One door for all tests that need no settings of their own: building it takes a while."""
    services = FakeServices()
    return create_app(lambda *asked, **more: services(*asked, **more), GatewaySettings()), services


@pytest.fixture
def client(standing: tuple[Flask, FakeServices], services: FakeServices) -> FlaskClient:
    """Somebody at the door."""
    app, _ = standing
    app.extensions["ask"] = services
    return app.test_client()


@pytest.fixture
def new_grievance() -> dict[str, Any]:
    """A grievance as a resident files it."""
    return {
        "community": "410181002011",
        "place": "41018100201100101",
        "category": "corridor_clutter",
        "description": "三楼楼道堆满纸箱,影响通行",
        "contact": {"name": "王秀英", "phone": "13800000000"},
        "anonymous": False,
        "channel": "web",
    }
