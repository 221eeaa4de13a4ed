"""How pages do things: as the API does them, by the name of the operation.

The same access function, whereabouts, validation and audit apply as over HTTP, so a page can show and do nothing that
whoever looks at it could not have over the API.
"""

from collections.abc import Iterator
from typing import Any

from flask import Response, current_app, g

from contracts.errors import Error
from gateway.identity import current_who
from gateway.routes import Protected, protected_by

MOST_AT_ONCE = 200
"""Rows of a page when all of them are wanted: the most that lists give."""


def api(
    operation: str,
    *,
    query: dict[str, Any] | None = None,
    body: dict[str, Any] | None = None,
    headers: dict[str, Any] | None = None,
    picture: bytes | None = None,
    **ids: str,
) -> Any:
    """What the operation (`list_grievances`: the operationId in the description of the API) answers, as JSON has it;
    what is no JSON (a picture, a sheet) is given as a response. `picture` is one that it takes in, `ids` are those in
    its address. Raises its typed
    refusals, `Invalid` with the sentences for each field among them."""
    if picture is not None:
        g.picture = picture
    told = _operation(operation).ask({"query": query, "body": body, "headers": headers}, **ids)
    if isinstance(told, Response) and told.is_json:
        return told.get_json()
    return told


def every(operation: str, *, query: dict[str, Any] | None = None, **ids: str) -> Iterator[dict[str, Any]]:
    """All rows of a list, read page by page, each page recorded and guarded as the API does. Raises its refusals."""
    page, asked = 1, {**(query or {}), "page_size": MOST_AT_ONCE}
    while True:
        found = api(operation, query={**asked, "page": page}, **ids)
        yield from found["items"]
        if page * MOST_AT_ONCE >= found["total"]:
            return
        page += 1


def may(operation: str) -> bool:
    """Whether whoever looks could do this anywhere at all: for links and buttons, never instead of doing it."""

    try:
        return bool(_operation(operation).may(current_who()).areas)
    except Error:
        return False


def reach(operation: str, **ids: str) -> None:
    """Guard something that a page does by itself as the operation is guarded. Raises its refusals."""
    route = _operation(operation)
    g.reach = route.may(current_who())
    route.at.enter(g.reach, {}, {}, ids)


def _operation(name: str) -> Protected:
    known: dict[str, Protected] = current_app.extensions.setdefault("operations_by_name", {})
    if not known:
        known |= {route.name: route for route in protected_by(current_app)}
    return known[name]
