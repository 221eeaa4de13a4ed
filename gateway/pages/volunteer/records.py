"""What is on record of a volunteer: hours with their stars, and teams."""

from flask import render_template, request

from gateway.pages.api import api, every
from gateway.pages.volunteer import pages
from gateway.pages.volunteer.myself import myself


@pages.get("/hours")
def hours() -> str:
    """The hours: sum, stars, months, and what each was for."""
    page = max(1, request.args.get("page", 1, type=int))
    found = api("get_hours", id=myself()["volunteer_id"], query={"page": page, "page_size": 20})
    return render_template("volunteer/hours.html", found=found)


@pages.get("/teams")
def teams() -> str:
    """The teams that the volunteer belongs to, with their members."""
    found = [api("get_team", id=each["id"]) for each in every("list_teams", query=myself())]
    return render_template("volunteer/teams.html", teams=found)
