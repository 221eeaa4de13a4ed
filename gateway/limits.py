"""How often somebody may ask: a bucket of tokens for each rule and account, address or telephone.

Every process of the gateway counts for itself: with three of them somebody may get three times as much, at most.
A library would not do better here: `limits` (and Flask-Limiter, which is built on it) keeps a counter for every address
that ever came until it runs out, without a bound, has no bucket that fills evenly, and shares counters between
processes only through a Redis or memcached that this system does not otherwise need.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from ipaddress import ip_address, ip_network
from math import ceil
from secrets import token_bytes
from time import monotonic
from typing import NamedTuple, Protocol

import msgspec
from flask import Flask, g, request
from werkzeug.middleware.proxy_fix import ProxyFix

from contracts.errors import TooMany
from gateway.config import GatewaySettings, is_loopback

MOST = 20_000
"""Buckets of one rule; so many take about five megabytes."""

TOGETHER = 60
"""People who may sign in through one address that is known to stand for many, as if each came from their own."""

SIGNING_IN = frozenset({"sign_in", "sign_in_by_code", "send_code"})
SENDING_CODES = frozenset({"send_code"})
FILING = frozenset({"file_grievance", "join_grievance"})
JOINING = frozenset({"join_grievance"})
PICTURING = frozenset({"add_picture"})
LOOKING_UP = frozenset({"look_up_caller"})
IMPORTING = frozenset({"import_places", "import_people"})
"""Views by what they cost, whatever blueprint they belong to: those of pages bear the names of those of the API."""

PICTURES_EACH = 5
"""Pictures that may come with a filing."""

JOINS_EACH = 10
"""How often "me too" may be said to one matter from one address in an hour by people without an account: a home has
fewer people, a provider may give one address to many homes."""

UNPAID = frozenset({"resident", "volunteer", "partner", "viewer"})
"""Roles of people who look after something now and then; all others work here all day."""

DIGITS_OF_A_PHONE = 11

MINUTE, HOUR = 60.0, 3600.0


class Asker(Protocol):
    """Whoever signed in."""

    @property
    def account(self) -> str:
        """The number of the account."""

    @property
    def kind(self) -> str:
        """A `person`, or a `key` of another system."""

    @property
    def roles(self) -> Iterable[str]:
        """What the account may be."""


@dataclass(frozen=True)
class Rule:
    """So many times in so many seconds: all at once, or evenly as the bucket fills again."""

    times: int
    seconds: float

    @property
    def interval(self) -> float:
        """Seconds in which one token comes back."""
        return self.seconds / self.times


class Buckets:
    """The buckets of one rule; the one that was longest not asked for is forgotten first, which fills it."""

    def __init__(self, rule: Rule, *, most: int = MOST, clock: Callable[[], float] = monotonic) -> None:
        self._rule, self._most, self._clock = rule, most, clock
        self._full_at: OrderedDict[str, float] = OrderedDict()

    def __len__(self) -> int:
        return len(self._full_at)

    def take(self, key: str) -> None:
        """Take a token. Raises `TooMany`, which takes none, where there is none left."""
        now = self._clock()
        full_at = max(now, self._full_at.pop(key, now)) + self._rule.interval
        # Half a token is given away, so that sums of fractions never withhold the last one.
        if (wait := full_at - now - self._rule.seconds) > self._rule.interval / 2:
            self._keep(key, full_at - self._rule.interval)
            raise TooMany(retry_after=ceil(wait))
        self._keep(key, full_at)

    def _keep(self, key: str, full_at: float) -> None:
        self._full_at[key] = full_at
        if len(self._full_at) > self._most:
            self._full_at.popitem(last=False)


class Client(NamedTuple):
    """Who is counted, and whether they work here: staff, other systems, this machine."""

    key: str
    works_here: bool


class Limits:
    """Every rule of the door with its buckets."""

    def __init__(self, settings: GatewaySettings, clock: Callable[[], float] = monotonic) -> None:
        def buckets(times: int, seconds: float = MINUTE) -> Buckets:
            return Buckets(Rule(times, seconds), clock=clock)

        self._settings = settings
        self._sign_ins = buckets(settings.sign_ins_per_minute)
        self._shared_sign_ins = buckets(settings.sign_ins_per_minute * TOGETHER)
        self._codes = buckets(settings.codes_per_hour, HOUR)
        self._filings = buckets(settings.filings_per_minute)
        self._joins = buckets(JOINS_EACH, HOUR)
        self._pictures = buckets(settings.filings_per_minute * PICTURES_EACH)
        self._look_ups = buckets(settings.look_ups_per_minute)
        self._imports = buckets(settings.imports_per_minute)
        self._requests = buckets(settings.requests_per_minute)
        self._work = buckets(settings.work_per_minute)
        self._secret = token_bytes(32)

    def count(self, view: str, who: Asker | None) -> None:
        """Let the current request pass, which `view` answers. Raises `TooMany`."""
        client = self._client(view, who)
        self._buckets(view, client, who).take(client.key)
        if view in JOINING and who is None and not client.works_here:
            self._joins.take(f"{client.key} {(request.view_args or {}).get('id', '')}")
        if view in SENDING_CODES and (phone := _phone()):
            self._codes.take(blake2b(phone.encode(), key=self._secret, digest_size=16).hexdigest())

    def _client(self, view: str, who: Asker | None) -> Client:
        if who is not None and view not in SIGNING_IN:
            return Client(who.account, who.kind == "key" or not UNPAID.issuperset(who.roles))
        address = request.remote_addr or ""
        return Client(network(address), not self._tells_people_apart(address))

    def _tells_people_apart(self, address: str) -> bool:
        """Whether an address stands for a person: this machine's own does not, nor that of a proxy unheard of."""
        if self._settings.trusted_proxies:
            return True
        return not self._settings.behind_proxy and not is_loopback(address)

    def _buckets(self, view: str, client: Client, who: Asker | None) -> Buckets:
        if view in IMPORTING and who is not None:
            return self._imports
        if view in LOOKING_UP and who is not None:
            return self._look_ups
        if view in SIGNING_IN:
            return self._shared_sign_ins if client.works_here else self._sign_ins
        if client.works_here:
            return self._work
        if view in IMPORTING:
            return self._imports
        if view in PICTURING:
            return self._pictures
        return self._filings if view in FILING else self._requests


def _signed_in() -> Asker | None:
    who: Asker | None = g.get("who")
    return who


def limit(app: Flask, settings: GatewaySettings, who: Callable[[], Asker | None] = _signed_in) -> None:
    """Let every request to `app` be counted for whoever it comes from, before anything else is done for it."""
    if settings.trusted_proxies:
        proxies = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]
    limits = Limits(settings)

    @app.before_request
    def _count() -> None:
        limits.count((request.endpoint or "").rpartition(".")[2], who())


@lru_cache(maxsize=4096)
def network(address: str) -> str:
    """The address; of the newer kind the half that a provider gives to one home, which has the other half to itself."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address[:64]
    parsed = getattr(parsed, "ipv4_mapped", None) or parsed
    return str(parsed) if parsed.version == 4 else str(ip_network(f"{parsed}/64", strict=False))


def _phone() -> str:
    """The telephone that the request names; "" where it names none, which its view refuses."""
    try:
        sent = msgspec.json.decode(request.get_data()) if request.is_json else request.form.to_dict()
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError, OSError):
        return ""
    named = sent.get("phone") if isinstance(sent, dict) else None
    digits = "".join(filter(str.isdigit, named)) if isinstance(named, str) else ""
    return digits[-DIGITS_OF_A_PHONE:]
