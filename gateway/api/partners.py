"""Routes of the partner service: units that share in building the community, and cases referred to them."""

from typing import Any
from uuid import uuid4

from contracts.partner import schemas
from contracts.partner.errors import ReferralNotFound, UnitNotFound
from gateway import access
from gateway.http import ask
from gateway.places import check_community
from gateway.routes import Nothing, Routes, page_of
from gateway.whereabouts import Filtered, InBody, Kept

routes = Routes("partners", __name__, description="共驻共建单位与转办 · Partner units and referrals")

UNIT = Kept("partner", "get_unit", UnitNotFound, subject="id")
REFERRAL = Kept("partner", "get_referral", ReferralNotFound, place="place", subject="unit_id")


@routes.operation(
    "GET", "/units", access.read_units, page_of(schemas.UnitRow), at=Filtered(subject="id"), query=schemas.ListUnits()
)
def list_units(query: dict[str, Any]) -> Any:
    """共驻共建单位列表 · List partner units"""
    return ask("partner", "list_units", query)


@routes.operation(
    "POST",
    "/units",
    access.register_units,
    schemas.UnitOut,
    at=InBody(),
    status=201,
    body=schemas.NewUnit(),
    refuses=(404, 409),
)
def register_unit(body: dict[str, Any]) -> Any:
    """登记单位 · Register a partner unit"""
    check_community(body)
    return ask("partner", "register_unit", {**body, "id": str(uuid4())})


@routes.operation(
    "POST",
    "/units/bulk",
    access.register_units,
    schemas.UnitsRegistered,
    at=InBody(),
    status=201,
    body=schemas.NewUnits(),
    limit="bulk_limit",
    refuses=(404, 409),
)
def register_units(body: dict[str, Any]) -> Any:
    """批量登记单位，全部或全不 · Register many partner units, all or none"""
    check_community(body)
    units = [{**unit, "id": str(uuid4())} for unit in body["units"]]
    return ask("partner", "register_units", {**body, "units": units})


@routes.operation("GET", "/units/<id:id>", access.read_units, schemas.UnitOut, at=UNIT)
def get_unit(id: str) -> Any:
    """一个单位及其协议 · One partner unit with its agreements"""
    return ask("partner", "get_unit", {"id": id})


@routes.operation(
    "POST",
    "/units/<id:id>/agreements",
    access.register_units,
    schemas.UnitOut,
    at=UNIT.first,
    status=201,
    body=schemas.NewAgreement(),
)
def sign_agreement(body: dict[str, Any], id: str) -> Any:
    """登记共驻共建协议 · Record an agreement signed with a unit"""
    return ask("partner", "sign_agreement", {**body, "id": str(uuid4()), "unit_id": id})


@routes.operation(
    "GET",
    "/referrals",
    access.read_referrals,
    page_of(schemas.ReferralOut),
    at=Filtered(subject="unit_id"),
    query=schemas.ListReferrals(),
)
def list_referrals(query: dict[str, Any]) -> Any:
    """转办列表，新的在前 · List referrals, newest first"""
    return ask("partner", "list_referrals", query)


@routes.operation("GET", "/referrals/<id:id>", access.read_referrals, schemas.ReferralOut, at=REFERRAL)
def get_referral(id: str) -> Any:
    """一件转办 · One referral"""
    return ask("partner", "get_referral", {"id": id})


@routes.operation(
    "POST",
    "/referrals/<id:id>/accept",
    access.answer_referrals,
    schemas.ReferralOut,
    at=REFERRAL.first,
    body=Nothing(),
)
def accept_referral(body: dict[str, Any], id: str) -> Any:
    """单位接办 · The unit takes the matter"""
    return ask("partner", "accept_referral", {**body, "id": id})


@routes.operation(
    "POST",
    "/referrals/<id:id>/return",
    access.answer_referrals,
    schemas.ReferralOut,
    at=REFERRAL.first,
    body=schemas.ReturnStep(),
)
def return_referral(body: dict[str, Any], id: str) -> Any:
    """退回，须说明理由 · The unit gives the matter back, with the reason"""
    return ask("partner", "return_referral", {**body, "id": id})


@routes.operation(
    "POST",
    "/referrals/<id:id>/complete",
    access.answer_referrals,
    schemas.ReferralOut,
    at=REFERRAL.first,
    body=schemas.CompleteStep(),
)
def complete_referral(body: dict[str, Any], id: str) -> Any:
    """办结并说明结果 · The unit says what was done"""
    return ask("partner", "complete_referral", {**body, "id": id})
