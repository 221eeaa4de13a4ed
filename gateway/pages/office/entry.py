"""Entry for somebody who called, came or wrote （代报）: the office types, the case is theirs."""

from typing import Any
from uuid import uuid4

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from chassis.telephones import dialled
from contracts.errors import Error, Invalid
from gateway.http import STATUS
from gateway.pages.api import api, every
from gateway.pages.frame import HTMX, said_of
from gateway.pages.office import pages
from gateway.pages.office.community import community

FOUND = 20
"""Places shown for a search."""

NEARBY = 5
"""Open matters shown beside a caller: the ones that most neighbours have."""

FEWEST_DIGITS = 7
"""Of a telephone before it is looked up: those of landlines have no fewer."""

CHANNELS = ("phone", "walk_in")
SHOWN = ("channel", "place", "category", "description", "name", "phone")


@pages.get("/new")
def new() -> str:
    """The form."""
    return _form({"channel": CHANNELS[0], "key": str(uuid4())})


@pages.post("/new")
def enter() -> Answer | tuple[str, int]:
    """Files it for the caller, and shows the receipt number to read out."""
    given = _given()
    if "search" in request.form:  # what was typed so far stays in the form and out of addresses
        return _form(given)
    contact = {"name": given["name"], "phone": given["phone"]}
    body = {name: given[name] for name in ("channel", "place", "category", "description", "anonymous")}
    try:
        told = api(
            "file_grievance",
            headers={"Idempotency-Key": given["key"]} if given["key"] else {},
            body={
                **body,
                "community": community(),
                "contact": contact if any(contact.values()) and not given["anonymous"] else None,
            },
        )
    except Error as error:
        return _form(given, _beside_fields(error)), STATUS.get(error.kind, 500)
    return redirect(url_for("office.new", entered=told["receipt"]), 303)


@pages.route("/new/caller", methods=["GET", "POST"])
def look_up_caller() -> Answer | str:
    """Who calls and what they reported before: beside the form while one types, or with the form by its button."""
    if request.method == "GET":  # whoever comes back to it has no telephone to look up
        return redirect(url_for("office.new"))
    given, at = _given(), community()
    caller = _caller(at, given)
    if HTMX in request.headers:
        return render_template("office/caller.html", community=at, caller=caller)
    if caller and "take" in request.form:
        taken = next((one for one in caller["people"] if one["id"] == request.form["take"]), None)
        given |= {"name": taken["name"], "place": _home(at, taken)} if taken else {}
    return _form(given, caller=caller)


@pages.post("/new/me-too/<id:id>")
def join_for_caller(id: str) -> Answer | tuple[str, int]:
    """Adds whoever calls to an open matter instead of filing it again."""
    given = _given()
    try:
        told = api("join_for_caller", id=id, body={"phone": given["phone"]})
    except Error as error:
        return _form(given, said_of(error)), STATUS.get(error.kind, 500)
    return redirect(url_for("office.new", joined=told["receipt"]), 303)


@pages.get("/find-places")
def find_places() -> str:
    """The choice of places that are called so, for the form, while one types."""
    at, q = community(), request.args.get("q", "").strip()
    return render_template("office/found.html", found=_found(at, q), given={})


def _found(at: str, q: str) -> list[dict[str, Any]]:
    """Places by name, by first letters in pinyin or by code."""
    if not q:
        return []
    found: list[dict[str, Any]] = api("list_places", query={"q": q[:40], "page_size": FOUND}, community=at)["items"]
    return found


def _given() -> dict[str, Any]:
    """What the form holds."""
    names = ("channel", "place", "category", "description", "name", "phone", "key")
    given: dict[str, Any] = {name: request.form.get(name, "").strip() for name in names}
    return given | {"anonymous": "anonymous" in request.form}


def _caller(at: str, given: dict[str, Any]) -> dict[str, Any] | None:
    """Who calls, their earlier matters, and what is open around them; None before there is a whole telephone."""
    if len(dialled(given["phone"])) < FEWEST_DIGITS:
        return None
    try:
        told: dict[str, Any] = api("look_up_caller", body={"phone": given["phone"]}, community=at)
    except Invalid:  # not written as a telephone: the form says so when it is sent
        return None
    homes = [one["household"] for one in told["people"] if one["household"]]
    place = given["place"] or next(iter(homes), "")
    known = {each["id"] for each in told["matters"]}
    nearby = api("list_nearby", query={"community": at, "place": place, "page_size": NEARBY})["items"] if place else []
    return told | {"nearby": [each for each in nearby if each["id"] not in known]}


def _home(at: str, person: dict[str, Any]) -> str:
    """The building or courtyard that somebody lives in, as the form lists them; "" for who lives in none."""
    if not person["household"]:
        return ""
    path = api("get_place", community=at, place=person["household"])["path"]
    return str(path[-2]["code"])


def _form(
    given: dict[str, Any], wrong: dict[str, list[str]] | None = None, caller: dict[str, Any] | None = None
) -> str:
    at, q = community(), request.values.get("q", "").strip()
    return render_template(
        "office/new.html",
        community=at,
        places=list(every("list_courtyards", community=at)),
        buildings=list(every("list_places", query={"kind": "building"}, community=at)),
        q=q,
        found=_found(at, q),
        given=given,
        wrong=wrong or {},
        shown=SHOWN,
        caller=caller,
        entered=request.args.get("entered", ""),
        joined=request.args.get("joined", ""),
        channels=CHANNELS,
    )


def _beside_fields(error: Error) -> dict[str, list[str]]:
    """What is wrong, by the fields of the form, which knows no `contact`."""
    return {name.removeprefix("contact."): told for name, told in said_of(error).items()}
