"""Routes of neighbours: what is open near by, and joining it instead of filing it twice."""

from typing import Any
from uuid import uuid4

from flask import g

from contracts.grievance.schemas import neighbours as schemas
from gateway import access
from gateway.http import ask
from gateway.routes import Routes, page_of

routes = Routes("neighbours", __name__, description="附近的事与附议 · Neighbours: open matters, and me too")


@routes.operation(
    "GET", "/nearby", access.read_nearby, page_of(schemas.NearbyOut), query=schemas.ListNearby(), refuses=(422,)
)
def list_nearby(query: dict[str, Any]) -> Any:
    """附近未办结的事,不含描述与个人 · Open matters near by, without words and persons"""
    return ask("grievance", "list_nearby", query)


@routes.operation(
    "POST",
    "/grievances/<id:id>/me-too",
    access.join_grievances,
    schemas.JoinedOut,
    body=schemas.JoinStep(),
)
def join_grievance(body: dict[str, Any], id: str) -> Any:
    """我也遇到了,每位邻居计一次 · Me too: each neighbour counts once"""
    account = g.who.account if g.who else None
    return ask("grievance", "join_grievance", {**body, "id": id, "neighbour_id": str(uuid4()), "account": account})
