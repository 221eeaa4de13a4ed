"""The registers: places, people, posts, gaps; brought in from Excel with a look at what would happen first."""

from base64 import b64encode
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from contracts.errors import Error
from gateway.api.organization import bring_in
from gateway.errors import FileMissing
from gateway.http import STATUS
from gateway.pages.api import api, reach
from gateway.pages.frame import said_of
from gateway.pages.office import pages
from gateway.pages.office.community import community
from gateway.uploads import taking

PAGE_SIZE = 50
IMPORTED = ("places", "people")


def _paged() -> dict[str, int]:
    return {"page": max(1, request.args.get("page", 1, type=int)), "page_size": PAGE_SIZE}


@pages.get("/places")
def places() -> str:
    """The tree, a level at a time: what lies below the place asked for."""
    at = community()
    parent = request.args.get("parent") or at
    return render_template(
        "office/places.html",
        community=at,
        place=api("get_place", community=at, place=parent),
        found=api("list_places", query={"parent": parent, **_paged()}, community=at),
    )


@pages.get("/people")
def people() -> str:
    """The people of a place, or of all."""
    at = community()
    place = request.args.get("place", "").strip()
    query = {"community": at, **({"place": place} if place else {}), **_paged()}
    return render_template("office/people.html", community=at, place=place, found=api("list_people", query=query))


@pages.get("/gaps")
def gaps() -> str:
    """Where nobody is responsible."""
    at = community()
    return render_template("office/gaps.html", community=at, found=api("list_gaps", query=_paged(), community=at))


@pages.get("/import/<any(places, people):what>")
def import_form(what: str) -> str:
    """Asks for the file."""
    return _import_page(what)


@pages.post("/import/<any(places, people):what>")
@taking("import_limit")
def import_file(what: str) -> Answer | str | tuple[str, int]:
    """Says what the file would do and what is wrong with it; with `confirmed`, does it."""
    at = community()
    is_confirmed = request.form.get("confirmed") == "1"
    try:
        reach(f"import_{what}", community=at)
        file = _sent()
        told = bring_in(f"import_{what}", at, file, preview=not is_confirmed)
    except Error as error:
        return _import_page(what, wrong=said_of(error)), STATUS.get(error.kind, 500)
    if is_confirmed and not told["fault_count"]:
        counts = {name: told[name] for name in ("added", "changed", "unchanged")}
        return redirect(url_for("office.import_form", what=what, done=1, **counts), 303)
    return _import_page(what, told=told, file=file)


def _sent() -> str:
    """The file in base64: as it was sent, or as it came back with the page that showed what it would do."""
    if kept := request.form.get("file_kept", ""):
        return kept
    sent = request.files.get("file")
    content = sent.read() if sent is not None else b""
    if not content:
        raise FileMissing
    return b64encode(content).decode()


def _import_page(
    what: str, *, told: dict[str, Any] | None = None, file: str = "", wrong: dict[str, list[str]] | None = None
) -> str:
    done = {name: request.args.get(name, 0, type=int) for name in ("added", "changed", "unchanged")}
    return render_template(
        "office/import.html",
        what=what,
        told=told,
        file=file,
        wrong=wrong or {},
        done=done if request.args.get("done") else None,
    )
