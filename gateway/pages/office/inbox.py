"""The inbox over all grids: what is open, what is late, found by any of its marks."""

from typing import Any

from flask import render_template, request

from gateway.pages.api import api, every
from gateway.pages.office import pages
from gateway.pages.office.community import communities, community
from gateway.pages.wording import STATES

PAGE_SIZE = 50

FILTERS = ("group", "status", "category", "place", "channel", "receipt")
"""What the inbox is narrowed by, as its address names it."""


@pages.get("")
def inbox() -> str:
    """Grievances of the community, the most urgent first."""
    at, chosen = community(), asked()
    page = max(1, request.args.get("page", 1, type=int))
    query = {**chosen, "community": at, "page": page, "page_size": PAGE_SIZE}
    return render_template(
        "office/inbox.html",
        community=at,
        communities=communities(),
        found=api("list_grievances", query=query),
        grids=list(every("list_places", query={"kind": "grid"}, community=at)),
        names={place["code"]: place["name"] for place in every("list_courtyards", community=at)},
        chosen=chosen,
        states=STATES,
    )


def asked() -> dict[str, Any]:
    """What the inbox is narrowed to; open matters, the most urgent first, unless something else is asked."""
    given = ((name, request.args.get(name, "").strip()) for name in FILTERS)
    chosen: dict[str, Any] = {name: value for name, value in given if value}
    if "group" not in request.args and not {"status", "receipt"} & set(chosen):
        chosen["group"] = "open"
    if request.args.get("overdue"):
        chosen["overdue"] = True
    chosen["order"] = "urgent" if chosen.get("group") in ("open", "waiting", "in_hand") else "newest"
    return chosen
