"""Signing in and out on a page, and the way from a one-time password to one's own."""

from datetime import UTC, datetime
from typing import Any

from flask import current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from contracts.errors import Error, Unauthenticated
from gateway.http import STATUS, ask
from gateway.identity import COOKIE, Identities, check_same_site, current_token, current_who
from gateway.pages.api import api
from gateway.pages.directory import SHOWN, communities_looked_for, looked_for
from gateway.pages.display import display, own_address
from gateway.pages.frame import Pages, said
from gateway.pages.refusals import fields_in_words

pages = Pages("signing_in")


@pages.get("/sign-in")
def form() -> str:
    """Asks for name and password."""
    return _form()


@pages.post("/sign-in")
def sign_in() -> Answer | tuple[str, int]:
    """Opens a session, or says why not."""
    check_same_site()
    given = {name: request.form.get(name, "").strip() for name in ("name", "totp")}
    command: dict[str, Any] = {
        "name": given["name"],
        "password": request.form.get("password", ""),
        "agent": request.headers.get("User-Agent", "")[:200],
        "address": request.remote_addr or "",
    }
    if given["totp"]:
        command["totp"] = given["totp"]
    try:
        told = ask("accounts", "sign_in", command)
    except Error as error:
        return _form(said(error), given["name"]), STATUS.get(error.kind, 500)
    where = url_for("signing_in.password") if told["must_change_password"] else _next()
    return _with_session(redirect(where, 303), told)


@pages.get("/sign-in/phone")
def by_phone() -> str:
    """Asks residents and volunteers for their telephone, and the community where several are served; of very many, one
    is looked for first."""
    return _phone_form()


@pages.post("/sign-in/phone")
def send_code() -> str | tuple[str, int]:
    """Sends a code to the telephone, and asks for it."""
    given = _given_by_phone()
    try:
        api("send_code", body=given)
    except Error as error:
        return _phone_form(refused=" ".join(_all_said(error)), **given), STATUS.get(error.kind, 500)
    return _phone_form(is_sent=True, **given)


@pages.post("/sign-in/code")
def sign_in_by_code() -> Answer | tuple[str, int]:
    """Opens a session for whoever has the code, or says why not."""
    given = _given_by_phone()
    try:
        told = api("sign_in_by_code", body={**given, "code": request.form.get("code", "").strip()})
    except Error as error:
        refused = " ".join(_all_said(error))
        return _phone_form(is_sent=True, refused=refused, **given), STATUS.get(error.kind, 500)
    return _with_session(redirect(_next(), 303), told)


@pages.post("/sign-out")
def sign_out() -> Answer:
    """Ends the session."""
    if current_who() is not None:
        token = current_token()
        ask("accounts", "sign_out", {"token": token})
        identities: Identities = current_app.extensions["identities"]
        identities.forget(token)
    response = redirect(url_for("front.front"), 303)
    response.delete_cookie(COOKIE)
    return response


@pages.get("/password")
def password() -> Answer | str:
    """Asks for a password of one's own."""
    who = current_who()
    if who is None:
        return redirect(url_for("signing_in.form", next=url_for("signing_in.password")), 303)
    return render_template("password.html", who=who, refused="")


@pages.post("/password")
def change_password() -> Answer | tuple[str, int]:
    """Sets it; other sessions of the account end."""
    who = current_who()
    if who is None:
        raise Unauthenticated
    given = {name: request.form.get(name, "") for name in ("old", "new")}
    command = {"token": current_token(), **given}
    try:
        ask("accounts", "change_password", command)
    except Error as error:
        refused = " ".join(_all_said(error))
        return render_template("password.html", who=who, refused=refused), STATUS.get(error.kind, 500)
    identities: Identities = current_app.extensions["identities"]
    identities.forget_account(who.account)
    return redirect(url_for("front.front"), 303)


def _form(refused: str = "", name: str = "") -> str:
    return render_template("sign_in.html", refused=refused, name=name, next=request.values.get("next", ""))


def _with_session(response: Answer, told: dict[str, Any]) -> Answer:
    lasts = datetime.fromisoformat(told["expires_at"]) - datetime.now(UTC)
    response.set_cookie(
        COOKIE, told["token"], max_age=lasts, httponly=True, samesite="Lax", secure=request.is_secure, path="/"
    )
    return response


def _next() -> str:
    """Where the person was going, if that is a page of ours; else the front page."""
    return own_address(request.form.get("next", "")) or url_for("front.front")


ROLES_BY_PHONE = ("resident", "volunteer")


def _given_by_phone() -> dict[str, str]:
    role = request.form.get("role", "")
    return {
        "phone": "".join(request.form.get("phone", "").split()),
        "community": request.form.get("community", ""),
        "role": role if role in ROLES_BY_PHONE else ROLES_BY_PHONE[0],
    }


def _phone_form(
    refused: str = "", phone: str = "", community: str = "", role: str = "resident", is_sent: bool = False
) -> str:
    community = community or request.args.get("community", "")
    found = api("list_directory", query={"q": community}) if community else communities_looked_for()
    q = "" if community else looked_for()
    return render_template(
        "by_phone.html",
        found=found,
        q=q,
        # One is taken as chosen; several stand in one field, unless they are too many for it.
        is_choosing=found["total"] != 1 and (bool(q) or not 0 < found["total"] <= SHOWN),
        choices_of=lambda found: [(each["code"], each["name"]) for each in found],
        refused=refused,
        is_sent=is_sent,
        given={"phone": phone, "community": community, "role": role},
        next=request.values.get("next", ""),
    )


def _all_said(error: Error) -> list[str]:
    return [
        said(error),
        *(sentence for told in fields_in_words(error, display().language).values() for sentence in told),
    ]
