"""Pages of those who look at several communities （街道查看）: a league table of them, and each by its grids,
categories and weeks. Numbers only, and nobody in person."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask import Response, render_template, request
from flask_babel import gettext, lazy_gettext

from gateway.files import call
from gateway.pages.api import api, every
from gateway.pages.frame import Pages
from gateway.pages.league import GROUPED_BY, RATES, WEEKS, Asked, asked, columns, figures_of
from gateway.pages.places import place_name
from gateway.pages.speech import CHINA
from gateway.sheets import XLSX, Column, sheet

pages = Pages(
    "figures",
    "/figures",
    home="communities",
    called=lazy_gettext("各社区"),
    told=lazy_gettext("各社区的响应率、解决率、满意率和排名"),
    roles=("viewer",),
    roles_over_several=("secretary", "administrator"),
)

SHOWN = 50
"""Communities on a page."""


@pages.context_processor
def _choices() -> dict[str, Any]:
    return {"ways_to_look": GROUPED_BY, "rates": RATES, "periods": WEEKS}


@pages.get("")
def communities() -> str:
    """The communities that whoever looks reaches, ranked by a rate."""
    wanted = asked("grid")
    page = max(1, request.args.get("page", 1, type=int))
    found = api("compare_communities", query={**_compared(wanted), "page": page, "page_size": SHOWN})
    today = datetime.now(CHINA).date()
    return render_template("figures/communities.html", found=found, asked=wanted, until=today)


@pages.get("/export.xlsx")
def export_communities() -> Response:
    """The same, all of them, as a sheet."""
    wanted = asked("grid")
    rows = every("compare_communities", query=_compared(wanted))
    return _as_file(gettext("各社区"), columns(gettext("社区"), "community"), rows, "communities")


def _compared(wanted: Asked) -> dict[str, str]:
    return {"since": wanted.since.isoformat(), "rank_by": wanted.rank_by}


@pages.get("/<community:community>")
def groups(community: str) -> str:
    """One community: its grids ranked in the same way, or its categories, weeks, courtyards, channels."""
    wanted = asked("grid")
    told = figures_of(community, wanted)
    name = place_name(community, community)
    return render_template("figures/groups.html", community=community, name=name, told=told, asked=wanted)


@pages.get("/<community:community>/export.xlsx")
def export_groups(community: str) -> Response:
    """The same as a sheet."""
    wanted = asked("grid")
    rows = figures_of(community, wanted)["groups"]
    heads = columns(str(GROUPED_BY[wanted.by]), "key" if wanted.ranked else "")
    return _as_file(place_name(community, community), heads, rows, f"{community}-{wanted.by}")


def _as_file(title: str, heads: list[Column], rows: Iterable[dict[str, Any]], plain: str) -> Response:
    response = Response(sheet(title, heads, rows), content_type=XLSX)
    return call(response, "attachment", gettext("%(title)s统计.xlsx", title=title), f"{plain}.xlsx")
