"""Routes of the grievance service: filing, following and settling grievances."""

from typing import Any
from uuid import uuid4

from flask import Response, g
from marshmallow import Schema, fields
from marshmallow.validate import Length, Regexp

from contracts.errors import Unavailable
from contracts.grievance import schemas
from contracts.grievance.errors import GrievanceNotFound, IdempotencyConflict
from contracts.grievance.schemas import receipts
from contracts.grievance.schemas.told import cut_for_filer
from gateway import access
from gateway.errors import PlaceOutOfUse
from gateway.http import answer, ask
from gateway.places import refuse_closed
from gateway.reporters import leave_reporter
from gateway.routes import Routes, page_of
from gateway.whereabouts import Filtered, InBody, Kept

routes = Routes("grievances", __name__, description="诉求：提交、办理、评价 · Grievances: filed, settled, rated")

GRIEVANCE = Kept(
    "grievance", "get_grievance", GrievanceNotFound, place="place", owner="filed_by", led="leader", cut=cut_for_filer
)


class _Key(Schema):
    idempotency_key = fields.String(
        data_key="Idempotency-Key",
        validate=[Length(min=1, max=200), Regexp(r"[\x21-\x7e]*\Z")],
        metadata={
            "description": "同一键、同一内容只受理一次，可放心重发 · The same key with the same body is taken once: "
            "sending again is safe; with another body it answers 409"
        },
    )


@routes.operation(
    "POST",
    "/grievances",
    access.file_grievances,
    schemas.Receipt,
    at=InBody("place"),
    status=201,
    headers=_Key(),
    body=schemas.NewGrievance(),
    refuses=(404, 409),
)
def file_grievance(key: dict[str, str], body: dict[str, Any]) -> Response:
    """报事 · File a grievance"""
    id = str(uuid4())
    filing = {**body, **key, "id": id, **_whose()}
    try:
        refuse_closed(body)
    except PlaceOutOfUse:
        if (told := _filed_before(filing)) is None:
            raise
        return _receipt(told)
    leave_reporter(id, body, g.who)
    return _receipt(ask("grievance", "file_grievance", filing))


def _filed_before(filing: dict[str, Any]) -> Any:
    """The receipt of what was filed under this key before its place was closed: whoever sends it again, because the
    answer was lost on the way, would think otherwise that nobody has it."""
    if not filing.get("idempotency_key"):
        return None
    try:
        return ask("grievance", "find_filing", filing)["receipt"]
    except (Unavailable, IdempotencyConflict):
        return None


def _receipt(told: dict[str, Any]) -> Response:
    response = answer(told, 201)
    response.headers["Location"] = f"/api/v1/grievances/{told['id']}"
    return response


def _whose() -> dict[str, Any]:
    """The account that it came from; without one it came over the net, whatever it says of itself."""
    return {"filed_by": g.who.account} if g.who else {"channel": "web"}


@routes.operation(
    "GET",
    "/grievances",
    access.read_grievances,
    page_of(schemas.ListedGrievance),
    at=Filtered(place="place", owner="filed_by", places="places", one=GRIEVANCE),
    query=schemas.ListGrievances(),
)
def list_grievances(query: dict[str, Any]) -> Any:
    """诉求列表，新的或急的在前 · List grievances, the newest or the most urgent first"""
    return ask("grievance", "list_grievances", query)


@routes.operation("GET", "/grievances/<id:id>", access.read_grievances, schemas.GrievanceOut, at=GRIEVANCE)
def get_grievance(id: str) -> Any:
    """一件诉求及其全过程 · One grievance with everything that happened to it"""
    return ask("grievance", "get_grievance", {"id": id})


@routes.operation(
    "GET", "/categories", access.read_categories, page_of(schemas.CategoryOut), query=schemas.ListCategories()
)
def list_categories(query: dict[str, Any]) -> Any:
    """诉求类别 · The categories of grievances"""
    return ask("grievance", "list_categories", query)


@routes.operation(
    "POST",
    "/grievances/<id:id>/accept",
    access.handle_grievances,
    schemas.GrievanceOut,
    at=GRIEVANCE.first,
    body=schemas.Step(),
)
def accept_grievance(body: dict[str, Any], id: str) -> Any:
    """受理 · Take a grievance in hand"""
    return ask("grievance", "accept_grievance", {**body, "id": id})


@routes.operation(
    "POST",
    "/grievances/<id:id>/resolve",
    access.handle_grievances,
    schemas.GrievanceOut,
    at=GRIEVANCE.first,
    body=schemas.Step(),
)
def resolve_grievance(body: dict[str, Any], id: str) -> Any:
    """办结 · Say that a grievance is solved, and how"""
    return ask("grievance", "resolve_grievance", {**body, "id": id})


@routes.operation(
    "POST",
    "/grievances/<id:id>/reject",
    access.handle_grievances,
    schemas.GrievanceOut,
    at=GRIEVANCE.first,
    body=schemas.RejectStep(),
)
def reject_grievance(body: dict[str, Any], id: str) -> Any:
    """不予受理，须说明理由 · Reject a grievance, with the reason"""
    return ask("grievance", "reject_grievance", {**body, "id": id})


@routes.operation(
    "POST",
    "/grievances/<id:id>/reopen",
    access.judge_grievances,
    schemas.GrievanceOut,
    at=GRIEVANCE.first,
    body=schemas.Step(),
)
def reopen_grievance(body: dict[str, Any], id: str) -> Any:
    """重新办理 · Reopen a grievance that is not solved after all"""
    return ask("grievance", "reopen_grievance", {**body, "id": id})


@routes.operation(
    "POST",
    "/grievances/<id:id>/rate",
    access.judge_grievances,
    schemas.GrievanceOut,
    at=GRIEVANCE.first,
    body=schemas.RateStep(),
)
def rate_grievance(body: dict[str, Any], id: str) -> Any:
    """评价，1 到 5 分 · Rate how it was settled, 1 to 5"""
    return ask("grievance", "rate_grievance", {**body, "id": id})


@routes.operation(
    "POST",
    "/grievances/<id:id>/cancel",
    access.judge_grievances,
    schemas.GrievanceOut,
    at=GRIEVANCE.first,
    body=schemas.Step(),
)
def cancel_grievance(body: dict[str, Any], id: str) -> Any:
    """撤回，提交后 10 分钟内 · Withdraw a grievance, within ten minutes"""
    return ask("grievance", "cancel_grievance", {**body, "id": id})


@routes.operation(
    "POST",
    "/grievances/<id:id>/amend",
    access.judge_grievances,
    schemas.GrievanceOut,
    at=GRIEVANCE.first,
    body=receipts.Amendment(),
)
def amend_grievance(body: dict[str, Any], id: str) -> Any:
    """修改，提交后 10 分钟内 · Amend a grievance, within ten minutes"""
    return ask("grievance", "amend_grievance", {**body, "id": id})


@routes.operation(
    "GET",
    "/figures/grievances",
    access.read_figures,
    page_of(schemas.GrievanceFigures),
    query=schemas.PageOfFigures(),
)
def list_grievance_figures(query: dict[str, Any]) -> Any:
    """各社区诉求的数字，不含个人 · How grievances stand, a row for each community and nobody in person"""
    return ask("grievance", "list_figures", {**query, "within": list(g.reach.communities)})
