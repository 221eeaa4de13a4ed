"""RabbitMQ's management API: how its queues stand, which version it is, which alarms it has raised."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import msgspec
from kombu.utils.url import url_to_parts

from chassis.figures import BrokerFigures, QueueFigures

PATIENCE = 1.5
"""Seconds that an answer is waited for: an operator watches, and there is another way to the most needed figures."""

COLUMNS = ",".join(
    (
        "name",
        "messages_ready",
        "messages_unacknowledged",
        "consumers",
        "message_stats.publish_details.rate",
        "message_stats.ack_details.rate",
    )
)


MOST_TOLD = 16_000_000
"""Bytes of an answer that are read; a queue takes two hundred of them."""


class NotManaged(Exception):
    """The management API does not answer, or not as it should."""


@dataclass(frozen=True)
class Login:
    """Where the API is, and who asks about which virtual host."""

    url: str
    user: str
    password: str = field(repr=False)
    vhost: str

    @classmethod
    def of(cls, management_url: str, broker_url: str) -> "Login":
        """User and password stand in the first address or, failing that, in that of the broker; the virtual host is
        the broker's. Where the broker has several addresses, they are of one cluster."""
        parts, broker = urlsplit(management_url), url_to_parts(broker_url.split(";")[0])
        given = url_to_parts(management_url) if parts.username else broker
        return cls(
            without_login(management_url), given.username or "guest", given.password or "guest", broker.path or "/"
        )


def without_login(url: str) -> str:
    """The address without user and password, which is all that others are told."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl().rstrip("/")


class Management:
    """Asks the API. Its figures are those of the broker's own last count, some five seconds old. None of them is the
    age of a message: quorum queues do not tell it (RabbitMQ 3.10, `head_message_timestamp` of classic queues only)."""

    def __init__(self, login: Login) -> None:
        self._login = login
        # The broker is one of us: a proxy that leads out of the house would not find it.
        self._client = httpx.Client(
            base_url=login.url, auth=(login.user, login.password), timeout=PATIENCE, trust_env=False
        )

    def look(self) -> BrokerFigures:
        """How the broker stands now. Raises `NotManaged`."""
        queues = self._ask(f"/api/queues/{quote(self._login.vhost, safe='')}", {"columns": COLUMNS})
        overview = self._ask("/api/overview", {"columns": "rabbitmq_version"})
        try:
            return BrokerFigures(
                source="management",
                queues=tuple(_figures(queue) for queue in queues if not queue["name"].startswith("replies.")),
                address=self._login.url,
                version=str(overview["rabbitmq_version"]),
                alarms=self._alarms(),
            )
        except (KeyError, TypeError, AttributeError, msgspec.ValidationError) as error:
            raise NotManaged("an answer of another shape") from error

    def _alarms(self) -> tuple[str, ...]:
        """A check that fails answers 503 and says why; where one may not ask, none are known."""
        status, body = self._get("/api/health/checks/alarms", {})
        if status != httpx.codes.SERVICE_UNAVAILABLE:
            return ()
        return tuple(f"{each['resource']}: {each['node']}" for each in _read(body).get("alarms", ()))

    def _ask(self, path: str, query: Mapping[str, str]) -> Any:
        status, body = self._get(path, query)
        if status != httpx.codes.OK:
            raise NotManaged(f"{path.split('/')[2]} answers {status}")
        return _read(body)

    def _get(self, path: str, query: Mapping[str, str]) -> tuple[int, bytes]:
        """Status and body. No redirect is followed: nobody but the address that was set is asked."""
        body = bytearray()
        try:
            with self._client.stream("GET", path, params=query) as response:
                for piece in response.iter_bytes(65_536):
                    body += piece
                    if len(body) > MOST_TOLD:
                        raise NotManaged("an answer without end")
            return response.status_code, bytes(body)
        except httpx.HTTPError as error:
            raise NotManaged(type(error).__name__) from error


def _read(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NotManaged("no JSON") from error


def _figures(queue: Mapping[str, Any]) -> QueueFigures:
    """A queue that the broker has not counted yet tells its name only."""
    rates = queue.get("message_stats", {})
    told = {
        "name": queue["name"],
        "ready": queue.get("messages_ready", 0),
        "unacked": queue.get("messages_unacknowledged"),
        "consumers": queue.get("consumers", 0),
        "rate_in": rates.get("publish_details", {}).get("rate"),
        "rate_out": rates.get("ack_details", {}).get("rate"),
    }
    return msgspec.convert(told, QueueFigures)
