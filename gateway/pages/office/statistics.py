"""Numbers of a period: matters by category, week and place, the three rates with what they count and of how many."""

from datetime import datetime, timedelta
from typing import Any

from flask import render_template, request
from flask_babel import gettext, lazy_gettext

from gateway.pages.api import api, every
from gateway.pages.office import pages
from gateway.pages.office.community import community
from gateway.pages.speech import CHINA
from gateway.pages.wording import category

WEEKS = (4, 12, 52)
GROUPED_BY = {
    "category": lazy_gettext("按类别"),
    "week": lazy_gettext("按周"),
    "courtyard": lazy_gettext("按楼院"),
    "grid": lazy_gettext("按网格"),
    "channel": lazy_gettext("按渠道"),
}


@pages.get("/statistics")
def statistics() -> str:
    """One table and one chart, of the same numbers."""
    at = community()
    by = request.args.get("by", "category")
    by = by if by in GROUPED_BY else "category"
    weeks = request.args.get("weeks", WEEKS[0], type=int)
    weeks = weeks if weeks in WEEKS else WEEKS[0]
    since = (datetime.now(CHINA) - timedelta(weeks=weeks)).date().isoformat()
    told = api("get_casework_figures", query={"community": at, "since": since, "by": by})
    return render_template(
        "office/statistics.html",
        community=at,
        told=told,
        by=by,
        weeks=weeks,
        ways_to_look=GROUPED_BY,
        names=_names(at, by, told["groups"]),
    )


def _names(at: str, by: str, groups: list[dict[str, Any]]) -> dict[str, str]:
    """What each group is called."""
    keys = [group["key"] for group in groups]
    if by == "category":
        return {key: category(key) for key in keys}
    if by in ("courtyard", "grid"):
        known = {place["code"]: place["name"] for place in every("list_places", query={"kind": by}, community=at)}
        return {key: known.get(key, key) for key in keys}
    if by == "channel":
        told = {
            "web": gettext("网上"), "phone": gettext("电话"), "walk_in": gettext("来访"), "partner": gettext("单位"),
        }  # fmt: skip
        return {key: told.get(key, key) for key in keys}
    return {key: key for key in keys}
