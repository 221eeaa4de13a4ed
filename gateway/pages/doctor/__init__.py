"""Pages of doctors: home visits by household, those due first; the visit form; elders' records.

What is typed here is health data: no draft of it is kept on the phone, and every reading is recorded.
"""

from collections.abc import Iterator
from datetime import date, datetime
from itertools import groupby
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response as Answer

from contracts.errors import Error
from gateway.http import STATUS
from gateway.pages.api import api
from gateway.pages.doctor.forms import LISTS, MEASURED, changes_of, findings_of
from gateway.pages.frame import Pages, said_of
from gateway.pages.speech import CHINA

pages = Pages(
    "doctor",
    "/doctor",
    home="visits",
    called=lazy_gettext("上门随访"),
    told=lazy_gettext("哪些老人该去看了，去了怎么样"),
    roles=("doctor",),
)


SHOWN = 50
"""Rows of a page."""


@pages.get("")
def visits() -> str:
    """Visits that are planned, a page of them by household, those due first; narrowed to those overdue, or to an
    elder's name."""
    today = datetime.now(CHINA).date()
    asked = {name: given for name in ("q", "late") if (given := request.args.get(name, "").strip())}
    query: dict[str, Any] = {"state": "planned", "page": _page(), "page_size": SHOWN}
    query |= {"q": asked["q"]} if "q" in asked else {}
    query |= {"due_before": today.isoformat()} if "late" in asked else {}
    found = api("list_visits", query=query)
    return render_template(
        "doctor/visits.html",
        found=found,
        households=list(_by_household(found["items"])),
        asked=asked,
        today=today,
        done=request.args.get("done", ""),
    )


def _page() -> int:
    return max(1, request.args.get("page", 1, type=int))


def _by_household(planned: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """All that is due in one household together, the household that is due first in front."""
    by_place = sorted(planned, key=lambda visit: (visit["community"], visit["place"], visit["due_on"]))
    bundles = [list(found) for _, found in groupby(by_place, key=lambda visit: (visit["community"], visit["place"]))]
    for bundle in sorted(bundles, key=lambda found: found[0]["due_on"]):
        yield {
            "community": bundle[0]["community"],
            "place": bundle[0]["place"],
            "due_on": date.fromisoformat(bundle[0]["due_on"]),
            "visits": bundle,
        }


@pages.get("/visits/<id:id>")
def visit(id: str) -> str:
    """One visit: whom it is for, why, and the form."""
    return _visit_page(id)


@pages.post("/visits/<id:id>/done")
def complete_visit(id: str) -> Answer | tuple[str, int]:
    """The visit took place."""
    given, wrong = findings_of(request.form)
    if wrong:
        return _visit_page(id, given=request.form.to_dict(), wrong=wrong), 422
    try:
        api("complete_visit", id=id, body={"findings": given or None})
    except Error as error:
        return _visit_page(id, given=request.form.to_dict(), wrong=said_of(error)), STATUS.get(error.kind, 500)
    return redirect(url_for("doctor.visit", id=id, done=1), 303)


@pages.post("/visits/<id:id>/miss")
def miss_visit(id: str) -> Answer | tuple[str, int]:
    """Nobody was there, or it could not be made."""
    try:
        api("miss_visit", id=id, body={"reason": request.form.get("reason", "").strip()})
    except Error as error:
        return _visit_page(id, given=request.form.to_dict(), wrong=said_of(error)), STATUS.get(error.kind, 500)
    return redirect(url_for("doctor.visits", done="missed"), 303)


def _visit_page(id: str, *, given: dict[str, str] | None = None, wrong: dict[str, list[str]] | None = None) -> str:
    shown = api("get_visit", id=id)
    return render_template(
        "doctor/visit.html",
        visit=shown,
        measured=MEASURED,
        given=given or {},
        wrong=wrong or {},
        done=request.args.get("done", ""),
    )


@pages.get("/elders")
def elders() -> str:
    """Elders with a record, without findings."""
    asked = {name: given for name in ("q", "band") if (given := request.args.get(name, "").strip())}
    found = api("list_elder_records", query={**asked, "page": _page(), "page_size": SHOWN})
    return render_template("doctor/elders.html", found=found, asked=asked, today=datetime.now(CHINA).date())


@pages.get("/elders/<id:id>")
def elder(id: str) -> str:
    """An elder's whole record, with the form to write it."""
    return _elder_page(id)


@pages.post("/elders/<id:id>")
def update_elder_record(id: str) -> Answer | tuple[str, int]:
    """Writes consent and findings."""
    try:
        api("update_elder_record", id=id, body=changes_of(request.form))
    except Error as error:
        return _elder_page(id, wrong=said_of(error)), STATUS.get(error.kind, 500)
    return redirect(url_for("doctor.elder", id=id, done=1), 303)


def _elder_page(id: str, *, wrong: dict[str, list[str]] | None = None) -> str:
    shown = api("get_elder_record", id=id)
    return render_template(
        "doctor/elder.html",
        elder=shown,
        record=shown["record"] or {},
        lists=LISTS,
        wrong=wrong or {},
        done=request.args.get("done", ""),
        today=datetime.now(CHINA).date().isoformat(),
    )
