"""Texts to telephones: carried by whoever answers at an HTTP address, or, while developing, shown in the log."""

import hashlib
import hmac
import logging
import os
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import httpx
import msgspec
from msgspec import Meta
from nameko.extensions import DependencyProvider

from chassis.config import SettingsRefused, is_loopback, read
from chassis.config import secret as told_to_nobody
from chassis.green import beside

log = logging.getLogger(__name__)

PATIENCE = 5.0
"""Seconds that the hook may take to answer."""

SHORTEST_SECRET = 32


@dataclass(frozen=True, kw_only=True)
class TextingSettings:
    """How one-time codes and notices reach telephones, from `CODES_…` variables."""

    by: Annotated[
        str,
        Meta(
            pattern="^(log|http)?$",
            description="http 由短信接口发送；log 写进本进程日志，只许单进程形式在本机使用；"
            "空：单进程形式在本机即 log，否则不发 / "
            "http: by an SMS hook; log: shown in the log, in the embedded form on this machine alone; "
            "empty: log where that is allowed, else no codes are sent",
        ),
    ] = ""
    url: Annotated[
        str,
        Meta(pattern="^(https?://.*)?$", description="短信接口的地址，收 JSON / address of the hook, which takes JSON"),
    ] = told_to_nobody()
    secret: Annotated[
        str,
        Meta(
            description="与短信接口共有的密钥，至少 32 个字符，用于签名 / secret shared with the hook, at least "
            "32 characters; it signs what is sent"
        ),
    ] = told_to_nobody()


@dataclass(frozen=True, kw_only=True)
class Text:
    """A code on its way to a telephone; the same `id` sent twice is the same text."""

    id: UUID
    phone: str
    code: str
    expires_at: datetime

    def body(self) -> dict[str, Any]:
        """What the hook is given."""
        return {
            "id": self.id,
            "phone": self.phone,
            "code": self.code,
            "expires_at": self.expires_at.astimezone(UTC),
        }


@dataclass(frozen=True, kw_only=True)
class NoticeText:
    """A notice on its way to a telephone, in words, and in parts for providers that fill in a template of their own;
    the same `id` sent twice is the same text."""

    id: UUID
    phone: str
    text: str
    kind: str
    parts: Mapping[str, str | int] = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        """What the hook is given."""
        return {"id": self.id, "phone": self.phone, "text": self.text, "kind": self.kind, "parts": dict(self.parts)}


class NotTaken(Exception):
    """Nobody has taken the text: it is to be sent again."""


Send = Callable[[Any], None]
"""Sends a `Text` or a `NoticeText`. Raises `NotTaken`."""


def way_of(settings: TextingSettings, *, is_alone: bool) -> Send | None:
    """How texts are sent; None where they are not. `is_alone`: this is the one-process form, and nobody but this
    machine reaches it. Raises `SettingsRefused`."""
    if settings.by == "http":
        if not settings.url or len(settings.secret) < SHORTEST_SECRET:
            raise SettingsRefused(
                f"CODES_BY=http: needs CODES_URL, and CODES_SECRET of at least {SHORTEST_SECRET} characters"
            )
        return Hook(settings.url, settings.secret)
    if settings.by == "log" and not is_alone:
        raise SettingsRefused("CODES_BY=log: only in the one-process form, and where HOST is this machine alone")
    return show_in_log if is_alone else None


def show_in_log(text: Text | NoticeText) -> None:
    """Show a code, or a notice, to whoever develops on this machine."""
    if isinstance(text, NoticeText):
        log.info("notice for a telephone that ends in %s: %s", text.phone[-2:], text.text)
    else:
        log.warning("one-time code for a telephone that ends in %s: %s", text.phone[-2:], text.code)


class Hook:
    """Sends texts as JSON to an address. The header `Hemei-Signature` reads `t=<seconds>,v1=<hex>`: HMAC-SHA256 with
    the shared secret over the seconds, a point, and the body."""

    def __init__(
        self,
        url: str,
        secret: str,
        *,
        transport: httpx.BaseTransport | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._url, self._secret, self._clock = httpx.URL(url), secret.encode(), clock
        self._client = httpx.Client(transport=transport, timeout=PATIENCE, trust_env=False, follow_redirects=False)

    def __call__(self, text: Text | NoticeText) -> None:
        """Send one. Raises `NotTaken`, which tells nothing of what was sent."""
        body = msgspec.json.encode(text.body())
        try:
            # Its name is looked up beside: the look-up blocks, and would hold up all other work.
            beside(socket.getaddrinfo, self._url.host, self._url.port or 443)
            answer = self._client.post(self._url, content=body, headers=self._headers(text, body))
        except (httpx.HTTPError, OSError) as error:
            log.warning("a text was not taken: %s", type(error).__name__)
            raise NotTaken from None
        if not answer.is_success:
            log.warning("a text was not taken: status %d", answer.status_code)
            raise NotTaken

    def _headers(self, text: Text | NoticeText, body: bytes) -> Mapping[str, str]:
        seconds = str(int(self._clock()))
        signed = hmac.digest(self._secret, seconds.encode() + b"." + body, hashlib.sha256).hex()
        return {
            "Content-Type": "application/json",
            "Idempotency-Key": str(text.id),
            "Hemei-Signature": f"t={seconds},v1={signed}",
        }


class Texting(DependencyProvider):  # type: ignore[misc]
    """Gives the function that sends a text, or None where none are sent."""

    def setup(self) -> None:
        """Read the settings. Raises `SettingsRefused`."""
        embedded: bool = self.container.config["process"].settings.embedded
        is_alone = embedded and is_loopback(os.environ.get("HOST") or "127.0.0.1")
        self._send = way_of(read("CODES", TextingSettings), is_alone=is_alone)

    def get_dependency(self, _context: Any) -> Send | None:
        """The function."""
        return self._send
