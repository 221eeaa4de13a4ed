"""What lies below what: the ways down the place tree, asked of the organization once and remembered for a while."""

from collections import OrderedDict
from threading import Lock
from time import monotonic

from flask import current_app

from contracts.errors import NotFound
from gateway.http import ask

REMEMBERED = 300.0
"""Seconds; a place seldom moves, and whoever leads it may see it from its old place for so long."""

MOST = 20_000
"""Ways remembered, about 10 MB."""


class Tree:
    """Ways from a community down to its places; `clear` forgets them."""

    def __init__(self) -> None:
        self._ways: OrderedDict[tuple[str, str], tuple[float, frozenset[str]]] = OrderedDict()
        self._turn = Lock()

    def way(self, community: str, place: str) -> frozenset[str]:
        """The codes of a place and of everything above it; none where there is no such place. Raises `Unavailable`."""
        known = self._ways.get((community, place))
        if known is not None and known[0] > monotonic():
            return known[1]
        try:
            path = ask("organization", "get_place", {"community": community, "code": place})["path"]
        except NotFound:
            # Not remembered: it may be imported in the next moment.
            return frozenset()
        found = frozenset(step["code"] for step in path)
        with self._turn:
            self._ways[(community, place)] = (monotonic() + REMEMBERED, found)
            while len(self._ways) > MOST:
                self._ways.popitem(last=False)
        return found


def lies_below(community: str, place: str, above: str) -> bool:
    """Whether a place is `above`, or lies below it."""
    if place == above:
        return True
    tree: Tree = current_app.extensions["tree"]
    return above in tree.way(community, place)
