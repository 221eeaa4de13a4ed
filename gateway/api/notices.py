"""Routes about one's own notices: what one was told, by which channels, and where."""

from typing import Any

from contracts.accounts.schemas import notices as schemas
from contracts.errors import Unauthenticated
from gateway import access
from gateway.http import ask
from gateway.identity import current_who
from gateway.routes import Routes, page_of

routes = Routes("notices", __name__, description="通知：我的消息与我的选择 · Notices: what I am told, and how")


@routes.operation("GET", "/me/notices", access.own_account, page_of(schemas.NoticeOut), query=schemas.NoticeFilter())
def list_notices(query: dict[str, Any]) -> Any:
    """我的通知，未读在前 · My notices, the unread first"""
    return ask("accounts", "list_notices", query | _mine())


@routes.operation("GET", "/me/notices/unread", access.own_account, schemas.UnreadOut)
def count_unread_notices() -> Any:
    """我有几条未读 · How many are unread"""
    return ask("accounts", "count_unread_notices", _mine())


@routes.operation("POST", "/me/notices/read", access.own_account, schemas.UnreadOut, body=schemas.NoticesRead())
def mark_notices_read(body: dict[str, Any]) -> Any:
    """标为已读，不指明则全部 · Mark as read: those named, or all"""
    return ask("accounts", "mark_notices_read", body | _mine())


@routes.operation("GET", "/me/notice-choices", access.own_account, schemas.NoticeChoicesOut)
def get_notice_choices() -> Any:
    """我怎样收到通知 · How I am told"""
    return ask("accounts", "get_notice_choices", _mine())


@routes.operation(
    "PUT", "/me/notice-choices", access.own_account, schemas.NoticeChoicesOut, body=schemas.NoticeChoices()
)
def choose_notices(body: dict[str, Any]) -> Any:
    """选择怎样收到通知，未写的不变 · Choose how I am told; what is left out stays"""
    return ask("accounts", "choose_notices", body | _mine())


@routes.operation(
    "POST",
    "/me/addresses",
    access.own_account,
    schemas.NoticeChoicesOut,
    body=schemas.NewAddress(),
    refuses=(409, 429),
)
def ask_for_address(body: dict[str, Any]) -> Any:
    """填写收通知的手机或邮箱，会收到验证码 · Give a telephone or e-mail address for notices; a code is sent there"""
    return ask("accounts", "ask_for_address", body | _mine())


@routes.operation(
    "POST", "/me/addresses/verify", access.own_account, schemas.NoticeChoicesOut, body=schemas.AddressCode()
)
def verify_address(body: dict[str, Any]) -> Any:
    """用验证码确认 · Prove with the code that it is mine"""
    return ask("accounts", "verify_address", body | _mine())


@routes.operation(
    "POST", "/me/addresses/remove", access.own_account, schemas.NoticeChoicesOut, body=schemas.WhichAddress()
)
def remove_address(body: dict[str, Any]) -> Any:
    """不再用它收通知 · Tell me nothing there any more"""
    return ask("accounts", "remove_address", body | _mine())


def _mine() -> dict[str, str]:
    who = current_who()
    if who is None:
        raise Unauthenticated
    return {"account": who.account}
