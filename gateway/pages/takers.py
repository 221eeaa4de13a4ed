"""To whom a case can be handed: who holds a post today from which cases are led, and is not away."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from contracts.errors import Error
from gateway.pages.api import every, may
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
    today, buildings = datetime.now(CHINA).date().isoformat(), _Buildings(community)
    on = {"community": community, "on": today}
    left_out = {leave["person_id"] for leave in every("list_leaves", query=on)} | {(leader or {}).get("id")}
    found = []
    for kind in KINDS:
        people = []
        for term in every("list_posts", query={**on, "kind": kind}):
            if term["person_id"] not in left_out:
                left_out.add(term["person_id"])
                people.append((term["person_id"], f"{term['person_name']} · {buildings.name(term)}"))
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


class _Buildings:
    """What buildings are called with their courtyard before them: all of them asked for at once, once somebody leads
    one."""

    def __init__(self, community: str) -> None:
        self._community = community
        self._names: dict[str, str] | None = None

    def name(self, term: Mapping[str, Any]) -> str:
        """The place of a post."""
        if term["kind"] != "building_leader":
            return str(term["place_name"])
        if self._names is None:
            found = every("list_places", query={"kind": "building"}, community=self._community)
            self._names = {place["code"]: place["called"] for place in found}
        return self._names.get(term["place"], str(term["place_name"]))
