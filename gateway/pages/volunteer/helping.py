"""Whom a volunteer keeps up with, and noting that they were in touch."""

from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from contracts.errors import Error
from gateway.http import STATUS
from gateway.pages.api import api, every
from gateway.pages.frame import said_of
from gateway.pages.volunteer import pages
from gateway.pages.volunteer.myself import myself
from gateway.pages.wording import CONTACTS, HELP


@pages.get("/pairings")
def pairings() -> str:
    """The volunteer's own pairings, those due first first."""
    found = list(every("list_pairings", query={**myself(), "state": "active"}))
    return render_template("volunteer/pairings.html", pairings=found, help=HELP)


@pages.get("/pairings/<id:id>")
def pairing(id: str) -> str:
    """One of them with its contacts."""
    return _pairing(id)


@pages.post("/pairings/<id:id>/contacts")
def log_contact(id: str) -> Answer | tuple[str, int]:
    """Notes a contact."""
    form = request.form
    said = {"kind": form.get("kind", ""), "note": form.get("note", "").strip()}
    if form.get("contacted_on"):
        said["contacted_on"] = form["contacted_on"]
    try:
        api("log_contact", id=id, body=said)
    except Error as error:
        return _pairing(id, said, said_of(error)), STATUS.get(error.kind, 500)
    return redirect(url_for("volunteer.pairing", id=id, logged=1), 303)


def _pairing(id: str, given: dict[str, Any] | None = None, wrong: dict[str, list[str]] | None = None) -> str:
    found = api("get_pairing", id=id)
    told = {"given": given or {}, "wrong": wrong or {}, "contacts": CONTACTS, "help": HELP}
    return render_template("volunteer/pairing.html", pairing=found, logged="logged" in request.args, **told)
