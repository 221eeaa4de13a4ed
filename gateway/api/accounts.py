"""Routes of the accounts service: signing in and out, one's own account, other people's accounts, keys."""

from typing import Any
from uuid import uuid4

from flask import current_app, request

from contracts.accounts import schemas
from contracts.errors import Unauthenticated
from gateway import access
from gateway.http import ask
from gateway.identity import Identities, current_token, current_who
from gateway.places import check_community
from gateway.routes import Nothing, Routes, page_of
from gateway.whereabouts import InBody

routes = Routes("accounts", __name__, description="账号与权限 · Accounts and what they may do")


# -- signing in and out


@routes.operation(
    "POST",
    "/sessions",
    access.sign_in,
    schemas.SignedIn,
    status=201,
    body=schemas.Credentials(),
    refuses=(401, 429),
)
def sign_in(body: dict[str, Any]) -> Any:
    """登录 · Sign in by name and password"""
    return ask("accounts", "sign_in", body | _from_where())


@routes.operation(
    "POST", "/codes", access.sign_in, schemas.CodeSent, status=201, body=schemas.CodeFor(), refuses=(404, 429)
)
def send_code(body: dict[str, Any]) -> Any:
    """要一个短信验证码 · Ask for a one-time code by telephone"""
    check_community(body)
    return ask("accounts", "send_code", body | {"address": request.remote_addr or ""})


@routes.operation(
    "POST",
    "/sessions/by-code",
    access.sign_in,
    schemas.SignedIn,
    status=201,
    body=schemas.CodeGiven(),
    refuses=(401, 429),
)
def sign_in_by_code(body: dict[str, Any]) -> Any:
    """用验证码登录 · Sign in by telephone and code"""
    return ask("accounts", "sign_in_by_code", body | _from_where())


@routes.operation("DELETE", "/sessions/current", access.own_account, schemas.SignedOut)
def sign_out() -> Any:
    """退出 · Sign out"""
    token = current_token()
    told = ask("accounts", "sign_out", {"token": token})
    _identities().forget(token)
    return told


@routes.operation("DELETE", "/sessions", access.own_account, schemas.SignedOut)
def sign_out_everywhere() -> Any:
    """在所有地方退出 · Sign out everywhere"""
    told = ask("accounts", "sign_out_everywhere", {"account": _oneself()})
    _identities().forget_account(_oneself())
    return told


# -- one's own account


@routes.operation("GET", "/me", access.own_account, schemas.AccountOut)
def get_oneself() -> Any:
    """我是谁，在哪里有什么权限 · Who I am and what I hold where"""
    return ask("accounts", "get_account", {"id": _oneself(), "by": _oneself()})


@routes.operation(
    "POST", "/me/password", access.own_account, schemas.SignedOut, body=schemas.NewPassword(), refuses=(409, 429)
)
def change_password(body: dict[str, Any]) -> Any:
    """修改密码，其他会话结束 · Change the password; every other session ends"""
    told = ask("accounts", "change_password", body | {"token": current_token()})
    _identities().forget_account(_oneself())
    return told


@routes.operation(
    "POST", "/me/totp", access.own_account, schemas.TotpBegun, body=schemas.PasswordAgain(), refuses=(409, 429)
)
def begin_totp(body: dict[str, Any]) -> Any:
    """开始设置动态验证码 · Begin to set up a second factor"""
    return ask("accounts", "begin_totp", body | {"account": _oneself()})


@routes.operation(
    "POST", "/me/totp/confirm", access.own_account, schemas.TotpConfirmed, body=schemas.TotpCode(), refuses=(409,)
)
def confirm_totp(body: dict[str, Any]) -> Any:
    """启用动态验证码，得到恢复码 · Switch the second factor on and get recovery codes"""
    return ask("accounts", "confirm_totp", body | {"account": _oneself()})


@routes.operation(
    "POST", "/me/totp/remove", access.own_account, schemas.AccountOut, body=schemas.TotpCode(), refuses=(409,)
)
def remove_own_totp(body: dict[str, Any]) -> Any:
    """停用动态验证码 · Switch the second factor off"""
    return ask("accounts", "remove_totp", body | {"account": _oneself(), "by": _oneself()})


# -- other people's accounts


@routes.operation(
    "GET", "/accounts", access.manage_accounts, page_of(schemas.AccountRow), query=schemas.AccountFilter()
)
def list_accounts(query: dict[str, Any]) -> Any:
    """账号列表 · List accounts"""
    return ask("accounts", "list_accounts", query | {"by": _oneself()})


