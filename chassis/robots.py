"""Robots of chat groups: a text is posted to the address that WeCom （企业微信） gave for a group."""

import logging
import socket
from collections.abc import Callable
from typing import Any

import httpx
from nameko.extensions import DependencyProvider

from chassis.green import beside
from chassis.texting import PATIENCE, NotTaken

log = logging.getLogger(__name__)

Say = Callable[[str, str], None]
"""Says a text in the group whose robot has this address. Raises `NotTaken`."""


class Robots:
    """Speaks through robots of groups. One that answers with an `errcode` other than 0 has not taken the text; a robot
    takes 20 texts a minute."""

    def __init__(self, *, transport: httpx.BaseTransport | None = None) -> None:
        self._client = httpx.Client(transport=transport, timeout=PATIENCE, trust_env=False, follow_redirects=False)

    def __call__(self, url: str, text: str) -> None:
        """Say one text. Raises `NotTaken`; the address holds a key, and is told nowhere."""
        try:
            address = httpx.URL(url)
            beside(socket.getaddrinfo, address.host, address.port or 443)
            answer = self._client.post(address, json={"msgtype": "text", "text": {"content": text}})
            code = answer.json().get("errcode") if answer.is_success else f"status {answer.status_code}"
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError, AttributeError) as error:
            log.warning("a group's robot took no text: %s", type(error).__name__)
            raise NotTaken from None
        if code != 0:
            log.warning("a group's robot took no text: %.20s", code)
            raise NotTaken


class Speaking(DependencyProvider):  # type: ignore[misc]
    """Gives the function that says a text in a group."""

    def setup(self) -> None:
        """One client for all groups."""
        self._robots = Robots()

    def get_dependency(self, _context: Any) -> Say:
        """The function."""
        return self._robots
