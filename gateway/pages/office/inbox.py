"""The inbox over all grids: what is open, what is late, found by any of its marks."""

from typing import Any
from uuid import uuid4

from flask import redirect, render_template, request, url_for

from contracts.errors import Error
from contracts.grievance.schemas.lists import Narrowed
from gateway.pages.api import api, every, may
from gateway.pages.office import pages
from gateway.pages.office.bulk import STEPS
from gateway.pages.office.community import communities, community
from gateway.pages.office.forms import Told, doing
from gateway.pages.phrases import phrases_of
from gateway.pages.queues import KINDS, found_or_wrong, looked_at, of_inbox
from gateway.pages.takers import offered_takers
from gateway.pages.wording import STATES


@pages.get("")
def inbox() -> str:
    """Grievances of the community, the most urgent first."""
    return _page()


def _page(**more: Any) -> str:
    at, chosen = community(), asked()
    page = max(1, request.args.get("page", 1, type=int))
    queue = looked_at("inbox", request.args, community=at)
    found, wrong = found_or_wrong({**chosen, "community": at, "page": page, "page_size": KINDS["inbox"].on_a_page})
    return render_template(
        "office/inbox.html",
        community=at,
        communities=communities(),
        found=found,
        wrong=wrong,
        grids=list(every("list_places", query={"kind": "grid"}, community=at)),
        names={place["code"]: place["name"] for place in every("list_courtyards", community=at)},
        chosen=chosen,
        states=STATES,
        opening=queue.opening(page),
        queue=queue,
        key=str(uuid4()),
        steps=STEPS,
        takers=offered_takers(at) if found["items"] else [],
        phrases=phrases_of(at),
        views=views_of(at),
        narrowed=narrowed_of(chosen),
        spelt_out=spelt_out,
        **more,
    )


@pages.post("/views")
def add_view() -> Told:
    """Keeps what the inbox is narrowed to under a name, for all of the office."""
    at, narrowed = community(), narrowed_of(asked())
    given = {"title": request.form.get("title", ""), "narrowed": narrowed}
    return doing(
        lambda: api("add_view", body=given, community=at),
        lambda _: url_for("office.inbox", community=at, **spelt_out(narrowed)),
        lambda wrong: _page(view_title=given["title"], view_wrong=wrong),
    )


@pages.post("/views/<id:id>/remove")
def remove_view(id: str) -> Told:
    """Keeps one no more."""
    back = url_for("office.inbox", community=community())
    return doing(lambda: api("remove_view", id=id), lambda _: back, lambda _: redirect(back, 303))


def narrowed_of(chosen: dict[str, Any]) -> dict[str, Any]:
    """What of the inbox's filters a view keeps."""
    return {name: value for name, value in chosen.items() if name in Narrowed.Meta.fields}


def spelt_out(narrowed: dict[str, Any]) -> dict[str, Any]:
    """The same as the inbox's address says it: of whatever state, where it names none, instead of open ones."""
    return {"group": "", **narrowed}


def views_of(at: str) -> list[dict[str, Any]]:
    """The views of the office; none where nobody can tell now: the inbox is read without them as well."""
    try:
        return list(every("list_views", community=at)) if may("list_views") else []
    except Error:
        return []


def asked() -> dict[str, Any]:
    """What the inbox is narrowed to; open matters, the most urgent first, unless something else is asked."""
    return of_inbox(request.args)
