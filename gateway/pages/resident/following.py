"""Following a case by its receipt: how it goes, withdrawing or amending it, saying whether it was settled."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response as Answer

from contracts.errors import Error
from gateway.http import STATUS
from gateway.pages.api import api
from gateway.pages.frame import said_of
from gateway.pages.resident import pages
from gateway.pages.resident.remembered import Remembered, claim_of, forget_all, remember, remembered
from gateway.pages.wording import categories, category

DONE = ("filed", "joined", "withdrawn", "amended", "answered", "reopened")
"""What has just been done, as the address of the page tells it."""


HAPPENED = {
    "filed": lazy_gettext("已提交"),
    "leader_assigned": lazy_gettext("交给负责人"),
    "handed_over": lazy_gettext("移交给另一位负责人"),
    "given_back": lazy_gettext("转给上一级"),
    "accepted": lazy_gettext("开始办理"),
    "amended": lazy_gettext("修改了内容"),
    "resolved": lazy_gettext("办好了"),
    "rejected": lazy_gettext("不予受理"),
    "cancelled": lazy_gettext("已撤回"),
    "reopened": lazy_gettext("重新办理"),
    "rated": lazy_gettext("已评价"),
    "paused": lazy_gettext("暂停办理"),
    "resumed": lazy_gettext("恢复办理"),
    "went_on": lazy_gettext("到期，继续办理"),
    "replied": lazy_gettext("回复了您的评价"),
    "closed": lazy_gettext("已归档"),
    "escalated": lazy_gettext("超过时限，已报上一级"),
    "referred": lazy_gettext("已转给单位"),
    "referral_accepted": lazy_gettext("单位已接"),
    "referral_completed": lazy_gettext("单位办完了"),
    "visit_planned": lazy_gettext("安排了上门"),
    "visit_done": lazy_gettext("已上门"),
    "volunteer_accepted": lazy_gettext("志愿者答应来帮忙"),
    "volunteer_checked_in": lazy_gettext("志愿者到了"),
    "volunteer_checked_out": lazy_gettext("志愿者忙完了"),
}
"""What happened, as residents are told it."""

WITHOUT_NAME = frozenset({"filed", "amended", "cancelled", "reopened", "rated", "closed", "went_on"})
"""What the resident or the clock did: nobody need be named."""


@pages.get("/track")
def track() -> str:
    """Asks for a receipt and the telephone or code, and lists what this phone remembers."""
    return _asking({})


@pages.post("/track")
def follow_receipt() -> Answer | tuple[str, int]:
    """Opens the case, and lets the phone remember it."""
    given = {name: request.form.get(name, "").strip() for name in ("receipt", "phone", "claim")}
    proof = {name: given[name] for name in ("phone", "claim") if given[name]}
    try:
        told = api("follow_receipt", body={"receipt": given["receipt"], **proof})
    except Error as error:
        return _asking(given, said_of(error)), STATUS.get(error.kind, 500)
    response = redirect(url_for("resident.receipt", receipt=told["receipt"]), 303)
    return remember(response, Remembered(told["receipt"], told["claim"]), secure=request.is_secure)


@pages.post("/track/forget")
def forget() -> Answer:
    """Lets the phone forget every receipt."""
    return forget_all(redirect(url_for("resident.track"), 303))


@pages.get("/r/<word:receipt>")
def receipt(receipt: str) -> Answer | str:
    """The case behind a receipt that this phone remembers."""
    if not claim_of(receipt):
        return redirect(url_for("resident.track"), 303)
    done = next((each for each in DONE if each in request.args), "")
    return _case(receipt, done=done)


@pages.post("/r/<word:receipt>/<any(withdraw, amend, answer, reopen):step>")
def take(receipt: str, step: str) -> Answer | tuple[str, int]:
    """Takes a step that the filer may take."""
    proof = {"receipt": receipt, "claim": claim_of(receipt)}
    try:
        api(f"{step}_by_receipt", body=proof | _said(step))
    except Error as error:
        return _case(receipt, wrong=said_of(error)), STATUS.get(error.kind, 500)
    done = {"withdraw": "withdrawn", "amend": "amended", "answer": "answered", "reopen": "reopened"}[step]
    return redirect(url_for("resident.receipt", receipt=receipt, **{done: 1}), 303)


def _said(step: str) -> dict[str, Any]:
    form = request.form
    reason = form.get("reason", "").strip()
    match step:
        case "amend":
            named = {name: form.get(name, "").strip() for name in ("description", "category")}
            return {name: said for name, said in named.items() if said}
        case "answer":
            score = form.get("score", "")
            return {
                "solved": form.get("solved") == "yes",
                **({"score": int(score)} if score.isdecimal() else {}),
                "comment": form.get("comment", "").strip(),
                "reason": reason,
            }
        case _:
            return {"reason": reason}


def _case(receipt: str, *, done: str = "", wrong: dict[str, list[str]] | None = None) -> str:
    case = api("follow_receipt", body={"receipt": receipt, "claim": claim_of(receipt)})
    choices = [(code, category(code)) for code in categories()] if "amend" in case["allowed"] else []
    return render_template(
        "resident/case.html",
        case=case,
        claim=claim_of(receipt),
        choices=choices,
        happened=HAPPENED,
        unnamed=WITHOUT_NAME,
        reply=_reply(case["progress"]),
        done=done,
        wrong=wrong or {},
        receipt=receipt,
    )


def _reply(progress: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The reply to the last rating; None where there is none yet, or the words are not for whoever asks."""
    last = next((each for each in reversed(progress) if each["what"] in ("rated", "replied", "reopened")), None)
    return last if last and last["what"] == "replied" and last["note"] else None


def _asking(given: dict[str, str], wrong: dict[str, list[str]] | None = None) -> str:
    return render_template("resident/track.html", given=given, wrong=wrong or {}, remembered=remembered())


@pages.get("/mine/cases")
def mine() -> str:
    """What the person who is signed in has filed."""
    page = max(1, request.args.get("page", 1, type=int))
    return render_template("resident/mine.html", found=api("list_grievances", query={"page": page, "page_size": 20}))
