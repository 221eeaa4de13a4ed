"""One case: everything that was done, and everything that can be done now, each a form of its own."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from flask import g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from contracts.errors import Error, Invalid
from contracts.errors import words as both
from contracts.grievance.errors import CaseMovedOn, StepForbidden
from contracts.organization.errors import LedByAnother
from gateway.holding import ORGANIZING, leads, may_give_away
from gateway.http import STATUS
from gateway.pages.api import api, every, may
from gateway.pages.frame import said, said_of
from gateway.pages.leader import pages
from gateway.pages.leader.words import words
from gateway.pages.phrases import fitting
from gateway.pages.queues import Queue, following, opened_from
from gateway.pages.speech import CHINA
from gateway.pages.takers import takers
from gateway.uploads import taking

MOST_PICTURES = 5
TASKS_OF_A_FORM = 3


@pages.get("/cases/<id:id>")
def case(id: str) -> str:
    """The case; after a step also what comes next."""
    return _case(id, done=request.args.get("done", ""), phrase=request.args.get("phrase", ""))


@pages.get("/cases/<id:id>/call")
def call(id: str) -> str:
    """Name and telephone of whoever filed, whose reading is recorded, and the form for how the call went."""
    found, contact = api("get_grievance", id=id), api("get_grievance_contact", id=id)
    phrases = fitting(found)
    _, given = _chosen(phrases, request.args.get("phrase", ""))
    return render_template(
        "leader/call.html", case=found, contact=contact, wrong={}, phrases=phrases, given=given, **words()
    )


@pages.get("/cases/<id:id>/hand-over")
def handing(id: str) -> str:
    """The forms for giving the case to another leader, or back."""
    return _handing(id)


def _handing(id: str, wrong: dict[str, list[str]] | None = None, tried: str = "") -> str:
    found = api("get_grievance", id=id)
    return render_template(
        "leader/handing.html",
        case=found,
        takers=takers(found["community"], found["leader"]) if _may_hand_over(found) else [],
        gives_back=_may_give_back(found),
        wrong=wrong or {},
        tried=tried,
        given=request.form,
        **words(),
    )


def _may_hand_over(case: dict[str, Any]) -> bool:
    return "hand-over" in case["allowed"] and may("hand_over_grievance") and may_give_away(g.who, case)


def _may_give_back(case: dict[str, Any]) -> bool:
    is_top = case["leader"] and case["leader"]["post"] == "community_secretary"
    return "give-back" in case["allowed"] and not is_top and may("give_back_grievance") and leads(g.who, case)


@pages.post("/cases/<id:id>/<word:step>")
@taking("pictures_limit")
def take(id: str, step: str) -> Answer | tuple[str, int]:
    """Takes a step. What was wrong is said on the case's page; who came second is told who was first."""
    try:
        _take(id, step)
    except Error as error:
        if error.code in (CaseMovedOn.code, StepForbidden.code, LedByAnother.code):
            return _conflict(id, error), STATUS[error.kind]
        if step in GIVING:
            return _handing(id, said_of(error), step), STATUS.get(error.kind, 500)
        return _case(id, wrong=said_of(error), tried=step), STATUS.get(error.kind, 500)
    if step in GIVING and not set(ORGANIZING) & set(g.who.roles):  # who led it from elsewhere sees it no more
        return redirect(url_for("leader.today", done=step), 303)
    return redirect(url_for("leader.case", id=id, done=step, **_carried()), 303)


def _take(id: str, step: str) -> None:
    if step not in STEPS:
        raise Invalid(fields={"step": [both("没有这一步", "There is no such step")]})
    operation, told, ids = STEPS[step]
    body = told()
    _add_pictures(id, "before")
    _add_pictures(id, "after")
    if operation:
        named = {name: request.form.get(name, "") for name in ids}
        api(operation, id=id, body={**(_seen_leader() if step in GIVING else _turn()), **body}, **named)


def _turn() -> dict[str, Any]:
    """Who acts, on what they saw, and this step's own number: sent twice, it is taken once."""
    version, key = request.form.get("version", ""), request.form.get("key", "")
    return {
        "by": g.who.name,
        **({"expected_version": int(version)} if version.isdecimal() else {}),
        **({"step_id": key} if key else {}),
    }


GIVING = ("hand-over", "give-back")
"""The steps by which a case gets another leader."""


def _seen_leader() -> dict[str, Any]:
    """Who gives it away, whom they saw leading it, and this step's own number."""
    turn = _turn()
    turn.pop("expected_version", None)
    return {**turn, "from_id": request.form["from_id"] or None} if "from_id" in request.form else turn


def _add_pictures(id: str, kind: str) -> None:
    files = [file for file in request.files.getlist(kind) if file.filename][:MOST_PICTURES]
    for file in files:
        api("add_picture_of_grievance", id=id, query={"kind": kind}, picture=file.read())


def _words(*names: str) -> Callable[[], dict[str, Any]]:
    return lambda: {name: request.form.get(name, "").strip() for name in names}


def _tasks() -> dict[str, Any]:
    titles, doers = request.form.getlist("title"), request.form.getlist("who")
    days, needed = request.form.getlist("due_on"), request.form.getlist("required")
    told = zip(titles, doers, days, needed, strict=False)
    return {
        "tasks": [
            {"title": title.strip(), "who": who, "required": must == "yes", **({"due_on": day} if day else {})}
            for title, who, day, must in told
            if title.strip()
        ]
    }


