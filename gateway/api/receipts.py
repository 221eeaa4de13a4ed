"""Routes for those who have no account: a case by its receipt number, with the telephone or claim that proves it."""

from typing import Any

from flask import current_app, request

from contracts.errors import Error
from contracts.grievance.errors import ReceiptMismatch
from contracts.grievance.schemas import receipts as schemas
from gateway import access
from gateway.api.pictures import address_of
from gateway.config import is_loopback
from gateway.http import ask
from gateway.limits import network
from gateway.routes import Routes

routes = Routes("receipts", __name__, description="回执：没有账号也能查 · Receipts: following without an account")


def _proved(call: str, body: dict[str, Any]) -> Any:
    """What the service answers; whoever guesses at a receipt, or from one address at many, has to wait longer and
    longer."""
    receipt = "".join(filter(str.isdigit, body["receipt"]))
    address = request.remote_addr or ""
    # This machine's own address, and that of a proxy unheard of, stand for many people.
    counted = "" if is_loopback(address) or _stands_for_many() else network(address)
    with current_app.extensions["guesses"].at(f"receipt {receipt}", counted, wrong=ReceiptMismatch):
        return _shown(ask("grievance", call, body))


def _stands_for_many() -> bool:
    settings = current_app.extensions["settings"]
    return bool(settings.behind_proxy and not settings.trusted_proxies)


def _shown(case: dict[str, Any]) -> dict[str, Any]:
    """The case with what others know: how to reach its leader, where its pictures are."""
    for picture in case.get("pictures", ()):
        picture |= {"address": address_of(picture["id"]), "small": address_of(picture["id"], "small")}
    if leader := case.get("leader"):
        leader["phone"] = _published_phone(case)
    return case


def _published_phone(case: dict[str, Any]) -> str | None:
    """The telephone that the community publishes of whoever leads the case; None where that cannot be told now."""
    place = case["leader"].get("at") or case["place"]
    try:
        told = ask("organization", "find_responsible", {"community": case["community"], "place": place})
    except Error:
        return None
    people = (rung["person"] for rung in told["ladder"] if rung["person"])
    return next((each["phone"] for each in people if each["id"] == case["leader"]["id"]), None)


@routes.operation(
    "POST", "/receipts/follow", access.follow_receipts, schemas.FollowedOut, body=schemas.Proof(), refuses=(404,)
)
def follow_receipt(body: dict[str, Any]) -> Any:
    """凭回执编号加电话或查询码查进展 · Follow a case by its receipt number and telephone or claim"""
    return _proved("follow_receipt", body)


@routes.operation(
    "POST",
    "/receipts/withdraw",
    access.follow_receipts,
    schemas.FollowedOut,
    body=schemas.WithdrawByReceipt(),
    refuses=(404, 409),
)
def withdraw_by_receipt(body: dict[str, Any]) -> Any:
    """凭回执撤回，提交后 10 分钟内 · Withdraw by receipt, within ten minutes"""
    return _proved("withdraw_by_receipt", body)


@routes.operation(
    "POST",
    "/receipts/amend",
    access.follow_receipts,
    schemas.FollowedOut,
    body=schemas.AmendByReceipt(),
    refuses=(404, 409),
)
def amend_by_receipt(body: dict[str, Any]) -> Any:
    """凭回执修改，提交后 10 分钟内 · Amend by receipt, within ten minutes"""
    return _proved("amend_by_receipt", body)


@routes.operation(
    "POST",
    "/receipts/answer",
    access.follow_receipts,
    schemas.FollowedOut,
    body=schemas.AnswerByReceipt(),
    refuses=(404, 409),
)
def answer_by_receipt(body: dict[str, Any]) -> Any:
    """解决了吗、满意吗：没解决即重新办理 · Solved? satisfied? What is not solved is taken up again"""
    return _proved("answer_by_receipt", body)


@routes.operation(
    "POST",
    "/receipts/reopen",
    access.follow_receipts,
    schemas.FollowedOut,
    body=schemas.ReopenByReceipt(),
    refuses=(404, 409),
)
def reopen_by_receipt(body: dict[str, Any]) -> Any:
    """凭回执要求重新办理 · Reopen by receipt"""
    return _proved("reopen_by_receipt", body)
