"""E-mail: handed to an SMTP server, encrypted on the way unless it stands on this machine."""

import logging
import smtplib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta
from nameko.extensions import DependencyProvider

from chassis.config import SettingsRefused, is_loopback, read
from chassis.config import secret as told_to_nobody
from chassis.green import beside
from chassis.texting import NotTaken

log = logging.getLogger(__name__)

PATIENCE = 10.0
"""Seconds that the server may take for each answer."""


@dataclass(frozen=True, kw_only=True)
class MailSettings:
    """The SMTP server that takes e-mail, from `MAIL_…` variables."""

    host: Annotated[str, Meta(description="SMTP 服务器；空则不发邮件 / SMTP server; empty: no e-mail is sent")] = ""
    port: Annotated[int, Meta(ge=1, le=65535, description="SMTP 端口 / its port")] = 587
    security: Annotated[
        str,
        Meta(
            pattern="^(starttls|ssl|none)$",
            description="starttls 先明文后加密（587）；ssl 一开始即加密（465）；none 只许本机 / "
            "starttls: encrypted after the greeting; ssl: from the start; none: only where the server is this machine",
        ),
    ] = "starttls"
    user: Annotated[str, Meta(description="登录名，空则不登录 / user, empty: nobody signs in")] = told_to_nobody()
    password: Annotated[str, Meta(description="密码 / password")] = told_to_nobody()
    sender: Annotated[
        str,
        Meta(pattern=r"^([^@\s<>]+@[^@\s<>]+)?$", description="发件地址 / address that e-mail comes from"),
    ] = ""
    sender_name: Annotated[str, Meta(max_length=40, description="发件人名称 / name that it comes from")] = "和美 Hemei"


@dataclass(frozen=True, kw_only=True)
class Mail:
    """An e-mail on its way; the same `id` sent twice is the same one."""

    id: UUID
    to: str
    subject: str
    text: str


Post = Callable[[Mail], None]


def way_of(settings: MailSettings, *, trust: ssl.SSLContext | None = None) -> "Server | None":
    """How e-mail is sent; None where none is. Raises `SettingsRefused`."""
    if not settings.host:
        return None
    if not settings.sender:
        raise SettingsRefused("MAIL_HOST: needs MAIL_SENDER, the address that e-mail comes from")
    if settings.security == "none" and not is_loopback(settings.host):
        raise SettingsRefused("MAIL_SECURITY=none: only where MAIL_HOST is this machine")
    return Server(settings, trust)


class Server:
    """Hands e-mail to the SMTP server, one connection each. Whom it trusts is what the machine trusts."""

    def __init__(self, settings: MailSettings, trust: ssl.SSLContext | None = None) -> None:
        self._settings, self._trust = settings, trust

    def __call__(self, mail: Mail) -> None:
        """Send one. Raises `NotTaken`, which tells nothing of what was sent."""
        try:
            with self._connected() as server:
                server.send_message(self.written(mail))
        except (smtplib.SMTPException, OSError, UnicodeError) as error:
            log.warning("an e-mail was not taken: %s", type(error).__name__)
            raise NotTaken from None

    def written(self, mail: Mail) -> EmailMessage:
        """The e-mail with its headers, which carry any script."""
        message = EmailMessage(policy=SMTP)
        settings = self._settings
        name, _, domain = settings.sender.rpartition("@")
        message["From"] = Address(display_name=settings.sender_name, username=name, domain=domain)
        message["To"] = mail.to
        message["Subject"] = mail.subject
        message["Date"] = format_datetime(datetime.now(UTC))
        message["Message-ID"] = f"<{mail.id}@{domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(mail.text, cte="base64")
        return message

    def _connected(self) -> smtplib.SMTP:
        settings = self._settings
        # Its name is looked up beside: the look-up blocks, and would hold up all other work.
        beside(socket.getaddrinfo, settings.host, settings.port)
        if settings.security == "ssl":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                settings.host, settings.port, timeout=PATIENCE, context=self._trusted()
            )
        else:
            server = smtplib.SMTP(settings.host, settings.port, timeout=PATIENCE)
        try:
            if settings.security == "starttls":
                server.starttls(context=self._trusted())
            if settings.user:
                server.login(settings.user, settings.password)
        except BaseException:
            server.close()
            raise
        return server

    def _trusted(self) -> ssl.SSLContext:
        return self._trust or ssl.create_default_context()


class Mailing(DependencyProvider):  # type: ignore[misc]
    """Gives the function that sends an e-mail, or None where none is sent."""

    def setup(self) -> None:
        """Read the settings. Raises `SettingsRefused`."""
        self._send = way_of(read("MAIL", MailSettings))

    def get_dependency(self, _context: Any) -> Post | None:
        """The function."""
        return self._send