def _attempt() -> dict[str, Any]:
    task = request.form.get("task_id", "")
    kind = "approach" if "approach" in request.form else "attempt"
    return {"note": request.form.get("note", "").strip(), "kind": kind, **({"task_id": task} if task else {})}


def _hands() -> dict[str, Any]:
    wanted = request.form.get("hands", "")
    return {
        "hands": int(wanted) if wanted.isdecimal() else 2,
        "skills": request.form.getlist("skills"),
        "note": request.form.get("note", "").strip(),
    }


def _unit() -> dict[str, Any]:
    kind, _, code = request.form.get("unit", "").partition(":")
    named = {"unit_id": code} if kind == "unit" else {"unit_kind": code}
    return {**named, "wanted": request.form.get("wanted", "other"), "note": request.form.get("note", "").strip()}


TODAY = Queue("today", {}, 0)
"""Where one goes on who has opened a case from no list: with what is the most urgent."""


@pages.context_processor
def _choosing_the_next() -> dict[str, Any]:
    return {"carried": _carried()}


def _carried() -> dict[str, Any]:
    """What goes with every link and form of a case, so that one finds back to the list."""
    queue = opened_from()
    return {} if queue is None else queue.carried


STEPS: dict[str, tuple[str, Callable[[], dict[str, Any]], tuple[str, ...]]] = {
    "accept": ("accept_grievance", _words("note"), ()),
    "resolve": ("resolve_grievance", _words("resolution"), ()),
    "reject": ("reject_grievance", _words("reason"), ()),
    "call": ("note_call", _words("called", "outcome", "note"), ()),
    "split": ("split_grievance", _tasks, ()),
    "finish": ("finish_task", _words("reason"), ("task_id",)),
    "drop": ("drop_task", _words("reason"), ("task_id",)),
    "attempt": ("note_attempt", _attempt, ()),
    "hands": ("ask_hands", _hands, ()),
    "unit": ("ask_unit", _unit, ()),
    "remind": ("remind_leader", _words("note"), ()),
    "pause": ("pause_grievance", _words("kind", "reason", "until"), ()),
    "resume": ("resume_grievance", _words("note"), ()),
    "reply": ("reply_to_rating", _words("note"), ()),
    "hand-over": ("hand_over_grievance", _words("to_id", "reason"), ()),
    "give-back": ("give_back_grievance", _words("reason"), ()),
    "pictures": ("", dict, ()),
}
"""Each step: the operation that takes it, what its form says, and which ids beside the case's."""


FILLS = {
    "accept": ("accept", "note"),
    "resolve": ("resolve", "resolution"),
    "reject": ("reject", "reason"),
    "ask": ("hands", "note"),
    "refer": ("unit", "note"),
    "reply": ("reply", "note"),
}
"""Which form and which of its fields a ready phrase goes into, by what it is for."""


def _chosen(phrases: dict[str, list[dict[str, Any]]], id: str) -> tuple[str, dict[str, str]]:
    """The form that a phrase of this id fills, and what with: for who has no scripts."""
    for step, found in phrases.items():
        for phrase in found:
            if phrase["id"] == id:
                form, field = FILLS[step]
                return form, {field: phrase["words"]}
    return "", {}


def _case(
    id: str, *, done: str = "", wrong: dict[str, list[str]] | None = None, tried: str = "", phrase: str = ""
) -> str:
    found, queue = api("get_grievance", id=id), opened_from()
    phrases = fitting(found)
    form, given = _chosen(phrases, phrase)
    return render_template(
        "leader/case.html",
        case=found,
        done=done,
        queue=queue,
        next=following(queue or TODAY if done else queue, id),
        wrong=wrong or {},
        tried=tried or form,
        given=given or request.form,
        phrases=phrases,
        units=_units(found),
        is_helped=_helped(found),
        can_hand_over=_may_hand_over(found),
        can_give_back=_may_give_back(found),
        tasks_of_a_form=TASKS_OF_A_FORM,
        tomorrow=(datetime.now(CHINA).date() + timedelta(days=1)).isoformat(),
        **words(),
    )


def _helped(case: dict[str, Any]) -> dict[str, bool]:
    """Which help is at work already: it cannot be asked for again."""
    at_work = any(each["state"] in ("offered", "accepted", "checked_in") for each in case["volunteers"])
    return {"hands": at_work, "unit": bool(case["referral"]) and case["referral"]["state"] in ("referred", "accepted")}


def _units(case: dict[str, Any]) -> list[dict[str, Any]]:
    if "ask-unit" not in case["allowed"] or not may("list_units"):
        return []
    found = every("list_units", query={"community": case["community"]})
    return [unit for unit in found if unit["agreement"] == "valid"]


def _conflict(id: str, error: Error) -> str:
    """Who was first, or that the step was taken already; how the case stands now, and what the second had written, so
    that it is not lost."""
    written = [
        value for name, value in request.form.items() if name in ("note", "reason", "resolution", "title") and value
    ]
    found = api("get_grievance", id=id)
    is_others = error.code in (CaseMovedOn.code, LedByAnother.code)
    shown = {"case": found, "said": said(error), "written": written, "is_others": is_others}
    return render_template("leader/conflict.html", **shown, **words())
