"""What a service's answer or refusal looks like over HTTP: the one table of statuses, the one shape of errors."""

import logging
from collections.abc import Callable
from typing import Any

import msgspec
from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import HTTPException

from chassis.context import current_chain
from chassis.scope import NOWHERE, within_scope
from contracts.errors import Error, Unavailable, Words
from gateway.config import GatewaySettings
from gateway.errors import (
    BadRequest,
    MethodNotAllowed,
    NoSuchAddress,
    TooLarge,
    Unexpected,
    UnsupportedMediaType,
)
from gateway.languages import in_language, language_of
from gateway.reach import Reach

log = logging.getLogger(__name__)

Ask = Callable[..., Any]

STATUS = {
    "malformed": 400,
    "unauthenticated": 401,
    "forbidden": 403,
    "not_found": 404,
    "method_not_allowed": 405,
    "not_acceptable": 406,
    "conflict": 409,
    "too_large": 413,
    "unsupported_media_type": 415,
    "invalid": 422,
    "too_many": 429,
    "unavailable": 503,
}
"""HTTP status by kind of error; any other kind is our own fault, 500."""

WAITS = {429: 60, 503: 5}
"""Seconds after which it is worth to try again, where the error does not say."""

_encoder = msgspec.json.Encoder()


def ask(service: str, call: str, command: dict[str, Any], patience: float | None = None) -> Any:
    """Ask a service and give its answer, for the communities that the asker reaches and no others; raises the typed
    error it refused with."""
    reach: Reach | None = g.get("reach")
    with within_scope(NOWHERE if reach is None else reach.communities):
        return current_app.extensions["ask"](service, call, command, patience)


def ask_at_length(service: str, call: str, command: dict[str, Any]) -> Any:
    """Ask for something that takes longer than anybody waits for a service that may be down: is it there at all?"""
    settings: GatewaySettings = current_app.extensions["settings"]
    if not ask(service, "ready", {}, settings.ready_patience)["ready"]:
        raise Unavailable(service=service)
    return ask(service, call, command, settings.import_patience)


def answer(told: Any, status: int = 200) -> Response:
    """An answer as JSON."""
    return Response(_encoder.encode(told), status, mimetype="application/json")


def language() -> str:
    """The language the client reads."""
    return language_of(request.headers.get("Accept-Language", ""))


def refusal(error: Error) -> Response:
    """An error in the one shape: `{"error": code, "message": …, "fields": {field: [sentence…]}}`."""
    status = STATUS.get(error.kind, 500)
    if status == 500 and not isinstance(error, Unexpected):
        log.error("a service failed to answer %s: %s", _route(), error.code)
        error = unexpected()
    spoken = language()
    response = answer({"error": error.code, "message": error.said(spoken), "fields": sentences(error, spoken)}, status)
    response.headers["Content-Language"] = spoken
    response.headers["Vary"] = "Accept-Language"
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="Hemei"'
    if status in WAITS:
        response.headers["Retry-After"] = str(error.facts.get("retry_after", WAITS[status]))
    return response


def _route() -> str:
    """The template of the route: an address may hold anything."""
    return request.url_rule.rule if request.url_rule else "none"


def unexpected() -> Unexpected:
    """The error for what nobody foresaw, with the number under which the log tells more."""
    chain = current_chain()
    return Unexpected(correlation=chain.correlation if chain else "-")


def sentences(error: Error, spoken: str) -> dict[str, list[str]]:
    """What is wrong with each field, in words."""
    return {field: [_sentence(words, spoken) for words in sentences] for field, sentences in error.fields.items()}


def _sentence(words: Words, spoken: str) -> str:
    """marshmallow's own sentences come untranslated, with the English in both places."""
    return in_language(spoken, words["en"]) if words["zh"] == words["en"] else words[spoken]


def refuse_in_one_shape(app: Flask) -> None:
    """Let everything that goes wrong in `app` be answered in the one shape."""
    app.register_error_handler(Error, refusal)
    app.register_error_handler(HTTPException, refusal_of_http)
    app.register_error_handler(Exception, _of_our_own)


def refusal_of_http(error: HTTPException) -> Response:
    """The same for what Flask refuses by itself."""
    response = refusal(error_of(error))
    if isinstance(valid := getattr(error, "valid_methods", None), list | tuple | set):
        response.headers["Allow"] = ", ".join(sorted(valid))
    return response


def error_of(error: HTTPException) -> Error:
    """What Flask refuses by itself, as one of our own errors."""
    if error.code == 404:
        return NoSuchAddress()
    if error.code == 405:
        return MethodNotAllowed(method=request.method, allowed=sorted(getattr(error, "valid_methods", None) or ()))
    if error.code == 413:
        return TooLarge(most=request.max_content_length)
    if error.code == 415:
        return UnsupportedMediaType(given=request.mimetype or "?", read=["application/json"])
    return unexpected() if (error.code or 500) >= 500 else BadRequest()


def _of_our_own(error: Exception) -> Response:
    log.error("%s %s could not be answered", request.method, _route(), exc_info=error)
    return refusal(unexpected())
