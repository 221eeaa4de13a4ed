"""What lies below what, and what is closed: places and the ways down to them, asked of the organization once and
remembered for a while."""

from collections import OrderedDict
from threading import Lock
from time import monotonic
from typing import NamedTuple

from flask import current_app

from contracts.errors import NotFound, Unavailable
from gateway.http import ask

REMEMBERED = 300.0
"""Seconds; a place seldom moves, and whoever leads it may see it from its old place for so long. One that was closed
through another door may be reported from for so long."""

MOST = 20_000
"""Places remembered, about 10 MB."""

PATIENCE = 1.5
"""Seconds that a filing waits to hear whether its place is closed."""

NOT_ASKED_AGAIN = 15.0
"""Seconds in which nobody waits for an organization that has just not answered."""


class Known(NamedTuple):
    """What is remembered of a place: the codes on the way down to it, what it is called, and whether it is closed."""

    until: float
    way: frozenset[str]
    name: str
    is_closed: bool


class Tree:
    """Places and the ways down to them; `forget` lets go of one that has changed."""

    def __init__(self) -> None:
        self._places: OrderedDict[tuple[str, str], Known] = OrderedDict()
        self._away_until = 0.0
        self._turn = Lock()

    def way(self, community: str, place: str) -> frozenset[str]:
        """The codes of a place and of everything above it; none where there is no such place. Raises `Unavailable`."""
        try:
            return (self._remembered(community, place) or self._asked(community, place)).way
        except NotFound:
            # Not remembered: it may be imported in the next moment.
            return frozenset()

    def closed_name(self, community: str, place: str) -> str | None:
        """What a closed place is called; None where it is in use, where there is none, and where nobody can tell now.
        One that was closed is asked for each time: it may be opened again in the next moment."""
        known = self._remembered(community, place)
        try:
            if known is None or known.is_closed:
                known = self._asked_in_time(community, place)
        except (NotFound, Unavailable):
            return None
        return known.name if known.is_closed else None

    def forget(self, community: str, place: str) -> None:
        """Ask for a place anew."""
        with self._turn:
            self._places.pop((community, place), None)

    def _remembered(self, community: str, place: str) -> Known | None:
        known = self._places.get((community, place))
        return known if known is not None and known.until > monotonic() else None

    def _asked_in_time(self, community: str, place: str) -> Known:
        if self._away_until > monotonic():
            raise Unavailable(service="organization")
        try:
            return self._asked(community, place, PATIENCE)
        except Unavailable:
            self._away_until = monotonic() + NOT_ASKED_AGAIN
            raise

    def _asked(self, community: str, place: str, patience: float | None = None) -> Known:
        told = ask("organization", "get_place", {"community": community, "code": place}, patience)
        way = frozenset(step["code"] for step in told["path"])
        known = Known(monotonic() + REMEMBERED, way, told["name"], told["closed_on"] is not None)
        with self._turn:
            self._places[(community, place)] = known
            while len(self._places) > MOST:
                self._places.popitem(last=False)
        return known


def known_tree() -> Tree:
    """The places that this door remembers."""
    tree: Tree = current_app.extensions["tree"]
    return tree


def lies_below(community: str, place: str, above: str) -> bool:
    """Whether a place is `above`, or lies below it."""
    return place == above or above in known_tree().way(community, place)
