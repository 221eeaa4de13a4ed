"""Routes of the health service: elder records and home visits."""

from typing import Any
from uuid import uuid4

from contracts.health import schemas
from contracts.health.errors import ElderRecordNotFound, VisitNotFound
from gateway import access
from gateway.audited import current_reader
from gateway.http import ask
from gateway.places import check_community
from gateway.routes import Routes, page_of
from gateway.whereabouts import Filtered, InBody, Kept

routes = Routes("health", __name__, description="老年人健康档案与上门探访 · Elder records and home visits")

ELDER_RECORD = Kept("health", "get_elder_record", ElderRecordNotFound, place="household")
VISIT = Kept("health", "get_visit", VisitNotFound, place="place")


@routes.operation(
    "GET",
    "/elder-records",
    access.read_elder_records,
    page_of(schemas.ElderRecordRow),
    at=Filtered(place="place"),
    query=schemas.ListElderRecords(),
)
def list_elder_records(query: dict[str, Any]) -> Any:
    """老年人档案列表，不含健康内容 · List elder records, without findings"""
    return ask("health", "list_elder_records", query)


@routes.operation("GET", "/elder-records/<id:id>", access.read_elder_records, schemas.ElderRecordOut, at=ELDER_RECORD)
def get_elder_record(id: str) -> Any:
    """一位老年人的档案 · One elder's whole record"""
    return ask("health", "get_elder_record", {"id": id})


@routes.operation(
    "PATCH",
    "/elder-records/<id:id>",
    access.write_elder_records,
    schemas.ElderRecordRow,
    at=ELDER_RECORD.first,
    body=schemas.ElderRecordChanges(),
)
def update_elder_record(body: dict[str, Any], id: str) -> Any:
    """填写知情同意与健康内容 · Record an elder's consent and findings"""
    return ask("health", "update_elder_record", {**body, "id": id, "recorded_by": current_reader().account})


@routes.operation(
    "GET",
    "/visits",
    access.list_visits,
    page_of(schemas.VisitRow),
    at=Filtered(place="place"),
    query=schemas.ListVisits(),
)
def list_visits(query: dict[str, Any]) -> Any:
    """上门探访列表，先到期的在前 · List home visits, those due first first"""
    return ask("health", "list_visits", query)


@routes.operation(
    "POST",
    "/visits",
    access.plan_visits,
    schemas.VisitRow,
    at=InBody("place"),
    status=201,
    body=schemas.NewVisit(),
    refuses=(404, 409),
)
def plan_visit(body: dict[str, Any]) -> Any:
    """安排上门探访 · Plan a home visit"""
    check_community(body, "place")
    return ask("health", "plan_visit", {**body, "id": str(uuid4())})


@routes.operation("GET", "/visits/<id:id>", access.read_visits, schemas.VisitOut, at=VISIT)
def get_visit(id: str) -> Any:
    """一次上门探访 · One home visit"""
    return ask("health", "get_visit", {"id": id})


@routes.operation(
    "POST",
    "/visits/<id:id>/done",
    access.make_visits,
    schemas.VisitRow,
    at=VISIT.first,
    body=schemas.CompleteVisitStep(),
)
def complete_visit(body: dict[str, Any], id: str) -> Any:
    """已探访，可附所见 · The visit took place, with what was found"""
    return ask("health", "complete_visit", {**body, "id": id})


@routes.operation(
    "POST", "/visits/<id:id>/miss", access.make_visits, schemas.VisitRow, at=VISIT.first, body=schemas.MissVisitStep()
)
def miss_visit(body: dict[str, Any], id: str) -> Any:
    """未能探访，须说明原因 · The visit did not take place, with the reason"""
    return ask("health", "miss_visit", {**body, "id": id})
