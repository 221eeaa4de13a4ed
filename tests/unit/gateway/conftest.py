"""The door with fake services behind it."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from chassis.fingerprints import use_secret
from contracts.errors import Error
from gateway.access import ROLES
from gateway.app import create_app
from gateway.config import GatewaySettings
from gateway.identity import Identities
from gateway.tree import Tree

COMMUNITY = "410181002011"

SECRET = "a secret that is long enough to be none"


@pytest.fixture(autouse=True)
def _secret() -> None:
    """What this process makes fingerprints with."""
    use_secret(SECRET)


def signed_in(*grants: dict[str, Any], **more: Any) -> dict[str, Any]:
    """What the accounts service says of a token; with no grants told, of somebody who holds every role everywhere."""
    held = grants or tuple(granted(role, subject="anybody") for role in ROLES)
    return {
        "account": "6f1c1f6e-8d0a-4f4e-9a53-1b0f1d4c9a11",
        "name": "李主任",
        "kind": "person",
        "grants": list(held),
        "scopes": None,
        "session": "b9a7a0c6-53a6-4d52-8b33-6a5c3e1f7d20",
        "csrf": "word-of-the-pages",
        "must_change_password": False,
        **more,
    }


def granted(
    role: str, community: str = "", place: str | None = None, subject: str | None = None
) -> dict[str, str | None]:
    """A role held there."""
    return {"id": role, "role": role, "community": community, "place": place, "subject": subject}


UNHURRIED = GatewaySettings(
    imports_per_minute=100_000,
    look_ups_per_minute=60_000,
    work_per_minute=1_000_000,
    filings_per_minute=100_000,
    requests_per_minute=600_000,
    sign_ins_per_minute=1_000,
    codes_per_hour=1_000,
)
"""One door serves hundreds of tests, which all come as the same person."""


class Anonymous(FlaskClient):
    """Somebody who says nothing of who they are."""


class SignedIn(FlaskClient):
    """Somebody who shows a token with every request."""

    def open(self, *asked: Any, **more: Any) -> Any:
        """One request."""
        headers = dict(more.pop("headers", None) or {})
        headers.setdefault("Authorization", "Bearer hs_token")
        return super().open(*asked, headers=headers, **more)


IN_USE: dict[str, Any] = {"name": "交通庭院", "path": [], "closed_on": None}
"""A place as most are, where a test tells nothing else of it."""


class FakeServices:
    """Answers as it was told to, and remembers what it was asked; who asks is told apart."""

    def __init__(self) -> None:
        self.who: Any = signed_in()
        self.asked: list[tuple[str, str, dict[str, Any]]] = []
        self.patience: list[float | None] = []
        self.answers: dict[str, Any] = {}
        self.left: list[dict[str, Any]] = []
        """How whoever filed something is told of it: left before it is filed, and no part of what was asked."""

    def __call__(self, service: str, call: str, command: dict[str, Any], patience: float | None = None) -> Any:
        if (service, call) == ("accounts", "who"):
            return self._answered(self.who, command)
        if (service, call) == ("accounts", "leave_reporter"):
            self.left.append(command)
            return self._answered(self.answers.get(call, {"left": True}), command)
        self.asked.append((service, call, command))
        self.patience.append(patience)
        some = {"id": command.get("id"), "community": COMMUNITY, "items": [], "total": 0, "image": "", "name": "周奶奶"}
        some["neighbour"] = None
        answer = self.answers.get(f"{service}.{call}", self.answers.get(call, some))
        told = self._answered(answer, command)
        return IN_USE | told if call == "get_place" else told

    def _answered(self, answer: Any, command: dict[str, Any]) -> Any:
        if isinstance(answer, Error | Exception):
            raise answer
        return answer(command) if callable(answer) else answer

    @property
    def command(self) -> dict[str, Any]:
        """The command of the only call made, but for looking up what a command is about."""
        (asked,) = [each for each in self.asked if not each[1].startswith("get_")] or self.asked[-1:]
        return asked[2]

    def told(self, call: str) -> dict[str, Any]:
        """The first command that came by this call."""
        return next(command for _, asked, command in self.asked if asked == call)


@pytest.fixture
def services() -> FakeServices:
    """Whoever stands behind the door."""
    return FakeServices()


@pytest.fixture
def open_door(services: FakeServices) -> Callable[..., Flask]:
    """Makes a door with settings of one's own."""

    def make(**settings: Any) -> Flask:
        app = create_app(services, GatewaySettings(**settings))
        app.test_client_class = SignedIn
        return app

    return make


@pytest.fixture(scope="session")
def standing() -> tuple[Flask, FakeServices]:
    """One door for all tests that need no settings of their own: building it takes a while."""
    services = FakeServices()
    return create_app(lambda *asked, **more: services(*asked, **more), UNHURRIED), services


@pytest.fixture
def client(standing: tuple[Flask, FakeServices], services: FakeServices) -> FlaskClient:
    """Somebody at the door who has signed in, with every role."""
    app, _ = standing
    use(app, services)
    app.test_client_class = SignedIn
    return app.test_client()


@pytest.fixture
def anonymous(standing: tuple[Flask, FakeServices], services: FakeServices) -> FlaskClient:
    """Somebody at the door who has not signed in."""
    app, _ = standing
    use(app, services)
    app.test_client_class = Anonymous
    return app.test_client()


def use(app: Flask, services: Callable[..., Any]) -> None:
    """Put these services behind the door, which has asked nobody anything yet."""
    app.extensions |= {"ask": services, "identities": Identities(services), "tree": Tree()}


@pytest.fixture
def new_grievance() -> dict[str, Any]:
    """A grievance as a resident files it."""
    return {
        "community": "410181002011",
        "place": "41018100201100101",
        "category": "corridor_clutter",
        "description": "三楼楼道堆满纸箱，影响通行",
        "contact": {"name": "王秀英", "phone": "13800000000"},
        "anonymous": False,
        "channel": "web",
    }
