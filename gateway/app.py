"""The Flask application behind the door."""

import re

from flask import Flask, Response, request

from chassis.context import within
from chassis.observed_work import Received
from chassis.observing import OBSERVER
from gateway.api import (
    accounts,
    audit,
    boards,
    callers,
    casework,
    doubles,
    editing,
    grievances,
    health,
    neighbours,
    notices,
    operations,
    organization,
    pairings,
    partners,
    people,
    phrases,
    pictures,
    receipts,
    views,
    volunteers,
)
from gateway.browsers import protect
from gateway.config import GatewaySettings
from gateway.guessing import Guesses
from gateway.http import Ask, refuse_in_one_shape
from gateway.identity import Identities, recognise
from gateway.limits import limit
from gateway.live import Overviews
from gateway.openapi import describe, written
from gateway.pages import (
    board,
    display,
    doctor,
    figures,
    front,
    leader,
    mine,
    office,
    ops,
    partner,
    resident,
    signing_in,
    volunteer,
)
from gateway.pages.assets import serve_assets
from gateway.pages.frame import frame_pages
from gateway.posters import Posters
from gateway.tree import Tree
from gateway.uploads import bound_body

API = "/api/v1"

SERVICES = (
    grievances,
    receipts,
    neighbours,
    pictures,
    casework,
    callers,
    phrases,
    views,
    organization,
    editing,
    doubles,
    boards,
    people,
    volunteers,
    pairings,
    partners,
    health,
    operations,
    audit,
    accounts,
    notices,
)
"""The routes of the API, in the order in which its description tells them."""

PAGES = (front, display, signing_in, resident, volunteer, leader, doctor, partner, board, mine, office, figures, ops)
"""Pages, in the order in which their ways in are shown."""

_CORRELATION = re.compile(r"(?!1[0-9]{10}\Z)(?![0-9]{17}[0-9Xx]\Z)[0-9A-Za-z._:-]{1,64}")
"""Neither a telephone nor an identity card: it stands in every log and journey."""


class Door(Flask):
    """Flask, with every request the beginning of a chain whose number the client may choose and is told."""

    def full_dispatch_request(self) -> Response:
        """Answer within the chain."""
        wished = request.headers.get("X-Correlation-Id", "")
        correlation = wished if _CORRELATION.fullmatch(wished) else None
        received = Received(OBSERVER, request.method, correlation, request.headers.get("traceparent", ""))
        with received, within(received.chain) as chain:
            response = super().full_dispatch_request()
            received.answered(response.status_code, request.url_rule.rule if request.url_rule else "")
        response.headers["X-Correlation-Id"] = chain.correlation
        if request.path.startswith(API):
            response.headers.setdefault("Cache-Control", "no-store")
        return response


def create_app(ask: Ask, settings: GatewaySettings) -> Flask:
    """The application, asking services through `ask(service, call, command, patience)`."""
    app = Door("gateway", static_folder="static", template_folder="pages/templates")
    app.config["MAX_CONTENT_LENGTH"] = settings.body_limit
    app.extensions |= {"ask": ask, "settings": settings, "overviews": Overviews(ask)}
    app.extensions |= {"identities": Identities(ask), "tree": Tree(), "guesses": Guesses(), "posters": Posters()}
    app.url_map.merge_slashes = False
    refuse_in_one_shape(app)
    protect(app)
    app.before_request(bound_body)
    app.before_request(recognise)
    limit(app, settings)
    description = describe(app)
    for service in SERVICES:
        description.register_blueprint(service.routes, url_prefix=API)
    app.extensions["description"] = written(description)
    serve_assets(app)
    frame_pages(app)
    for pages in PAGES:
        # People type the address of a page with a slash at its end, or without; programs ask for what `front` has.
        app.url_map.strict_slashes = pages is front
        app.register_blueprint(pages.pages)
    return app
