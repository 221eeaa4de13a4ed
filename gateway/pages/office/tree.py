"""The tree of places: looked through level by level, searched, added to, corrected, closed and opened again."""

from typing import Any

from flask import render_template, request, url_for

from gateway.pages.api import api
from gateway.pages.office import pages
from gateway.pages.office.community import community
from gateway.pages.office.forms import Told, doing, filters, page, sent, version
from gateway.pages.wording import KINDS

PAGE_SIZE = 50
BELOW = {
    "community": ("grid",),
    "grid": ("courtyard",),
    "courtyard": ("building", "household"),
    "building": ("household",),
    "household": (),
}
"""What may stand under what, for the choices of the form; the organization service holds to it."""


@pages.get("/places")
def places() -> str:
    """The tree, a level at a time: what lies below the place asked for, or what a search finds."""
    return _tree(request.args.get("parent") or community())


@pages.post("/places/<place:place>/add")
def add_place(place: str) -> Told:
    """Adds a place below this one."""
    given = sent("code", "kind", "name")
    body = {**given, "parent": place, "aged": "aged" in request.form}
    return _done(place, "add", lambda at: api("add_place", body=body, community=at), given)


@pages.post("/places/<place:place>/change")
def change_place(place: str) -> Told:
    """Gives this place another name or other details."""
    given = sent("name", "boundary", "version")
    body = {"name": given["name"], "boundary": given["boundary"], "version": version(), "aged": "aged" in request.form}
    return _done(place, "change", lambda at: api("change_place", body=body, community=at, place=place), given)


@pages.post("/places/<place:place>/<any(close, reopen):step>")
def close_place(place: str, step: str) -> Told:
    """Closes this place, or opens it again."""
    return _done(place, "", lambda at: api(f"{step}_place", body={"version": version()}, community=at, place=place))


def _done(place: str, form: str, act: Any, given: dict[str, str] | None = None) -> Told:
    at = community()
    return doing(
        lambda: act(at),
        lambda _: url_for("office.places", parent=place, community=at, done=1),
        lambda wrong: _tree(place, wrong, form, given),
    )


def _tree(
    code: str, wrong: dict[str, list[str]] | None = None, form: str = "", given: dict[str, str] | None = None
) -> str:
    at, searched = community(), filters("q")
    place = api("get_place", community=at, place=code)
    asked: dict[str, Any] = searched or {"parent": code, "closed": True}
    return render_template(
        "office/place.html",
        community=at,
        place=place,
        found=api("list_places", query={**asked, "page": page(), "page_size": PAGE_SIZE}, community=at),
        board=api("get_board", community=at, place=code),
        q=searched.get("q", ""),
        wrong=wrong or {},
        form=form,
        given=given or {},
        kinds=KINDS,
        may_add=BELOW[place["kind"]],
    )
