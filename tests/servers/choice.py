"""Which way leads to a server: the first that works, or every reason why none did."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

import pytest

WAYS = ("given", "standard", "container", "local", "install")
"""In the order they are tried: an address given, the standard port, a container engine, programs installed
here, programs installed now. `HEMEI_TEST_SERVERS=local,install` leaves only those two."""


class NotPossible(Exception):
    """This way leads to no server; the text says why."""


class WrongAddress(Exception):
    """An address was given and nothing usable answers there: no other way is tried, someone meant this one."""


class Unobtainable(Exception):
    """No way led to a server; the text names each way with its reason."""


Stop = Callable[[], object]
Control = Callable[[Sequence[str]], str]


def nothing_to_stop() -> None:
    """A server that ran before the tests goes on afterwards."""


@dataclass(frozen=True, kw_only=True)
class Server:
    """A server that answers at `url`.

    `origin` says in words where it comes from. `control` runs one command of the server's own
    administration program and returns what it printed; None where there is no such program.
    """

    url: str
    origin: str
    stop: Stop = nothing_to_stop
    control: Control | None = None


Way = Callable[[], Server]


def allowed_ways(environ: Mapping[str, str]) -> tuple[str, ...]:
    """The ways that `HEMEI_TEST_SERVERS` leaves open, in the order they are tried."""
    named = {way.strip() for way in environ.get("HEMEI_TEST_SERVERS", "").split(",") if way.strip()}
    unknown = named - set(WAYS)
    if unknown:
        raise WrongAddress(f"HEMEI_TEST_SERVERS: unknown {', '.join(sorted(unknown))}; known are {', '.join(WAYS)}")
    return tuple(way for way in WAYS if not named or way in named)


def obtain(ways: Mapping[str, Way], allowed: Sequence[str] = WAYS) -> Server:
    """The server of the first allowed way that leads to one. Raises `Unobtainable` or `WrongAddress`."""
    reasons = []
    for name in allowed:
        try:
            return ways[name]()
        except NotPossible as reason:
            reasons.append(f"{name}: {reason}")
    raise Unobtainable("; ".join(reasons))


def refuse(reason: str, environ: Mapping[str, str]) -> NoReturn:
    """A missing server skips the test on a laptop and fails it in CI."""
    if environ.get("CI", "").lower() in {"true", "1"}:
        pytest.fail(f"needed in CI, and not to be had: {reason}", pytrace=False)
    pytest.skip(reason)
