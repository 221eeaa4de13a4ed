"""Which community the office looks at: its own, or the one chosen where it has several."""

from flask import g, request

from contracts.errors import Unauthenticated
from contracts.organization.errors import CommunityNotFound
from gateway.errors import NotAllowed
from gateway.pages.api import every
from gateway.reach import CODE

ROLES = ("office", "secretary")


def communities() -> list[str]:
    """The communities that whoever looks works for. Raises `Unauthenticated`, or `NotAllowed` where there is none."""
    who = g.get("who")
    if who is None:
        raise g.get("refusal") or Unauthenticated()
    held = {grant.community for grant in who.grants if grant.role in ROLES}
    if not held:
        raise NotAllowed
    found = {code for code in held if len(code) == CODE}
    if wide := tuple(held - found):  # a street, a county or everything
        found |= {each["code"] for each in every("list_communities") if each["code"].startswith(wide)}
    return sorted(found)


def community() -> str:
    """The one that is looked at: named in the address, else the first. Raises as `communities` does."""
    mine = communities()
    asked = request.values.get("community", "")
    if not mine:
        raise CommunityNotFound(community=asked)
    return asked if asked in mine else mine[0]
