"""Choosing a courtyard, for those who came without its code: a community, then one of its courtyards."""

from typing import Any

from flask import request

from gateway.pages.api import api

SHOWN = 50
"""Communities or courtyards on a page: more than a community has, so that most people need not search or turn it."""

MOST = 40
"""Characters that something is looked for by; what is longer is cut, for no name goes on so."""


def courtyards_to_choose() -> dict[str, Any]:
    """The community that was chosen (`community`; the only one is), a page of its courtyards or else of the
    communities (`found`), what was looked for (`q`), and whether there is another community, for a template."""
    one = api("list_directory", query={"page_size": 1})
    community = request.args.get("community", "") or (one["items"][0]["code"] if one["total"] == 1 else "")
    found = api("list_courtyards", query=_asked(), community=community) if community else communities_looked_for()
    return {"community": community, "found": found, "q": looked_for(), "has_others": one["total"] > 1}


def communities_looked_for() -> dict[str, Any]:
    """A page of the communities that are called as somebody wrote; of all of them, where nothing was written."""
    found: dict[str, Any] = api("list_directory", query=_asked())
    return found


def _asked() -> dict[str, Any]:
    q = looked_for()
    return {"page": request.args.get("page", 1), "page_size": SHOWN} | ({"q": q} if q else {})


def looked_for() -> str:
    """What somebody wrote to find a place by, as much of it as a name has."""
    return request.args.get("q", "").strip()[:MOST]
