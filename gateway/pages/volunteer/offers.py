"""What a volunteer is asked to do: offers with their reasons, saying yes or no, checking in and out."""

from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from contracts.errors import Error
from gateway.http import STATUS
from gateway.pages.api import api, every
from gateway.pages.frame import said_of
from gateway.pages.volunteer import pages
from gateway.pages.volunteer.myself import myself, volunteers

ON_HAND = ("offered", "accepted", "checked_in")
STEPS = {"accept": "accept_dispatch", "decline": "decline_dispatch", "check-in": "check_in", "check-out": "check_out"}


@pages.get("/")
def offers() -> str:
    """Everything on hand: what is to be answered first."""
    return _offers({})


@pages.post("/dispatches/<id:id>/<any(accept, decline, 'check-in', 'check-out'):step>")
def take(id: str, step: str) -> Answer | tuple[str, int]:
    """Takes a step; a check-in from a courtyard's code brings the place along."""
    said = {name: request.form[name].strip() for name in ("reason", "note") if request.form.get(name, "").strip()}
    if step == "check-in" and request.form.get("place"):
        said["place"] = request.form["place"]
    try:
        api(STEPS[step], id=id, body=said)
    except Error as error:
        return _offers(said_of(error)), STATUS.get(error.kind, 500)
    return redirect(url_for("volunteer.offers", done=step), 303)


def _offers(wrong: dict[str, list[str]]) -> str:
    me = myself()
    found = {state: list(every("list_dispatches", query={**me, "state": state})) for state in ON_HAND}
    done = request.args.get("done", "")
    return render_template("volunteer/offers.html", found=found, wrong=wrong, done=done if done in STEPS else "")


@pages.app_context_processor
def _check_ins() -> dict[str, Any]:
    return {"check_ins_at": check_ins_at}


def check_ins_at(community: str, place: str) -> list[dict[str, Any]]:
    """What whoever looks has said yes to and can be checked into by the code that hangs at this place. Nothing for
    others, and nothing where it cannot be told just now: the page of the place goes on without it."""
    found = []
    for me in volunteers():
        if me["community"] == community:
            try:
                query = {**me, "state": "accepted", "at_place": place}
                found += api("list_dispatches", query=query)["items"]
            except Error:
                continue
    return found
