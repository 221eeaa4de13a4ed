"""How a route is written: one decorator that guards, reads, answers and documents it."""

from collections.abc import Callable, Mapping
from functools import cache, lru_cache, wraps
from http import HTTPStatus
from typing import Any, NamedTuple

from flask import Flask, Response, current_app, g, request
from flask_smorest import Blueprint
from marshmallow import Schema, fields
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header
from werkzeug.routing import BaseConverter, UUIDConverter

from gateway.audited import AUDITED, Shown, recorded
from gateway.config import GatewaySettings
from gateway.errors import NotAcceptable
from gateway.http import answer
from gateway.identity import current_who
from gateway.reach import Reach, Who
from gateway.reading import Reader, read
from gateway.whereabouts import Anywhere, Where

View = Callable[..., Any]
May = Callable[[Who | None], Reach]

ANYWHERE = Anywhere()

JSON = "application/json"
EVENTS = "text/event-stream"
"""Server-Sent Events; the shape that is told for them is that of their data."""


class IdConverter(UUIDConverter):
    """An id in an address, given to the view as text."""

    def to_python(self, value: str) -> str:  # type: ignore[override]
        """The id as it is written everywhere."""
        return value.lower()


class CommunityConverter(BaseConverter):
    """The code of a community in an address."""

    regex = r"[0-9]{12}"


class PlaceConverter(BaseConverter):
    """The code of a place in an address, where `import` is something else."""

    regex = r"(?!import$)[0-9A-Za-z-]{1,32}"


class QueueConverter(BaseConverter):
    """The name of a queue in an address."""

    regex = r"[0-9a-z._-]{1,80}"


class WordConverter(BaseConverter):
    """A number or name in an address, of which only the service asked knows what kind it is."""

    regex = r"[0-9A-Za-z._:@-]{1,120}"


class Protected(NamedTuple):
    """A route as the table of permissions shows it."""

    method: str
    rule: str
    may: May
    at: Where
    name: str
    ask: View
    """Does what the route does, for a page of ours: `ask(sent, **ids)`, with query, headers and body by name."""


class Routes(Blueprint):
    """The routes of one service."""

    ARGUMENTS_PARSER = Reader()

    def __init__(self, *named: Any, **more: Any) -> None:
        super().__init__(*named, **more)
        self.protected: list[Protected] = []

    def operation(
        self,
        method: str,
        rule: str,
        may: May,
        answers: type[Schema],
        *,
        at: Where = ANYWHERE,
        status: int = 200,
        query: Schema | None = None,
        headers: Schema | None = None,
        body: Schema | None = None,
        upload: dict[str, Any] | None = None,
        limit: str = "body_limit",
        refuses: tuple[int, ...] = (),
        gives: str = JSON,
    ) -> Callable[[View], View]:
        """The view answers `method rule` to whoever `may` lets in, `at` the places that they reach.

        It is given what was read (query, headers, body: those asked for, in this order) and the ids of the address by
        name, and returns what is answered as JSON in the shape `answers`, or a response of another type that it
        `gives`. `upload` documents a body that the view reads itself. `limit` names the setting that bounds the body;
        `refuses` are the statuses documented beside those that follow from the rest. Whoever is shown health, hardship
        or contact data (`answers` tells) is recorded first.
        """

        def decorate(view: View) -> View:
            carried = {"query": query, "headers": headers, "body": body}
            placed = _at_the_place(view, at, carried)
            reading, inner = self._reading(placed, **carried), placed
            if shown := Shown.of(answers):
                reading, inner = recorded(reading, shown), recorded(placed, shown)
                reading = self.doc(**{AUDITED: shown.classes})(reading)
            handle = self._guarded(reading, may, status, limit, gives)
            asks = query is not None or shown is not None
            for code in _refusals(method, rule, asks, (body or upload) is not None, refuses):
                handle = self.alt_response(code, HTTPStatus(code).name)(handle)
            handle = self.response(status, answers, description="成功 · Done", content_type=gives)(handle)
            handle = self.doc(operationId=view.__name__)(handle)
            if upload is not None:
                handle = self.doc(requestBody={"required": True, "content": upload})(handle)
            self.route(rule, methods=[method])(handle)
            self.protected.append(Protected(method, rule, may, at, view.__name__, _from_a_page(inner, may, carried)))
            return view

        return decorate

    def _reading(self, view: View, **carried: Schema | None) -> View:
        for location, schema in reversed(carried.items()):
            if schema is None:
                continue
            location = "json" if location == "body" else location
            if location == "json" and not schema.load_fields:
                view = self.ARGUMENTS_PARSER.use_args(schema, location=location)(view)
            else:
                needed = any(field.required for field in schema.load_fields.values())
                view = self.arguments(schema, location=location, required=needed)(view)
        return view

    def _guarded(self, view: View, may: May, status: int, limit: str, gives: str) -> View:
        @wraps(view)
        def handle(**ids: str) -> Response:
            settings: GatewaySettings = current_app.extensions["settings"]
            g.reach = may(current_who())
            if not _accepts(gives, request.headers.get("Accept", "")):
                raise NotAcceptable(given=gives)
            request.max_content_length = getattr(settings, limit)
            told = view(**ids)
            return told if isinstance(told, Response) else answer(told, status)

        return handle


