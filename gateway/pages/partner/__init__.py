"""Pages of partner units: what was referred to the unit; accept it, give it back with a reason, say what was done."""

from flask import redirect, render_template, request, url_for
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response as Answer

from contracts.errors import Error
from gateway.http import STATUS
from gateway.pages.api import api
from gateway.pages.frame import Pages, said_of

pages = Pages(
    "partner",
    url_prefix="/partner",
    home="referrals",
    called=lazy_gettext("转来的事"),
    told=lazy_gettext("社区转给本单位的诉求：接办、退回、办结"),
    roles=("partner",),
)

PAGE_SIZE = 50
STEPS = {"accept": "accept_referral", "return": "return_referral", "complete": "complete_referral"}


@pages.get("")
def referrals() -> str:
    """Those of the unit, newest first."""
    return _page()


@pages.post("/<id:id>/<any(accept, return, complete):step>")
def take(id: str, step: str) -> Answer | tuple[str, int]:
    """Takes a step with a referral."""
    words = request.form.get("words", "").strip()
    said = {"return": {"reason": words}, "complete": {"result": words}}.get(step, {})
    try:
        api(STEPS[step], id=id, body=said)
    except Error as error:
        return _page(said_of(error)), STATUS.get(error.kind, 500)
    return redirect(url_for("partner.referrals", done=step), 303)


def _page(wrong: dict[str, list[str]] | None = None) -> str:
    page = max(1, request.args.get("page", 1, type=int))
    found = api("list_referrals", query={"page": page, "page_size": PAGE_SIZE})
    return render_template("partner/referrals.html", found=found, wrong=wrong or {}, done=request.args.get("done", ""))
