"""My account: who I am here, my password, the second factor, and the end of all my sessions."""

from typing import Any

import segno
from flask import redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as Answer

from contracts.errors import Error
from gateway.http import STATUS
from gateway.identity import COOKIE
from gateway.pages.api import api
from gateway.pages.frame import said_of
from gateway.pages.mine import pages

Refusal = tuple[str, int]


@pages.get("/account")
def account() -> str:
    """Who I am."""
    return _page()


@pages.post("/account/second-factor")
def begin_second_factor() -> str | Refusal:
    """Draws a secret, and shows it this once."""
    try:
        told = api("begin_totp", body={"password": request.form.get("password", "")})
    except Error as error:
        return _page(wrong=said_of(error), of="begin"), STATUS.get(error.kind, 500)
    return _page(secret=told["secret"], uri=told["uri"])


@pages.post("/account/second-factor/confirm")
def confirm_second_factor() -> str | Refusal:
    """Switches it on with the first right code, and shows recovery codes this once."""
    try:
        told = api("confirm_totp", body={"code": _code()})
    except Error as error:
        # The secret is kept by the service and told once: the form brings it back, so that another try is possible.
        again = {name: request.form.get(name, "")[:400] for name in ("secret", "uri")}
        return _page(wrong=said_of(error), of="confirm", **again), STATUS.get(error.kind, 500)
    return _page(recovery=told["recovery"])


@pages.post("/account/second-factor/remove")
def remove_second_factor() -> Answer | Refusal:
    """Switches it off."""
    try:
        api("remove_own_totp", body={"code": _code()})
    except Error as error:
        return _page(wrong=said_of(error), of="remove"), STATUS.get(error.kind, 500)
    return redirect(url_for("mine.account", removed=1), 303)


@pages.post("/account/sign-out-everywhere")
def sign_out_everywhere() -> Answer:
    """Ends every session, this one too."""
    api("sign_out_everywhere")
    response = redirect(url_for("front.front"), 303)
    response.delete_cookie(COOKIE)
    return response


def _code() -> str:
    return "".join(request.form.get("code", "").split())


def _page(*, secret: str = "", uri: str = "", **more: Any) -> str:
    given = {"recovery": [], "wrong": {}, "of": "", "is_removed": "removed" in request.args, **more}
    return render_template(
        "mine/account.html", me=api("get_oneself"), secret=secret, uri=uri, picture=picture_of(uri), **given
    )


def picture_of(uri: str) -> Markup:
    """The address of an authenticator as a code that its camera reads; empty where it is none."""
    if not uri.startswith("otpauth://"):
        return Markup("")
    code = segno.make(uri, error="m", micro=False)
    return Markup(code.svg_inline(scale=4, border=4, dark="#000", light="#fff", svgclass="code", omitsize=True))
