"""What places are called, with what they lie in: asked of the organization once and remembered for a while."""

from collections import OrderedDict
from time import monotonic

from flask import current_app

from contracts.errors import Error
from gateway.http import ask

REMEMBERED = 300.0
"""Seconds; a place is seldom renamed."""

MOST = 20_000

Known = OrderedDict[tuple[str, str], tuple[float, str]]


def place_name(community: str, code: str) -> str:
    """The name of a place below its grid: 陇海花苑 1号楼; its code where nobody can tell. For those who were shown the
    code: that they may see it is not asked again."""
    known: Known = current_app.extensions.setdefault("place_names", OrderedDict())
    until, name = known.get((community, code), (0.0, ""))
    if until > monotonic():
        return name
    try:
        path = ask("organization", "get_place", {"community": community, "code": code})["path"]
    except (Error, KeyError):
        return code
    name = " ".join(step["name"] for step in (path[2:] or path[-1:]))
    known[community, code] = (monotonic() + REMEMBERED, name)
    while len(known) > MOST:
        known.popitem(last=False)
    return name
