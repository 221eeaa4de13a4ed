"""The register of people: found, registered, corrected, moved; what is shown of those who hold a post."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import lazy_gettext

from chassis.steps import is_id
from contracts.organization.errors import MergedAway
from gateway.pages.api import api, may
from gateway.pages.office import pages
from gateway.pages.office.community import community
from gateway.pages.office.forms import Told, doing, filters, page, sent, version
from gateway.pages.speech import CHINA
from gateway.pages.wording import POSTS
from gateway.uploads import taking

SEXES = (("unknown", lazy_gettext("未填")), ("male", lazy_gettext("男")), ("female", lazy_gettext("女")))
SHOWN = 50


@pages.get("/people")
def people() -> str:
    """The register, narrowed to a place, a post, or a name; for somebody who stands in it twice, the other entry is
    chosen here."""
    asked, twin = filters("q", "place", "post", "left"), filters("twin").get("twin", "")
    found = api("list_people", query={**asked, "community": community(), "page": page(), "page_size": SHOWN})
    return render_template(
        "office/people.html",
        found=found,
        asked=asked,
        twin=twin if is_id(twin) else "",
        posts=list(POSTS.items()),
        community=community(),
    )


@pages.get("/people/new")
def new_person() -> str:
    """The form for somebody new."""
    return _new(filters("household"), {})


@pages.post("/people/new")
def add_person() -> Told:
    """Registers somebody."""
    given = sent("name", "number", "sex", "born_on", "household", "phone")

    optional = {name: given[name] or None for name in ("born_on", "household", "phone")}
    body = {**given, **optional, "community": community()}
    return doing(
        lambda: api("add_person", body=body),
        lambda told: url_for("office.person", id=told["id"], done=1),
        lambda wrong: _new(given, wrong),
    )


@pages.get("/people/<id:id>")
def person(id: str) -> Told:
    """One person with the posts they held and what is shown of them; a double that was merged leads on to the entry
    which it is part of."""
    try:
        return _person(id, {}, "")
    except MergedAway as merged:
        return redirect(url_for("office.person", id=merged.facts["into"], merged=1))


@pages.post("/people/<id:id>/change")
def change_person(id: str) -> Told:
    """Corrects what is written; a telephone left empty stays as it is."""
    given = sent("name", "sex", "born_on", "phone")
    body: dict[str, Any] = {name: given[name] for name in ("name", "sex")}
    body |= {"born_on": given["born_on"] or None, "version": version()}
    body |= {"phone": given["phone"]} if given["phone"] else {}
    body |= {"phone": None} if "no_phone" in request.form else {}
    return _done(id, "change", lambda: api("change_person", body=body, id=id))


@pages.post("/people/<id:id>/move")
def move_person(id: str) -> Told:
    """Notes to which household somebody has moved."""
    body = {"household": sent("household")["household"], "version": version()}
    return _done(id, "move", lambda: api("move_person", body=body, id=id))


@pages.post("/people/<id:id>/depart")
def depart_person(id: str) -> Told:
    """Notes that somebody has left the community."""
    body = {"left_on": sent("left_on")["left_on"], "version": version()}
    return _done(id, "depart", lambda: api("depart_person", body=body, id=id))


@pages.post("/people/<id:id>/phone")
def show_phone(id: str) -> Told:
    """Shows the telephone with the post, or does not."""
    shown = request.form.get("shown") == "1"
    return _done(id, "publication", lambda: api("show_phone", body={"shown": shown}, id=id))


@pages.post("/people/<id:id>/portrait")
@taking("picture_limit")
def show_portrait(id: str) -> Told:
    """Shows a portrait of somebody who agrees."""
    agreed = {"consent": "true"} if "consent" in request.form else {}
    return _done(id, "publication", lambda: api("show_portrait", query=agreed, id=id))


@pages.post("/people/<id:id>/portrait/take-down")
def take_down_portrait(id: str) -> Told:
    """Takes it down and removes it."""
    return _done(id, "publication", lambda: api("take_down_portrait", id=id))


def _done(id: str, form: str, act: Callable[[], Any]) -> Told:
    then = url_for("office.person", id=id, done=1)
    return doing(act, lambda _: then, lambda wrong: _person(id, wrong, form))


def _new(given: dict[str, str], wrong: dict[str, list[str]]) -> str:
    return render_template(
        "office/new_person.html",
        given=given,
        wrong=wrong,
        sexes=SEXES,
        community=community(),
    )


def _person(id: str, wrong: dict[str, list[str]], form: str) -> str:
    told = api("get_person", id=id)
    shown = api("get_publication", id=id) if told["posts"] and may("get_publication") else None
    return render_template(
        "office/person.html",
        person=told,
        shown=shown,
        wrong=wrong,
        form=form,
        sexes=SEXES,
        given=request.form,
        today=datetime.now(CHINA).date().isoformat(),
    )
