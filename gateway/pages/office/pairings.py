"""One-to-one pairings as the office arranges them: who helps whom, overdue first, handed over, ended with a reason."""

from collections.abc import Callable
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import lazy_gettext

from gateway.pages.api import api
from gateway.pages.office import pages
from gateway.pages.office.community import community
from gateway.pages.office.forms import Told, doing, filters, page, sent
from gateway.pages.wording import CONTACTS, HELP

CHOSEN_ENDS = {
    "no_longer_needed": lazy_gettext("困难已缓解"),
    "moved_away": lazy_gettext("搬离"),
    "deceased": lazy_gettext("去世"),
    "asked": lazy_gettext("本人要求"),
    "other": lazy_gettext("其他"),
}
"""Why the office ends a pairing."""

ENDS = {
    **CHOSEN_ENDS,
    "erased": lazy_gettext("本人要求删除信息"),
    "merged": lazy_gettext("重复登记合并"),
}
"""Why a pairing ended; nobody chooses the last two: they follow from an erasure, and from two entries being one."""

SHOWN = 50
FOUND = 20
"""People of a name that are offered; whoever is not among them is found by writing more of it."""

MOST = 40
"""Characters that somebody is looked for by."""

KEPT = ("help_type", "cadence_days")
"""What stays of the form while another helper is looked for: it may stand in an address, why somebody is helped not."""


@pages.get("/pairings")
def pairings() -> str:
    """Pairings of the community, those due first first; narrowed to a state, a kind of help, those overdue."""
    asked = filters("state", "help_type", "overdue")
    query = {"state": "active", **asked, "community": community(), "page": page(), "page_size": SHOWN}
    return render_template(
        "office/pairings.html",
        found=api("list_pairings", query=query),
        asked=asked,
        help=HELP,
        ends=ENDS,
        community=community(),
    )


@pages.get("/pairings/new")
def new_pairing() -> str:
    """Whom to help is found by name first, then who helps; then with what, how often, and why."""
    return _new(filters("person_id", "q", "volunteer_id", "helper", *KEPT), {})


@pages.post("/pairings/new")
def set_up_pairing() -> Told:
    """Sets a pairing up; or leads back to looking for another helper, with what is not sensitive of the form."""
    given = sent("person_id", "volunteer_id", "help_type", "hardship", "cadence_days")
    if "other" in request.form:
        kept = {name: given[name] for name in ("person_id", *KEPT)}
        return redirect(url_for("office.new_pairing", community=community(), **kept), 303)
    days = given["cadence_days"]
    body = {
        **given,
        "community": community(),
        "hardship": given["hardship"] or None,
        "cadence_days": int(days) if days.isdecimal() else days,
    }
    return doing(
        lambda: api("set_up_pairing", body=body),
        lambda told: url_for("office.pairing", id=told["id"], done=1),
        lambda wrong: _new(given, wrong),
    )


@pages.get("/pairings/<id:id>")
def pairing(id: str) -> str:
    """One pairing with its helpers and contacts; why somebody is helped is not on it."""
    return _pairing(id, {}, "")


@pages.post("/pairings/<id:id>/hardship")
def hardship(id: str) -> str:
    """The same with why somebody is helped: a reading by itself, asked for with a button and recorded."""
    return _pairing(id, {}, "", why=api("get_hardship", id=id))


@pages.post("/pairings/<id:id>/hand-over")
def hand_over_pairing(id: str) -> Told:
    """Somebody else helps from now on."""
    return _done(id, "hand-over", lambda: api("hand_over_pairing", body=sent("volunteer_id"), id=id))


@pages.post("/pairings/<id:id>/end")
def end_pairing(id: str) -> Told:
    """The pairing ends, with the reason."""
    given = sent("reason", "note")
    return _done(
        id, "end", lambda: api("end_pairing", body={"reason": given["reason"], "note": given["note"] or None}, id=id)
    )


def _done(id: str, form: str, act: Callable[[], Any]) -> Told:
    then = url_for("office.pairing", id=id, done=1)
    return doing(act, lambda _: then, lambda wrong: _pairing(id, wrong, form))


def _new(given: dict[str, str], wrong: dict[str, list[str]]) -> str:
    at, q = community(), given.get("q", "")
    whom = api("get_person", id=given["person_id"]) if given.get("person_id") else None
    query = {"q": q[:MOST], "community": at, "page_size": FOUND}
    people = api("list_people", query=query)["items"] if q and not whom else []
    helper = _volunteer(at, given["volunteer_id"]) if whom and given.get("volunteer_id") else None
    return render_template(
        "office/new_pairing.html",
        given=given,
        wrong=wrong,
        whom=whom,
        people=people,
        helper=helper,
        helpers=_volunteers_called(at, given.get("helper", "")) if whom and not helper else None,
        kept={name: given[name] for name in KEPT if given.get(name)},
        help=HELP,
        community=at,
    )


def _pairing(id: str, wrong: dict[str, list[str]], form: str, *, why: dict[str, Any] | None = None) -> str:
    found = api("get_pairing", id=id)
    helper = request.values.get("helper", "").strip()
    helpers = _volunteers_called(found["community"], helper) if found["state"] == "active" else None
    return render_template(
        "office/pairing.html",
        pairing=found,
        why=why,
        wrong=wrong,
        form=form,
        given=request.form,
        helper=helper,
        helpers=helpers,
        others=[
            (each["id"], " · ".join(filter(None, (each["name"], each["home_name"]))))
            for each in (helpers or {"items": []})["items"]
            if each["id"] != found["volunteer_id"]
        ],
        help=HELP,
        contacts=CONTACTS,
        ends=ENDS,
        chosen_ends=CHOSEN_ENDS,
    )


def _volunteers_called(at: str, q: str) -> dict[str, Any] | None:
    """Volunteers who are called so or have these first letters; None where nobody is looked for."""
    if not q:
        return None
    found: dict[str, Any] = api("list_volunteers", query={"q": q[:MOST], "community": at, "page_size": FOUND})
    return found


def _volunteer(at: str, id: str) -> dict[str, Any] | None:
    """One volunteer of the community as lists show them, without their telephone; None where there is none."""
    found: list[dict[str, Any]] = api("list_volunteers", query={"id": id, "community": at})["items"]
    return next(iter(found), None)
