"""Routes of neighbours: what is open near by, and joining it instead of filing it twice."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4, uuid5

from flask import current_app, g

from chassis.green import all_at_once
from chassis.scope import within_scope
from contracts.errors import Error
from contracts.grievance.schemas import neighbours as schemas
from gateway import access
from gateway.http import ask
from gateway.reporters import leave_neighbour
from gateway.routes import Routes, page_of

routes = Routes("neighbours", __name__, description="附近的事与附议 · Neighbours: open matters, and me too")


@routes.operation(
    "GET", "/nearby", access.read_nearby, page_of(schemas.NearbyOut), query=schemas.ListNearby(), refuses=(422,)
)
def list_nearby(query: dict[str, Any]) -> Any:
    """附近未办结的事，不含描述与个人 · Open matters near by, without words and persons"""
    found = ask("grievance", "list_nearby", query)
    codes = sorted({each["place"] for each in found["items"]})
    named = all_at_once(_namer(query["community"]), codes)
    names = dict(zip(codes, named, strict=True))
    for each in found["items"]:
        each["place_name"] = names[each["place"]]
    return found


def _namer(community: str) -> Callable[[str], str]:
    """Tells what a place of the community is called; its code, where that cannot be told now."""
    asked, within = current_app.extensions["ask"], g.reach.communities

    def name(code: str) -> str:
        try:
            with within_scope(within):
                return str(asked("organization", "get_place", {"community": community, "code": code})["name"])
        except Error:
            return code

    return name


@routes.operation(
    "POST",
    "/grievances/<id:id>/me-too",
    access.join_grievances,
    schemas.JoinedOut,
    body=schemas.JoinStep(),
)
def join_grievance(body: dict[str, Any], id: str) -> Any:
    """我也遇到了，每位邻居计一次 · Me too: each account, telephone or page counts once"""
    account = g.who.account if g.who else None
    # The page that sends the same again is told the same; nobody else can make its id.
    key = body.get("key", "")  # there need be no body at all
    made = uuid5(UUID(id), key) if key and not account else uuid4()
    told = ask("grievance", "join_grievance", {**body, "id": id, "neighbour_id": str(made), "account": account})
    leave_neighbour(told, body.get("phone"), g.who)
    return told
