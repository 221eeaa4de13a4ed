"""Signing in and out on a page, and the way from a one-time password to one's own."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from contracts.errors import Error, Unauthenticated
from gateway.browsers import NOT_KEPT
from gateway.http import STATUS, ask, language
from gateway.identity import COOKIE, Identities, check_same_site, current_token, current_who

pages = Blueprint("signing_in", "gateway")


@pages.after_request
def _keep_nothing(response: Response) -> Response:
    response.headers.update(NOT_KEPT)
    return response


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
        return _form(error.said(language()), given["name"]), STATUS.get(error.kind, 500)
    where = url_for("signing_in.password") if told["must_change_password"] else _next()
    return _with_session(redirect(where, 303), told)


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
        told = [error.said(language()), *(words[language()] for each in error.fields.values() for words in each)]
        return render_template("password.html", who=who, refused=" ".join(told)), STATUS.get(error.kind, 500)
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
    """Where the person was going, if that is a page of ours: an address with a host, or one that a browser would read
    as such, leads to the front page instead."""
    wished = request.form.get("next", "")
    parts = urlsplit(wished)
    is_ours = wished.startswith("/") and not wished.startswith("//") and not parts.scheme and not parts.netloc
    if is_ours and "\\" not in wished and wished.isprintable():
        return wished
    return url_for("front.front")
