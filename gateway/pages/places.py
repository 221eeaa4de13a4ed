"""What places are called, with what they lie in: asked of the organization once and remembered for a while."""

from collections import OrderedDict
from time import monotonic

from flask import current_app

from contracts.errors import Error
from gateway.http import ask

REMEMBERED = 300.0
"""Seconds; a place is seldom renamed."""

MOST = 20_000

Known = OrderedDict[tuple[str, str], tuple[float, tuple[str, ...]]]


def place_name(community: str, code: str) -> str:
    """The name of a place below its grid: 陇海花苑 1号楼; its code where nobody can tell."""
    names = _names_to(community, code)
    return " ".join(names[2:] or names[-1:]) or code


def place_in_grid(community: str, code: str) -> str:
    """The same with its grid before it, for those who work in several."""
    names = _names_to(community, code)
    return " ".join(names[1:] or names) or code


def _names_to(community: str, code: str) -> tuple[str, ...]:
    """The names on the way down to a place; none where nobody can tell. For those who were shown its code: that they
    may see it is not asked again."""
    known: Known = current_app.extensions.setdefault("place_names", OrderedDict())
    until, names = known.get((community, code), (0.0, ()))
    if until > monotonic():
        return names
    try:
        path = ask("organization", "get_place", {"community": community, "code": code})["path"]
    except (Error, KeyError):
        return ()
    names = tuple(step["name"] for step in path)
    known[community, code] = (monotonic() + REMEMBERED, names)
    while len(known) > MOST:
        known.popitem(last=False)
    return names
