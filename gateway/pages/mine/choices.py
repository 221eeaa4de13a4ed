"""How I am told: by which channels of what, in which language, when not; and the addresses for it."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response as Answer

from contracts.errors import Error
from gateway.http import STATUS
from gateway.pages.api import api
from gateway.pages.frame import said_of
from gateway.pages.mine import pages

CHANNELS = {"sms": lazy_gettext("短信"), "mail": lazy_gettext("邮件")}
ADDRESSES = {"sms": lazy_gettext("收通知的手机号"), "mail": lazy_gettext("收通知的邮箱")}
DONE = ("saved", "asked", "verified", "removed")
"""What has just been done, as the address of the page tells it."""

Refusal = tuple[str, int]


@pages.get("/choices")
def choices() -> str:
    """How I am told."""
    return _page()


@pages.post("/choices")
def choose() -> Answer | Refusal:
    """Takes the whole form: a box that is not ticked is chosen too."""
    shown = [each for each in request.form.getlist("kind") if each]
    chosen: dict[str, Any] = {
        "language": request.form.get("language", ""),
        "urgent_at_night": "urgent_at_night" in request.form,
        "channels": {kind: request.form.getlist(f"channels.{kind}") for kind in shown},
    }
    is_quiet = "is_quiet" in request.form
    quiet = {name: request.form.get(name, "")[:5] for name in ("quiet_from", "quiet_until")}
    chosen |= quiet if is_quiet else {"quiet_from": "00:00", "quiet_until": "00:00"}
    return _done("choose_notices", chosen, "saved")


@pages.post("/addresses")
def ask_for_address() -> Answer | Refusal:
    """Has a code sent to an address."""
    return _done("ask_for_address", _given("channel", "address"), "asked")


@pages.post("/addresses/verify")
def verify_address() -> Answer | Refusal:
    """Uses the address once the code is right."""
    return _done("verify_address", _given("channel", "code"), "verified")


@pages.post("/addresses/remove")
def remove_address() -> Answer | Refusal:
    """Uses it no longer."""
    return _done("remove_address", _given("channel"), "removed")


def _given(*names: str) -> dict[str, str]:
    return {name: request.form.get(name, "").strip() for name in names}


def _done(operation: str, body: dict[str, Any], done: str) -> Answer | Refusal:
    """Done as the API does it; what was refused is said on the page, beside the form that it belongs to."""
    try:
        api(operation, body=body)
    except Error as error:
        return _page(wrong=said_of(error), of=body.get("channel", "choices")), STATUS.get(error.kind, 500)
    return redirect(url_for("mine.choices", **{done: 1}), 303)


def clock_with(chosen: str) -> list[tuple[str, str]]:
    """The half hours of a day, and what was chosen: a browser's own field for times would say 09:00 PM to some."""
    halves = {f"{hour:02d}:{minute:02d}" for hour in range(24) for minute in (0, 30)}
    return [(each, each) for each in sorted(halves | {chosen})]


def _page(wrong: dict[str, list[str]] | None = None, of: str = "") -> str:
    return render_template(
        "mine/choices.html",
        chosen=api("get_notice_choices"),
        channels=CHANNELS,
        addresses=ADDRESSES,
        clock_with=clock_with,
        done=next((each for each in DONE if each in request.args), ""),
        wrong=wrong or {},
        of=of,
    )
