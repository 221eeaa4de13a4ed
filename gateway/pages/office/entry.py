"""Entry for somebody who called, came or wrote (代报): the office types, the case is theirs."""

from typing import Any
from uuid import uuid4

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from contracts.errors import Error
from gateway.http import STATUS
from gateway.pages.api import api, every
from gateway.pages.frame import said_of
from gateway.pages.office import pages
from gateway.pages.office.community import community

FOUND = 20
"""Places shown for a search."""

CHANNELS = ("phone", "walk_in")
SHOWN = ("channel", "place", "category", "description", "name", "phone")


@pages.get("/new")
def new() -> str:
    """The form."""
    return _form({"channel": CHANNELS[0], "key": str(uuid4())})


@pages.post("/new")
def enter() -> Answer | tuple[str, int]:
    """Files it for the caller, and shows the receipt number to read out."""
    names = ("channel", "place", "category", "description", "name", "phone", "key")
    given: dict[str, Any] = {name: request.form.get(name, "").strip() for name in names}
    given["anonymous"] = "anonymous" in request.form
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


def _form(given: dict[str, Any], wrong: dict[str, list[str]] | None = None) -> str:
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
        entered=request.args.get("entered", ""),
        channels=CHANNELS,
    )


def _beside_fields(error: Error) -> dict[str, list[str]]:
    """What is wrong, by the fields of the form, which knows no `contact`."""
    return {name.removeprefix("contact."): told for name, told in said_of(error).items()}
