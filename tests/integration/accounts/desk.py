"""The accounts service as the gateway asks it, with a clock moved by hand and an administrator to begin with."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec

from chassis.database import Database
from chassis.scope import within_communities
from chassis.unit_of_work import UnitOfWork
from contracts import wire
from contracts.accounts import schemas
from contracts.event import Event
from services.accounts.config import AccountsSettings, NoticesSettings
from services.accounts.handlers.first import FIRST, make_first_administrator
from services.accounts.handlers.secrecy import Passwords
from services.accounts.service import AccountsService

COMMUNITY = "410181002011"
OTHER = "410181002012"
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
QUICK = Passwords(rounds=1, kibibytes=8)
"""Hashes that cost nothing: these tests are not about how slow they are."""


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **duration: float) -> None:
        """Some time passes."""
        self.now += timedelta(**duration)


class Desk:
    """Asks the service; every answer is held against its shape."""

    def __init__(self, database: Database, uow: UnitOfWork, clock: Clock) -> None:
        self.database, self.uow, self.clock = database, uow, clock
        self.service = AccountsService()
        self.service.uow, self.service.reading, self.service.clock = uow, database.reading, clock
        self.service.settings, self.service.passwords = AccountsSettings(), QUICK
        self.service.notice_settings, self.service.send_mail = NoticesSettings(), None
        self.texts: list[Any] = []
        self.service.send_text = self.texts.append
        self.first: list[tuple[str, str]] = []
        self.make_first()

    def make_first(self) -> None:
        """Start, as far as the first administrator goes."""
        told = lambda name, password: self.first.append((name, password))  # noqa: E731
        make_first_administrator(self.uow, told, passwords=QUICK, now=self.clock())

    def ask(self, call: str, **command: Any) -> Any:
        """Ask as the gateway does: the command travels as JSON, and so does the answer."""
        [entrypoint] = getattr(AccountsService, call).nameko_entrypoints
        loaded = entrypoint.schema().load(msgspec.json.decode(msgspec.json.encode(command)))
        return msgspec.json.decode(msgspec.json.encode(entrypoint.method(self.service, loaded)))

    def run(self, timer: str) -> None:
        """Let a timer run."""
        getattr(AccountsService, timer)(self.service)

    def hear(self, event: Event) -> None:
        """Handle an event as it comes over the broker, within its community."""
        methods = (getattr(AccountsService, name) for name in dir(AccountsService) if not name.startswith("_"))
        entrypoints = (each for method in methods for each in getattr(method, "nameko_entrypoints", ()))
        [heard] = [
            each.hearing for each in entrypoints if getattr(each, "hearing", None) and each.hearing.event is type(event)
        ]
        told = wire.from_bytes(wire.to_bytes(_enveloped(event))).event()
        with within_communities([event.community]), self.uow:
            heard.handle(self.service, told)

    def sign_in(self, name: str, password: str, **more: Any) -> dict[str, Any]:
        """Sign in."""
        told: dict[str, Any] = self.ask("sign_in", name=name, password=password, **more)
        assert schemas.SignedIn().validate(told) == {}
        return told

    def who(self, token: str) -> dict[str, Any]:
        """Who holds a token."""
        told: dict[str, Any] = self.ask("who", token=token)
        assert schemas.WhoOut().validate(told) == {}
        return told

    def person(self, name: str, role: str | None = None, *, by: UUID = FIRST, **place: Any) -> tuple[UUID, str]:
        """An account with a role, and its one-time password."""
        id, community = uuid4(), place.get("community", COMMUNITY)
        made = self.ask("create_account", id=id, community=community, name=name, by=by)
        assert schemas.AccountCreated().validate(made) == {}
        if role:
            self.grant(id, role, by=by, **{"community": community, **place})
        return id, made["password"]

    def code(self, phone: str, **more: Any) -> str:
        """The code that is sent to a telephone which asks for one."""
        told = self.ask("send_code", phone=phone, **{"community": COMMUNITY, **more})
        assert schemas.CodeSent().validate(told) == {}
        self.run("send_codes")
        return self.texts[-1].code

    def sign_in_by_code(self, phone: str, code: str, **more: Any) -> dict[str, Any]:
        """Sign in with a code."""
        told: dict[str, Any] = self.ask("sign_in_by_code", phone=phone, code=code, **{"community": COMMUNITY, **more})
        assert schemas.SignedIn().validate(told) == {}
        return told

    def grant(self, account: UUID, role: str, *, by: UUID = FIRST, id: UUID | None = None, **place: Any) -> Any:
        """A role at a place."""
        return self.ask("grant_role", id=id or uuid4(), account=account, role=role, by=by, **place)


def _enveloped(event: Event) -> wire.Envelope:
    return wire.wrap(event, id=uuid4(), time=NOON, correlation="1", causation="1", sequence=1)
