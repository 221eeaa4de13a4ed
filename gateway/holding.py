"""Who holds a case: whoever signs in for the post from which it is led. Accounts know posts by role and place only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import g

from contracts.organization.errors import CaseOver
from gateway.errors import NotYoursToGive
from gateway.reach import Reach, Who
from gateway.tree import lies_below
from gateway.whereabouts import Kept

ROLES = {"grid_leader": "grid_leader", "building_leader": "building_leader", "community_secretary": "secretary"}
"""The role under which somebody in a post signs in."""

ENDED = ("resolved", "rated", "closed", "rejected", "cancelled")

ORGANIZING = ("office", "secretary")
"""Who may give away cases that others lead."""


def leads(who: Who, case: Mapping[str, Any]) -> bool:
    """Whether a case, as the grievance service shows it, is led from a post of whoever asks."""
    leader = case.get("leader")
    if not leader:
        return False
    role, at, community = ROLES.get(leader["post"]), leader.get("at"), case["community"]
    held = [grant for grant in who.grants if grant.role == role and community.startswith(grant.community)]
    return any(_leads_at(grant.place, at, community, case["place"]) for grant in held)


def _leads_at(held_at: str | None, led_at: str | None, community: str, place: str) -> bool:
    if held_at is None:
        return True
    return held_at == led_at if led_at else lies_below(community, place, held_at)


def may_give_away(who: Who, case: Mapping[str, Any]) -> bool:
    """Whether they may let somebody else lead it: who leads it, the office and the secretary."""
    return leads(who, case) or any(
        grant.role in ORGANIZING and case["community"].startswith(grant.community) for grant in who.grants
    )


@dataclass(frozen=True)
class Held(Kept):
    """A case that only those may give away who hold it, and those who organize the work; and only while it is open,
    which the organization cannot tell of what ended before it was told of ends."""

    def _refuse_out_of_reach(self, reach: Reach, found: Mapping[str, Any]) -> None:
        super()._refuse_out_of_reach(reach, found)
        if not may_give_away(g.who, found):
            raise NotYoursToGive
        if found.get("status") in ENDED:
            raise CaseOver
