"""Routes for those who answer the telephone: who calls, what they reported before, and "me too" in their name."""

from typing import Any
from uuid import uuid4

from marshmallow import Schema, fields

from contracts.grievance.schemas import GrievanceRow, neighbours
from contracts.organization.schemas import CallerKnownOut
from gateway import access
from gateway.api.grievances import GRIEVANCE
from gateway.audited import AUDITED, record_reading
from gateway.http import ask
from gateway.reporters import leave_neighbour
from gateway.routes import Routes
from gateway.whereabouts import InAddress

routes = Routes("callers", __name__, description="来电：是谁、以前反映过什么 · Callers, and what they said before")

MOST_PEOPLE, MOST_MATTERS = 10, 20
"""What is looked at while somebody waits on the line; how many there are in all is told."""


class MatterOfCallerOut(GrievanceRow):
    """A case of somebody who calls."""

    came_as = fields.String(
        metadata={"description": "filer 提交人, neighbour 附议 / whether they filed it or joined it as a neighbour"}
    )


class CallerOut(Schema):
    """Who calls, as far as the community knows, and what they reported before."""

    community = fields.String()
    people = fields.List(
        fields.Nested(CallerKnownOut), metadata={"description": "登记了这个电话的人 / people registered with it"}
    )
    matters = fields.List(
        fields.Nested(MatterOfCallerOut),
        metadata={"description": "用这个电话反映或附议的诉求，未办结的在前 / filed or joined with it, open ones first"},
    )
    total = fields.Integer(metadata={"description": "共几件 / how many in all"})


@routes.operation(
    "POST",
    "/communities/<community:community>/callers",
    access.look_up_callers,
    CallerOut,
    at=InAddress(),
    body=neighbours.Caller(),
)
@routes.doc(**{AUDITED: ["contact"]})
def look_up_caller(body: dict[str, Any], community: str) -> Any:
    """来电弹屏：是谁、以前反映过什么，查阅留痕 · Who calls and what they reported before; who looks is recorded"""
    asked = {"community": community, "phone": body["phone"], "page": 1}
    people = ask("organization", "find_people_by_phone", {**asked, "page_size": MOST_PEOPLE})["items"]
    found = ask("grievance", "list_of_caller", {**asked, "page_size": MOST_MATTERS})
    matters = [{name: value for name, value in each.items() if name != GRIEVANCE.owner} for each in found["items"]]
    # Also where nobody was found: that a number was tried is what shows whether somebody tries numbers out.
    record_reading("contact", community, [each["id"] for each in (*people, *matters)], usually="phone_call")
    return {"community": community, "people": people, "matters": matters, "total": found["total"]}


@routes.operation(
    "POST",
    "/grievances/<id:id>/callers",
    access.join_for_callers,
    neighbours.JoinedOut,
    at=GRIEVANCE.first,
    body=neighbours.JoinForCallerStep(),
    refuses=(422,),
)
def join_for_caller(body: dict[str, Any], id: str) -> Any:
    """来电人也遇到了，每人计一次 · Me too for somebody who called: each counts once"""
    told = ask("grievance", "join_for_caller", {**body, "id": id, "neighbour_id": str(uuid4())})
    leave_neighbour(told, body["phone"], None)
    return told
