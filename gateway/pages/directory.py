"""Choosing a courtyard, for those who came without its code: a community, then one of its courtyards."""

from typing import Any

from flask import request

from gateway.pages.api import every


def courtyards_to_choose() -> dict[str, Any]:
    """The communities, the one that was chosen (`community`; the only one is), and its courtyards, for a template."""
    communities = list(every("list_directory"))
    community = request.args.get("community", "")
    if not community and len(communities) == 1:
        community = communities[0]["code"]
    courtyards = list(every("list_courtyards", community=community)) if community else []
    return {"communities": communities, "community": community, "courtyards": courtyards}
