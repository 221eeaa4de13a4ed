"""To whom a case can be handed: who holds a post today from which cases are led, and is not away."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from contracts.errors import Error
from gateway.pages.api import every, may
from gateway.pages.places import place_in_grid
from gateway.pages.speech import CHINA
from gateway.pages.wording import POSTS

KINDS = ("community_secretary", "grid_leader", "building_leader")


class Takers(NamedTuple):
    """Those who hold a kind of post: what it is called, and of each the id and what they are called."""

    called: str
    people: list[tuple[str, str]]


def takers(community: str, leader: Mapping[str, Any] | None) -> list[Takers]:
    """Everybody but whoever leads it now, each once, by post. Whoever must stand aside is refused by the service, which
    knows whom the case is about."""
    today = datetime.now(CHINA).date().isoformat()
    on = {"community": community, "on": today}
    left_out = {leave["person_id"] for leave in every("list_leaves", query=on)} | {(leader or {}).get("id")}
    found = []
    for kind in KINDS:
        people = []
        for term in every("list_posts", query={**on, "kind": kind}):
            if term["person_id"] not in left_out:
                left_out.add(term["person_id"])
                people.append((term["person_id"], f"{term['person_name']} · {_where(term)}"))
        if people:
            found.append(Takers(str(POSTS[kind]), people))
    return found


def offered_takers(community: str) -> list[Takers]:
    """Everybody, for several cases at once; nobody for who may not read posts, or where nobody can tell now: the other
    steps are taken without them as well."""
    try:
        return takers(community, None) if may("list_posts") else []
    except Error:
        return []


def _where(term: Mapping[str, Any]) -> str:
    if term["kind"] != "building_leader":
        return str(term["place_name"])
    return place_in_grid(term["community"], term["place"])
