"""The inbox over all grids: what is open, what is late, found by any of its marks."""

from typing import Any
from uuid import uuid4

from flask import render_template, request

from gateway.pages.api import every
from gateway.pages.office import pages
from gateway.pages.office.bulk import STEPS
from gateway.pages.office.community import communities, community
from gateway.pages.phrases import phrases_of
from gateway.pages.queues import KINDS, found_or_wrong, looked_at, of_inbox
from gateway.pages.wording import STATES


@pages.get("")
def inbox() -> str:
    """Grievances of the community, the most urgent first."""
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
        phrases=phrases_of(at),
    )


def asked() -> dict[str, Any]:
    """What the inbox is narrowed to; open matters, the most urgent first, unless something else is asked."""
    return of_inbox(request.args)
