"""Today's list: every open case of the places that somebody is responsible for, the most urgent first."""

from typing import Any

from flask import render_template, request
from flask_babel import lazy_gettext

from gateway.pages.api import api
from gateway.pages.leader import pages
from gateway.pages.leader.words import words

ON_A_PAGE = 20

SIGHTS: dict[str, tuple[Any, dict[str, Any]]] = {
    "open": (lazy_gettext("全部待办"), {"group": "open"}),
    "late": (lazy_gettext("超期"), {"overdue": True}),
    "waiting": (lazy_gettext("待接办"), {"group": "waiting"}),
    "in_hand": (lazy_gettext("办理中"), {"group": "in_hand"}),
    "settled": (lazy_gettext("已办结"), {"group": "settled"}),
}
"""What can be looked at: its name, and the filters of the list."""


@pages.get("/")
def today() -> str:
    """The list, or the part of it that is asked for."""
    sight = request.args.get("show", "open")
    sight = sight if sight in SIGHTS else "open"
    place = request.args.get("place", "")
    page = max(1, request.args.get("page", 1, type=int))
    asked = {**SIGHTS[sight][1], "mine": True, "page": page, "page_size": ON_A_PAGE}
    asked["order"] = "newest" if sight == "settled" else "urgent"
    found = api("list_grievances", query=asked | ({"place": place} if place else {}))
    return render_template("leader/today.html", found=found, sight=sight, sights=SIGHTS, place=place, **words())


def next_after(id: str) -> dict[str, Any] | None:
    """The case that is the most urgent beside this one; None where nothing is left."""
    asked = {"mine": True, "group": "open", "order": "urgent", "except_id": id, "page_size": 1}
    found: list[dict[str, Any]] = api("list_grievances", query=asked)["items"]
    return found[0] if found else None