def _at_the_place(view: View, at: Where, carried: Mapping[str, Schema | None]) -> View:
    """The view, given what was read only when its asker reaches the place, and its answer only when that does."""
    names = [name for name, schema in carried.items() if schema is not None]

    @wraps(view)
    def handle(*read: dict[str, Any], **ids: str) -> Any:
        parts = dict(zip(names, read, strict=True))
        at.enter(g.reach, parts.get("query", {}), parts.get("body", {}), ids)
        told = view(*read, **ids)
        at.leave(g.reach, told)
        return told

    return handle


def _from_a_page(view: View, may: May, carried: Mapping[str, Schema | None]) -> View:
    """The view as a page of ours asks it: with the same guard, validation and record of what is shown as over HTTP."""

    def ask(sent: Mapping[str, Any], **ids: str) -> Any:
        g.reach = may(current_who())
        return view(*(read(schema, sent.get(name), within=name) for name, schema in carried.items() if schema), **ids)

    return ask


@lru_cache(maxsize=512)
def _accepts(gives: str, accept: str) -> bool:
    return not accept or bool(parse_accept_header(accept, MIMEAccept).best_match([gives]))


def _refusals(method: str, rule: str, has_query: bool, has_body: bool, more: tuple[int, ...]) -> list[int]:
    found = {401, 403, 406, 429, 503, *more}
    if "<" in rule:
        found |= {404} if method == "GET" else {404, 409}
    if has_body:
        found |= {400, 413, 415, 422}
    if has_query:
        found.add(422)
    return sorted(found)


def protected_by(app: Flask) -> list[Protected]:
    """Every route of the API, as the blueprints registered them."""
    blueprints = (blueprint for blueprint in app.blueprints.values() if isinstance(blueprint, Routes))
    return [route for blueprint in blueprints for route in blueprint.protected]


class Nothing(Schema):
    """The body of a command that says everything by its address."""


@cache
def page_of(item: type[Schema]) -> type[Schema]:
    """The shape of a list's answer."""
    return Schema.from_dict(
        {
            "items": fields.List(fields.Nested(item), required=True, metadata={"description": "这一页 · This page"}),
            "total": fields.Integer(required=True, metadata={"description": "总数 · How many in all"}),
            "page": fields.Integer(required=True, metadata={"description": "第几页 · Which page, from 1"}),
            "page_size": fields.Integer(required=True, metadata={"description": "每页多少 · Items on a page"}),
        },
        name=f"{item.__name__}Page",
    )
