"""Reporting a matter: the code on the courtyard's board, what is open near by, the form, the receipt."""

from typing import Any
from uuid import uuid4

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from contracts.errors import Error, NotFound
from gateway.browsers import LISTENING
from gateway.errors import PictureRefused
from gateway.http import STATUS
from gateway.pages.api import api
from gateway.pages.directory import courtyards_to_choose
from gateway.pages.frame import said_of
from gateway.pages.resident import pages
from gateway.pages.resident.remembered import Remembered, know_again, remember, visitor
from gateway.pages.wording import categories
from gateway.uploads import taking

MOST_PICTURES = 5

COMMON = (
    "flying_wire", "corridor_clutter", "fire_lane", "lift", "charging_pile", "garbage", "courtyard_hygiene",
    "water_leak", "public_facility", "noise", "parking", "elder_care",
)  # fmt: skip
"""Shown first: the hazards that the community names and what residents report most; all others are one tap further."""

SHOWN = ("category", "description", "name", "phone", "pictures")


@pages.get("/q")
def choose() -> str:
    """Which courtyard, for those who came without its code: communities, then courtyards."""
    return render_template("resident/choose.html", **courtyards_to_choose())


@pages.get("/q/<community:community>/<place:place>")
def place(community: str, place: str) -> Answer:
    """The form for this place, and what is open near by."""
    return _form(community, place, {"key": str(uuid4())})


@pages.post("/q/<community:community>/<place:place>")
@taking("pictures_limit")
def file_grievance(community: str, place: str) -> Answer:
    """Takes the matter in, with its pictures, and shows the receipt; what is wrong is said beside the form."""
    given = _given()
    try:
        for picture in _pictures():
            given["sent"].append(_added(community, picture))
        told = _filed(community, place, given)
    except Error as error:
        return _form(community, place, given, error)
    response = redirect(url_for("resident.receipt", receipt=told["receipt"], filed=1), 303)
    return remember(response, Remembered(told["receipt"], told["claim"]), secure=request.is_secure)


def _given() -> dict[str, Any]:
    form = request.form
    texts = ("category", "description", "name", "phone", "key")
    return {
        **{name: form.get(name, "").strip() for name in texts},
        "anonymous": "anonymous" in form,
        "sent": [id for id in form.getlist("picture") if id][:MOST_PICTURES],
    }


def _pictures() -> list[bytes]:
    """The pictures that came with the form; an empty field sends a file without a name."""
    return [file.read() for file in request.files.getlist("pictures") if file.filename][:MOST_PICTURES]


def _added(community: str, picture: bytes) -> str:
    """A picture that is kept until the matter names it."""
    try:
        return str(api("add_picture", query={"community": community}, picture=picture)["id"])
    except PictureRefused as refused:
        raise PictureRefused(fields={"pictures": refused.fields["file"]}) from refused


def _filed(community: str, place: str, given: dict[str, Any]) -> Any:
    contact = {"name": given["name"], "phone": given["phone"]}
    return api(
        "file_grievance",
        headers={"Idempotency-Key": given["key"]} if given["key"] else {},
        body={
            "community": community,
            "place": place,
            "category": given["category"],
            "description": given["description"],
            "contact": None if given["anonymous"] or not any(contact.values()) else contact,
            "anonymous": given["anonymous"],
            "pictures": given["sent"][:MOST_PICTURES],
        },
    )


def _form(community: str, place: str, given: dict[str, Any], error: Error | None = None) -> Answer:
    board = api("get_board", community=community, place=place)
    status = STATUS.get(error.kind, 500) if error else 200
    if board.get("closed_on"):  # an organization of the release before does not tell
        return Response(render_template("resident/closed.html", board=board, given=given), status)
    known = categories()
    page = render_template(
        "resident/report.html",
        community=community,
        place=place,
        board=board,
        nearby=_nearby(community, place),
        common=[known[code] for code in COMMON if code in known],
        others=[each for code, each in known.items() if code not in COMMON],
        given=given,
        wrong=_beside_fields(error) if error else {},
        shown=SHOWN,
    )
    return Response(page, status, headers=LISTENING)


def _nearby(community: str, place: str) -> list[dict[str, Any]]:
    try:
        found: list[dict[str, Any]] = api("list_nearby", query={"community": community, "place": place})["items"]
    except NotFound:
        raise
    except Error:
        return []  # a help, without which one can still report
    return found


@pages.post("/q/<community:community>/<place:place>/me-too/<id:id>")
def join_grievance(community: str, place: str, id: str) -> Answer:
    """Adds a neighbour to a matter that is open already."""
    key = visitor(request.form.get("key", ""))
    phone = request.form.get("phone", "").strip()
    told = api("join_grievance", id=id, body={"key": key, **({"phone": phone} if phone else {})})
    response = redirect(url_for("resident.receipt", receipt=told["receipt"], joined=1), 303)
    know_again(response, key, secure=request.is_secure)
    return remember(response, Remembered(told["receipt"], told["claim"]), secure=request.is_secure)


def _beside_fields(error: Error) -> dict[str, list[str]]:
    """What is wrong, by the fields of the form, which knows no `contact`."""
    return {name.removeprefix("contact."): told for name, told in said_of(error).items()}
