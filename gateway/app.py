"""The Flask application behind the door."""

import re

from flask import Flask, Response, request

from chassis.context import Chain, within
from gateway.api import grievances, health, organization, partners, volunteers
from gateway.config import GatewaySettings
from gateway.http import Ask, refuse_in_one_shape
from gateway.openapi import describe, written
from gateway.pages import front

API = "/api/v1"

_CORRELATION = re.compile(r"[0-9A-Za-z._:-]{1,64}")
_ON_EVERY_ANSWER = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
}


class Door(Flask):
    """Flask, with every request the beginning of a chain whose number the client may choose and is told."""

    def full_dispatch_request(self) -> Response:
        """Answer within the chain."""
        wished = request.headers.get("X-Correlation-Id", "")
        with within(Chain.begun(wished if _CORRELATION.fullmatch(wished) else None)) as chain:
            response = super().full_dispatch_request()
        headers = response.headers
        headers["X-Correlation-Id"] = chain.correlation
        for name, value in _ON_EVERY_ANSWER.items():
            headers[name] = value
        if request.path.startswith(API):
            headers["Cache-Control"] = "no-store"
        return response


def create_app(ask: Ask, settings: GatewaySettings) -> Flask:
    """The application, asking services through `ask(service, call, command, patience)`."""
    app = Door("gateway", static_folder="static", template_folder="pages/templates")
    app.config["MAX_CONTENT_LENGTH"] = settings.body_limit
    app.extensions |= {"ask": ask, "settings": settings}
    app.url_map.merge_slashes = False
    refuse_in_one_shape(app)
    description = describe(app)
    for service in (grievances, organization, volunteers, partners, health):
        description.register_blueprint(service.routes, url_prefix=API)
    app.extensions["description"] = written(description)
    app.register_blueprint(front.pages)
    return app
