"""Today's list: every open case of the places that somebody is responsible for, the most urgent first."""

from flask import render_template, request
from flask_babel import lazy_gettext

from gateway.pages.api import api
from gateway.pages.leader import pages
from gateway.pages.leader.words import words
from gateway.pages.queues import found_or_wrong, looked_at

SIGHTS = {
    "open": lazy_gettext("全部待办"),
    "late": lazy_gettext("超期"),
    "waiting": lazy_gettext("待接办"),
    "in_hand": lazy_gettext("办理中"),
    "settled": lazy_gettext("已办结"),
}
"""What can be looked at, and what it is called."""


@pages.get("/")
def today() -> str:
    """The list, or the part of it that is asked for; or the one case that somebody names by its receipt number."""
    queue, page = looked_at("today", request.args), max(1, request.args.get("page", 1, type=int))
    sought = request.args.get("receipt", "").strip()
    filters = queue.kind.filters({**queue.narrowed, "receipt": sought})
    found, wrong = found_or_wrong({**filters, "page": page, "page_size": queue.kind.on_a_page})
    sight = request.args.get("show", "open")
    is_done = not found["total"] and sight == "open" and not sought and _had_any()
    return render_template(
        "leader/today.html",
        found=found,
        wrong=wrong,
        sought=sought,
        is_done=is_done,
        sight="" if sought else sight if sight in SIGHTS else "open",
        sights=SIGHTS,
        place=filters.get("place", ""),
        done=request.args.get("done", ""),
        opening=queue.opening(page),
        **words(),
    )


def _had_any() -> bool:
    """Whether there ever was a case where they are responsible: having done everything is not having had nothing."""
    return bool(api("list_grievances", query={"mine": True, "page_size": 1})["total"])