@routes.operation(
    "POST",
    "/accounts",
    access.manage_accounts,
    schemas.AccountCreated,
    at=InBody(),
    status=201,
    body=schemas.NewAccount(),
    refuses=(409,),
)
def create_account(body: dict[str, Any]) -> Any:
    """新建账号，得到一次性密码 · Make an account and get its one-time password"""
    return ask("accounts", "create_account", body | {"id": str(uuid4()), "by": _oneself()})


@routes.operation("GET", "/accounts/<id:id>", access.manage_accounts, schemas.AccountOut)
def get_account(id: str) -> Any:
    """一个账号 · One account"""
    return ask("accounts", "get_account", {"id": id, "by": _oneself()})


@routes.operation("POST", "/accounts/<id:id>/disable", access.manage_accounts, schemas.AccountOut, body=Nothing())
def disable_account(_body: dict[str, Any], id: str) -> Any:
    """停用账号，会话立即结束 · Disable an account; its sessions end"""
    return _changed(id, ask("accounts", "disable_account", {"id": id, "by": _oneself()}))


@routes.operation("POST", "/accounts/<id:id>/enable", access.manage_accounts, schemas.AccountOut, body=Nothing())
def enable_account(_body: dict[str, Any], id: str) -> Any:
    """重新启用账号 · Enable an account again"""
    return _changed(id, ask("accounts", "enable_account", {"id": id, "by": _oneself()}))


@routes.operation(
    "POST", "/accounts/<id:id>/reset-password", access.manage_accounts, schemas.PasswordReset, body=Nothing()
)
def reset_password(_body: dict[str, Any], id: str) -> Any:
    """重置密码，得到一次性密码 · Reset a password and get a one-time one"""
    return _changed(id, ask("accounts", "reset_password", {"id": id, "by": _oneself()}))


@routes.operation("POST", "/accounts/<id:id>/remove-totp", access.manage_accounts, schemas.AccountOut, body=Nothing())
def remove_totp(_body: dict[str, Any], id: str) -> Any:
    """为丢了手机的人停用动态验证码 · Switch off the second factor of somebody who lost it"""
    return ask("accounts", "remove_totp", {"account": id, "by": _oneself()})


@routes.operation(
    "POST",
    "/accounts/<id:id>/grants",
    access.manage_accounts,
    schemas.AccountOut,
    at=InBody(),
    body=schemas.GrantFacts(),
)
def grant_role(body: dict[str, Any], id: str) -> Any:
    """授予角色 · Give a role at a place"""
    told = ask("accounts", "grant_role", body | {"id": str(uuid4()), "account": id, "by": _oneself()})
    _identities().forget_account(id)
    return told


@routes.operation("DELETE", "/accounts/<id:id>/grants/<id:grant>", access.manage_accounts, schemas.AccountOut)
def revoke_role(id: str, grant: str) -> Any:
    """收回角色 · Take a role away"""
    told = ask("accounts", "revoke_role", {"id": grant, "account": id, "by": _oneself()})
    _identities().forget_account(id)
    return told


# -- keys


@routes.operation("GET", "/keys", access.manage_keys, page_of(schemas.KeyRow), query=schemas.KeyPage())
def list_keys(query: dict[str, Any]) -> Any:
    """接口密钥列表 · List keys"""
    return ask("accounts", "list_keys", query | {"by": _oneself()})


@routes.operation("POST", "/keys", access.manage_keys, schemas.KeyCreated, status=201, body=schemas.NewKey())
def create_key(body: dict[str, Any]) -> Any:
    """新建接口密钥 · Make a key for a program"""
    return ask("accounts", "create_key", body | {"id": str(uuid4()), "by": _oneself()})


@routes.operation("DELETE", "/keys/<id:id>", access.manage_keys, schemas.KeyRow)
def revoke_key(id: str) -> Any:
    """吊销接口密钥 · Revoke a key"""
    told = ask("accounts", "revoke_key", {"id": id, "by": _oneself()})
    _identities().forget_account(str(told.get("account")))
    return told


def _changed(id: str, told: Any) -> Any:
    """What was told about an account, which is asked about anew from now on."""
    _identities().forget_account(id)
    return told


def _oneself() -> str:
    who = current_who()
    if who is None:
        raise Unauthenticated
    return who.account


def _identities() -> Identities:
    found: Identities = current_app.extensions["identities"]
    return found


def _from_where() -> dict[str, str]:
    return {"agent": request.headers.get("User-Agent", "")[:400], "address": request.remote_addr or ""}
